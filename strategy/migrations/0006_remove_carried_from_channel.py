from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("strategy", "0005_carry_along")]

    operations = [
        migrations.RemoveField(model_name="channel", name="agent_data"),
        migrations.RemoveField(model_name="channel", name="agent_identity"),
    ]
