import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


def tell_codes_apart(apps, schema_editor):
    """A reason code stands for one contact type: the second of the same code gets a number after it."""
    taken = set()
    for row in apps.get_model("strategy", "ContactType").objects.exclude(code="").order_by("pk"):
        code, number = row.code, 1
        while (row.strategy_id, code.lower()) in taken:
            number += 1
            code = f"{row.code} ({number})"
        taken.add((row.strategy_id, code.lower()))
        if code != row.code:
            row.code = code
            row.save(update_fields=["code"])


class Migration(migrations.Migration):

    dependencies = [
        ('strategy', '0009_answer_difference_pair'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='measurement', name='measurement_once_a_month'),
        migrations.RemoveConstraint(model_name='measurement', name='measurement_month_is_first_day'),
        migrations.RemoveConstraint(model_name='measurement', name='measurement_value_only_with_status_value'),
        migrations.RenameField(model_name='measurement', old_name='month', new_name='starts_on'),
        migrations.CreateModel(
            name='AccessDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                ('choice', models.CharField(choices=[('preferred', 'Preferred'), ('supported', 'Supported'), ('redirected', 'Redirected'), ('not_offered', 'Deliberately not offered')], max_length=11, verbose_name='decision')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'access decision',
                'verbose_name_plural': 'access decisions',
            },
        ),
        migrations.CreateModel(
            name='AccessPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='reviewed on')),
                ('review_every_days', models.PositiveSmallIntegerField(default=90, verbose_name='review every (days)')),
                ('unsealed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='seal broken on')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('phone', 'Phone number'), ('short_code', 'Short code'), ('url', 'Web address'), ('app', 'App'), ('inbox', 'E-mail inbox'), ('handle', 'Social media handle'), ('place', 'Place'), ('post', 'Postal address or fax'), ('other', 'Other')], max_length=10, verbose_name='kind')),
                ('address', models.CharField(blank=True, help_text='What the customer dials, types, taps or visits.', max_length=300, verbose_name='address')),
                ('published', models.CharField(blank=True, help_text='Where customers find it: website footer, bill, card.', max_length=300, verbose_name='published')),
                ('life_cycle', models.CharField(choices=[('planned', 'Planned'), ('pilot', 'Pilot'), ('live', 'Live'), ('retiring', 'Retiring'), ('retired', 'Retired')], default='live', max_length=8, verbose_name='life cycle')),
                ('launched_on', models.DateField(blank=True, null=True, verbose_name='launched on')),
                ('retires_on', models.DateField(blank=True, null=True, verbose_name='retires on')),
                ('hours', models.CharField(blank=True, help_text='For example: Mon-Fri 08:00-20:00, Sat 09:00-13:00.', max_length=500, verbose_name='opening hours')),
                ('time_zone', models.CharField(blank=True, max_length=64, verbose_name='time zone')),
                ('exceptions', models.TextField(blank=True, help_text='One day a line: 2026-12-24 08:00-13:00 Christmas Eve, or 2026-12-31 closed.', max_length=5000, verbose_name='exceptions')),
                ('after_hours', models.CharField(choices=[('unknown', 'Not known'), ('closed', 'Nothing: it rings, or says closed'), ('message', 'A message with the hours'), ('voicemail', 'Voicemail or form, answered later'), ('callback', 'A callback is offered'), ('elsewhere', 'Sent to another way in'), ('partner', 'A partner answers')], default='unknown', max_length=9, verbose_name='outside the hours')),
                ('after_hours_note', models.CharField(blank=True, max_length=200, verbose_name='what then happens')),
                ('languages', models.CharField(blank=True, help_text='For example: en, es, zh-Hant.', max_length=200, verbose_name='languages')),
                ('accessibility', models.CharField(blank=True, max_length=200, verbose_name='accessibility')),
                ('accessibility_note', models.CharField(blank=True, max_length=300, verbose_name='more on accessibility')),
                ('audited_on', models.DateField(blank=True, null=True, verbose_name='accessibility checked on')),
                ('authentication', models.CharField(choices=[('unknown', 'Not known'), ('none', 'None'), ('questions', 'Questions only the customer can answer'), ('password', 'Password or PIN'), ('two_factor', 'Two factors'), ('federated', 'Signed in elsewhere'), ('document', 'Identity document')], default='unknown', max_length=10, verbose_name='sign-in')),
                ('platform', models.CharField(blank=True, max_length=120, verbose_name='platform')),
                ('vendor', models.CharField(blank=True, max_length=120, verbose_name='vendor')),
                ('contract_ends_on', models.DateField(blank=True, null=True, verbose_name='contract ends on')),
                ('exit_terms', models.CharField(blank=True, help_text='Notice, how our data comes back, what it costs.', max_length=300, verbose_name='exit terms')),
                ('maturity', models.CharField(choices=[('unknown', 'Not known'), ('emerging', 'Emerging: few vendors survive'), ('growing', 'Growing'), ('mature', 'Mature'), ('declining', 'Declining')], default='unknown', max_length=9, verbose_name='market of the platform')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='note')),
            ],
            options={
                'verbose_name': 'access point',
                'verbose_name_plural': 'access points',
                'ordering': ['channel__name', 'name'],
            },
        ),
        migrations.CreateModel(
            name='AccessPointContactType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'contact type of an access point',
            },
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('days', models.TextField(blank=True, help_text='One day a line: 2026-12-25 Christmas Day.', max_length=20000, verbose_name='holidays')),
            ],
            options={
                'verbose_name': 'holiday calendar',
                'verbose_name_plural': 'holiday calendars',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='code')),
                ('criteria', models.TextField(blank=True, help_text='So that two people would count the same customers.', max_length=1000, verbose_name='who belongs to it')),
                ('size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='number of customers')),
                ('size_on', models.DateField(blank=True, null=True, verbose_name='counted on')),
                ('languages', models.CharField(blank=True, help_text='For example: en, es, zh-Hant.', max_length=200, verbose_name='languages')),
                ('devices', models.CharField(blank=True, help_text='For example: phone, mostly.', max_length=200, verbose_name='devices they use')),
                ('needs', models.TextField(blank=True, help_text='Also what makes a way in hard for them.', max_length=1000, verbose_name='what they need')),
                ('prefers', models.CharField(blank=True, max_length=200, verbose_name='how they like to reach us')),
                ('is_vulnerable', models.BooleanField(default=False, verbose_name='needs special care')),
            ],
            options={
                'verbose_name': 'segment',
                'verbose_name_plural': 'segments',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SelfServiceOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                ('extent', models.CharField(choices=[('full', 'Full'), ('part', 'In part'), ('none', 'None'), ('declined', 'Deliberately none')], max_length=8, verbose_name='self-service')),
                ('reason', models.CharField(blank=True, help_text='Needed when it is deliberately none.', max_length=300, verbose_name='reason, or what is missing')),
            ],
            options={
                'verbose_name': 'self-service offer',
                'verbose_name_plural': 'self-service offers',
            },
        ),
        migrations.CreateModel(
            name='ServiceObjective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now_add=True, verbose_name='changed')),
                ('name', models.CharField(help_text='For example: answered by a person in time.', max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('access', 'Access'), ('timeliness', 'Timeliness'), ('accuracy', 'Accuracy'), ('other', 'Other')], default='timeliness', max_length=10, verbose_name='kind')),
                ('metric', models.CharField(default='SL', max_length=12, verbose_name='metric')),
                ('target', models.DecimalField(decimal_places=2, help_text='In the unit of the metric.', max_digits=12, verbose_name='target')),
                ('threshold', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='within')),
                ('threshold_unit', models.CharField(choices=[('s', 'seconds'), ('min', 'minutes'), ('h', 'hours'), ('bh', 'business hours'), ('d', 'days'), ('bd', 'business days')], default='s', max_length=3, verbose_name='unit')),
                ('clock', models.CharField(choices=[('always', 'Around the clock'), ('opening_hours', 'During opening hours')], default='always', max_length=13, verbose_name='clock')),
                ('clock_start', models.CharField(choices=[('unknown', 'Not said'), ('dialed', 'When the customer dials or sends'), ('after_ivr', 'After the IVR or bot'), ('queued', 'On entering the queue'), ('received', 'When it is received')], default='unknown', max_length=9, verbose_name='clock starts')),
                ('measured_over', models.CharField(choices=[('interval', 'Half hour'), ('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('year', 'Year')], default='month', max_length=8, verbose_name='measured over')),
                ('population', models.CharField(blank=True, help_text='Blank: all of them.', max_length=300, verbose_name='which contacts count')),
                ('abandon_rule', models.CharField(choices=[('all_credit', 'Given up in time counts as in time'), ('answered_only', 'Only answered contacts count'), ('offered', 'Every contact offered counts'), ('exclude_in_time', 'Given up in time does not count'), ('credit_short', 'Given up at once counts as in time')], default='offered', max_length=15, verbose_name='contacts given up')),
                ('short_abandon_seconds', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='given up at once means within (seconds)')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('effective_from', models.DateField(blank=True, null=True, verbose_name='in force from')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='in force until')),
                ('rationale', models.CharField(blank=True, max_length=500, verbose_name='why this figure')),
            ],
            options={
                'verbose_name': 'service objective',
                'verbose_name_plural': 'service objectives',
                'ordering': ['channel__name', 'name'],
            },
        ),
        migrations.AlterModelOptions(
            name='measurement',
            options={'ordering': ['-starts_on'], 'verbose_name': 'measurement', 'verbose_name_plural': 'measurements'},
        ),
        migrations.RemoveConstraint(
            model_name='contacttype',
            name='contact_type_name_unique',
        ),
        migrations.AddField(
            model_name='channel',
            name='deputy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy'),
        ),
        migrations.AddField(
            model_name='channel',
            name='direction',
            field=models.CharField(choices=[('inbound', 'Customers come to us'), ('outbound', 'We go to customers'), ('both', 'Both ways')], default='inbound', max_length=8, verbose_name='direction'),
        ),
        migrations.AddField(
            model_name='channel',
            name='run_by',
            field=models.CharField(choices=[('owned', 'Our own'), ('third_party', "A third party's")], default='owned', help_text="Whose it is: a page of our own, or a social network's.", max_length=11, verbose_name='run on'),
        ),
        migrations.AddField(
            model_name='channel',
            name='unsealed_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='seal broken by'),
        ),
        migrations.AddField(
            model_name='channel',
            name='unsealed_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='seal broken on'),
        ),
        migrations.AddField(
            model_name='contacttype',
            name='authentication',
            field=models.CharField(choices=[('unknown', 'Not said'), ('none', 'None needed'), ('identified', 'We must know who it is'), ('proved', 'They must prove who they are')], default='unknown', max_length=10, verbose_name='sign-in'),
        ),
        migrations.AddField(
            model_name='contacttype',
            name='deadline',
            field=models.CharField(blank=True, help_text='For example: complaints are answered within 15 days.', max_length=200, verbose_name='deadline by law'),
        ),
        migrations.AddField(
            model_name='contacttype',
            name='description',
            field=models.TextField(blank=True, max_length=4000, verbose_name='description'),
        ),
        migrations.AddField(
            model_name='contacttype',
            name='kind',
            field=models.CharField(choices=[('unknown', 'Not said'), ('information', 'Information'), ('transaction', 'Transaction'), ('complaint', 'Complaint'), ('other', 'Other')], default='unknown', max_length=12, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='contacttype',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='strategy.contacttype', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='contacttype',
            name='self_service',
            field=models.CharField(choices=[('unknown', 'Not decided'), ('suited', 'Suited'), ('partly', 'Suited in part'), ('unsuited', 'Not suited')], default='unknown', help_text='Can customers settle it without a person?', max_length=8, verbose_name='self-service'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='as_of',
            field=models.DateField(blank=True, null=True, verbose_name='as of'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='contact_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='measurements', to='strategy.contacttype', verbose_name='contact type'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='denominator',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='out of'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='grain',
            field=models.CharField(choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('year', 'Year')], default='month', max_length=7, verbose_name='period'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='numerator',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='counted'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='revision',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='revision'),
        ),
        migrations.AddField(
            model_name='transition',
            name='case',
            field=models.CharField(choices=[('yes', 'Carried'), ('partly', 'Partly'), ('no', 'Asked again'), ('unknown', 'Not known')], default='unknown', help_text='The number under which it is handled.', max_length=7, verbose_name='case'),
        ),
        migrations.AddField(
            model_name='transition',
            name='language',
            field=models.CharField(choices=[('yes', 'Carried'), ('partly', 'Partly'), ('no', 'Asked again'), ('unknown', 'Not known')], default='unknown', help_text='The language they chose.', max_length=7, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='transition',
            name='page',
            field=models.CharField(choices=[('yes', 'Carried'), ('partly', 'Partly'), ('no', 'Asked again'), ('unknown', 'Not known')], default='unknown', help_text='Where they were in what they were doing.', max_length=7, verbose_name='page or step'),
        ),
        migrations.AlterField(
            model_name='contacttype',
            name='code',
            field=models.CharField(blank=True, max_length=40, verbose_name='reason code'),
        ),
        migrations.AlterField(
            model_name='contacttype',
            name='name',
            field=models.CharField(help_text="In the customer's words: has my claim been paid?", max_length=250, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='measurement',
            name='metric',
            field=models.CharField(default='contacts', max_length=12, verbose_name='metric'),
        ),
        migrations.AlterField(
            model_name='measurement',
            name='starts_on',
            field=models.DateField(help_text='The first day of the period.', verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='measurement',
            name='value',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='value'),
        ),
        migrations.AddConstraint(
            model_name='contacttype',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), django.db.models.functions.text.Lower('code'), models.F('strategy'), name='contact_type_name_unique', violation_error_message='A contact type with this name exists already. Choose another name.'),
        ),
        migrations.RunPython(tell_codes_apart, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='contacttype',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('code'), models.F('strategy'), condition=models.Q(('code', ''), _negated=True), name='contact_type_code_unique', violation_error_message='A contact type with this code exists already. Choose another code.'),
        ),
        migrations.AddConstraint(
            model_name='contacttype',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='contact_type_not_its_own_parent', violation_error_message='A contact type cannot be part of itself.'),
        ),
        migrations.AddField(
            model_name='accessdecision',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='strategy.channel', verbose_name='channel'),
        ),
        migrations.AddField(
            model_name='accessdecision',
            name='contact_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='strategy.contacttype', verbose_name='contact type'),
        ),
        migrations.AddField(
            model_name='accessdecision',
            name='redirect_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='strategy.channel', verbose_name='redirected to'),
        ),
        migrations.AddField(
            model_name='accesspoint',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='strategy.channel', verbose_name='channel'),
        ),
        migrations.AddField(
            model_name='accesspoint',
            name='deputy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy'),
        ),
        migrations.AddField(
            model_name='accesspoint',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='accesspoint',
            name='owner_team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team', verbose_name='owning team'),
        ),
        migrations.AddField(
            model_name='accesspoint',
            name='unsealed_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='seal broken by'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='point',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='measurements', to='strategy.accesspoint', verbose_name='access point'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(models.F('channel'), django.db.models.functions.comparison.Coalesce('point', 0), django.db.models.functions.comparison.Coalesce('contact_type', 0), models.F('metric'), models.F('grain'), models.F('starts_on'), name='measurement_once_a_period', violation_error_message='This figure is recorded already. Change the one that is there.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'value')), models.Q(models.Q(('denominator__isnull', True), ('numerator__isnull', True), ('value__isnull', False), models.Q(('value', 0), _negated=True)), models.Q(('denominator__gt', 0), ('numerator__gte', 0), ('value__isnull', True)), _connector='OR')), models.Q(models.Q(('status', 'value'), _negated=True), ('denominator__isnull', True), ('numerator__isnull', True), ('value__isnull', True)), _connector='OR'), name='measurement_figures_only_with_status_value', violation_error_message='A figure other than zero, or two counts, have the status “value”; every other status has none.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('grain__in', ('day', 'week')), ('starts_on__day', 1), _connector='OR'), name='measurement_period_starts_on_the_first', violation_error_message='A month, a quarter and a year begin on the first of a month.'),
        ),
        migrations.AddField(
            model_name='accesspointcontacttype',
            name='contact_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='strategy.contacttype', verbose_name='contact type'),
        ),
        migrations.AddField(
            model_name='accesspointcontacttype',
            name='point',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='serves', to='strategy.accesspoint'),
        ),
        migrations.AddField(
            model_name='calendar',
            name='strategy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendars', to='strategy.strategy'),
        ),
        migrations.AddField(
            model_name='accesspoint',
            name='calendar',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='points', to='strategy.calendar', verbose_name='holiday calendar'),
        ),
        migrations.AddField(
            model_name='segment',
            name='strategy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segments', to='strategy.strategy'),
        ),
        migrations.AddField(
            model_name='accessdecision',
            name='segment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='strategy.segment', verbose_name='segment'),
        ),
        migrations.AddField(
            model_name='selfserviceoffer',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='strategy.channel', verbose_name='channel'),
        ),
        migrations.AddField(
            model_name='selfserviceoffer',
            name='contact_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='strategy.contacttype', verbose_name='contact type'),
        ),
        migrations.AddField(
            model_name='serviceobjective',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='serviceobjective',
            name='calendar',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='strategy.calendar', verbose_name='holiday calendar'),
        ),
        migrations.AddField(
            model_name='serviceobjective',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='service_objectives', to='strategy.channel', verbose_name='channel'),
        ),
        migrations.AddField(
            model_name='serviceobjective',
            name='point',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='service_objectives', to='strategy.accesspoint', verbose_name='access point'),
        ),
        migrations.AddConstraint(
            model_name='accesspointcontacttype',
            constraint=models.UniqueConstraint(fields=('point', 'contact_type'), name='access_point_contact_type_once'),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('strategy'), name='calendar_name_unique', violation_error_message='A calendar with this name exists already. Choose another name.'),
        ),
        migrations.AddConstraint(
            model_name='accesspoint',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('channel'), name='access_point_name_unique', violation_error_message='This channel has an access point with this name already. Choose another name.'),
        ),
        migrations.AddConstraint(
            model_name='accesspoint',
            constraint=models.CheckConstraint(condition=models.Q(('retires_on__isnull', True), ('launched_on__isnull', True), ('retires_on__gte', models.F('launched_on')), _connector='OR'), name='access_point_retires_after_launch', violation_error_message='An access point cannot retire before it is launched.'),
        ),
        migrations.AddConstraint(
            model_name='accesspoint',
            constraint=models.CheckConstraint(condition=models.Q(('review_every_days__gte', 1)), name='access_point_review_interval_positive'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('strategy'), name='segment_name_unique', violation_error_message='A segment with this name exists already. Choose another name.'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('code'), models.F('strategy'), condition=models.Q(('code', ''), _negated=True), name='segment_code_unique', violation_error_message='A segment with this code exists already. Choose another code.'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.UniqueConstraint(fields=('segment', 'contact_type', 'channel'), name='access_decision_once'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choice', 'not_offered'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='access_decision_not_offered_has_reason', violation_error_message='Say in a sentence why it is not offered.'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choice', 'redirected'), ('redirect_to__isnull', False), models.Q(('redirect_to', models.F('channel')), _negated=True)), models.Q(models.Q(('choice', 'redirected'), _negated=True), ('redirect_to__isnull', True)), _connector='OR'), name='access_decision_redirect_names_another_channel', violation_error_message='Choose the other channel to which customers are sent.'),
        ),
        migrations.AddConstraint(
            model_name='selfserviceoffer',
            constraint=models.UniqueConstraint(fields=('contact_type', 'channel'), name='self_service_offer_once'),
        ),
        migrations.AddConstraint(
            model_name='selfserviceoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('extent', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='self_service_declined_has_reason', violation_error_message='Say in a sentence why there is deliberately none.'),
        ),
        migrations.AddConstraint(
            model_name='serviceobjective',
            constraint=models.CheckConstraint(condition=models.Q(('effective_to__isnull', True), ('effective_from__isnull', True), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='service_objective_ends_after_it_begins', violation_error_message='It cannot end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='serviceobjective',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('abandon_rule', 'credit_short'), _negated=True), ('short_abandon_seconds__isnull', False), _connector='OR'), name='service_objective_short_abandon_has_seconds', violation_error_message='Say within how many seconds “at once” is.'),
        ),
    ]
