from django.db import migrations

SAID = {
    "identity": {"yes": "Identity is carried.", "partly": "Identity is partly carried.", "no": "Identity is asked again."},
    "entered": {
        "yes": "What was entered is carried.",
        "partly": "What was entered is partly carried.",
        "no": "What was entered is asked again.",
    },
}


def carry_along(apps, schema_editor):
    """What a channel said to be carried to a person becomes the transition to the channel it leads to.

    A channel that did not say where it leads keeps the fact in its purpose, if there is room.
    """
    Channel = apps.get_model("strategy", "Channel")
    Transition = apps.get_model("strategy", "Transition")
    stated = Channel.objects.exclude(agent_identity="unknown", agent_data="unknown")
    for channel in stated.iterator(chunk_size=500):
        if channel.agent_channel_id and channel.agent_channel_id != channel.pk:
            Transition.objects.create(
                strategy_id=channel.strategy_id,
                source=channel,
                target_id=channel.agent_channel_id,
                identity=channel.agent_identity,
                entered=channel.agent_data,
            )
        else:
            facts = [SAID["identity"].get(channel.agent_identity), SAID["entered"].get(channel.agent_data)]
            purpose = " ".join(filter(None, [channel.purpose, *facts]))
            if len(purpose) <= 2000:
                channel.purpose = purpose
                channel.save(update_fields=["purpose"])


class Migration(migrations.Migration):
    dependencies = [("strategy", "0004_transitions_answers_judgments")]

    operations = [migrations.RunPython(carry_along, migrations.RunPython.noop)]
