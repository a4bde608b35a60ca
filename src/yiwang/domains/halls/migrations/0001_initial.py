
import django.db.models.deletion
import yiwang.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0002_first_password'),
        ('organisations', '0002_phone'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hall',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, max_length=160)),
                ('place', models.CharField(max_length=200)),
                ('place_en', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='halls', to='organisations.office')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='halls', to='regions.region')),
            ],
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('letter', models.CharField(help_text='what its queue numbers begin with: A in A012', max_length=2)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('slot_minutes', models.SmallIntegerField(default=30)),
                ('places', models.SmallIntegerField(default=0)),
                ('days_ahead', models.SmallIntegerField(default=14)),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='halls.hall')),
                ('offices', models.ManyToManyField(related_name='hall_services', to='organisations.office')),
            ],
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.SmallIntegerField()),
                ('places', models.SmallIntegerField()),
                ('taken', models.SmallIntegerField(default=0)),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='halls.service')),
            ],
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('code', models.CharField(help_text='what one says on arrival', max_length=8)),
                ('state', models.CharField(choices=[('booked', '已约好'), ('arrived', '已到场'), ('cancelled', '已取消'), ('missed', '没有来')], default='booked', max_length=10)),
                ('moves', models.SmallIntegerField(default=0)),
                ('channel', models.CharField(max_length=20)),
                ('booked_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(help_text='when it was cancelled, or noted as missed', null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='identity.person')),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='halls.hall')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='halls.slot')),
            ],
        ),
        migrations.CreateModel(
            name='Window',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.SmallIntegerField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('clerk', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='windows', to='identity.staff')),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='windows', to='halls.hall')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='windows', to='organisations.office')),
                ('services', models.ManyToManyField(related_name='windows', to='halls.service')),
            ],
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('number', models.SmallIntegerField()),
                ('code', models.CharField(help_text='what is called: A012', max_length=8)),
                ('state', models.CharField(choices=[('waiting', '在等'), ('called', '叫到了'), ('serving', '在办'), ('done', '办完了'), ('missed', '过号'), ('left', '走了')], default='waiting', max_length=8)),
                ('turn_at', models.DateTimeField(help_text='when its turn begins: the slot of an appointment, else when it was taken')),
                ('taken_at', models.DateTimeField()),
                ('called_at', models.DateTimeField(null=True)),
                ('calls', models.SmallIntegerField(default=0)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('appointment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='halls.appointment')),
                ('clerk', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='identity.staff')),
                ('hall', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='halls.hall')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='identity.person')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='halls.service')),
                ('window', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='halls.window')),
            ],
        ),
        migrations.CreateModel(
            name='Reception',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('evidence', models.CharField(choices=[('face', '本人到场，人证一致'), ('card', '看过证件原件')], max_length=8)),
                ('assurance', models.SmallIntegerField(help_text='the level that this evidence gives: 3 in person, else 2')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='identity.staff')),
                ('firm', models.ForeignKey(help_text='the firm acted for', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='identity.firm')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='identity.person')),
                ('ticket', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reception', to='halls.ticket')),
                ('window', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='halls.window')),
            ],
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('reason', models.CharField(max_length=120)),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='halls.hall')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('hall', 'date'), name='a_hall_is_closed_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.CharField(choices=[('workday', '工作日'), ('weekend', '周末（放假的日子除外）')], max_length=8)),
                ('opens_minute', models.SmallIntegerField(help_text='minutes after midnight')),
                ('closes_minute', models.SmallIntegerField()),
                ('hall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_hours', to='halls.hall')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('hall', 'days', 'opens_minute'), name='a_stretch_of_opening_hours_is_named_once'), models.CheckConstraint(condition=models.Q(('opens_minute__lt', models.F('closes_minute'))), name='a_hall_opens_before_it_closes')],
            },
        ),
        migrations.CreateModel(
            name='HandOut',
            fields=[
                ('reference', models.CharField(max_length=50, primary_key=True, serialize=False)),
                ('proof', models.CharField(choices=[('code', '凭取件码'), ('signature', '核对证件，本人签名')], max_length=10)),
                ('signature_sealed', models.BinaryField(help_text='the name as it was signed, encrypted', null=True)),
                ('things', models.JSONField(default=list, help_text='names of the documents that were handed over')),
                ('handed_at', models.DateTimeField()),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_out', to='identity.staff')),
                ('person', models.ForeignKey(help_text='who took it', on_delete=django.db.models.deletion.PROTECT, related_name='handed_out', to='identity.person')),
                ('reception', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_out', to='halls.reception')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('proof', 'signature'), _negated=True), ('signature_sealed__isnull', False), _connector='OR'), name='what_was_signed_for_has_its_signature')],
            },
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('hall', 'letter'), name='a_letter_stands_for_one_queue_of_a_hall'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('slot_minutes__gte', 5), ('slot_minutes__lte', 240)), name='a_slot_lasts_minutes_not_days'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('days_ahead__gte', 0), ('places__gte', 0)), name='a_service_takes_no_less_than_nobody'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('service', 'starts_at'), name='a_service_has_one_slot_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('taken__gte', 0), ('taken__lte', models.F('places'))), name='a_slot_is_never_booked_beyond_its_places'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['person', '-day', '-id'], name='appointments_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['hall', 'day'], name='appointments_of_a_day'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(condition=models.Q(('state', 'booked')), fields=['day'], name='appointments_still_open'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('person', 'hall', 'day'), name='a_person_has_one_appointment_a_day_in_a_hall'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(fields=('hall', 'day', 'code'), name='a_code_names_one_appointment_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'arrived'), _negated=True), ('arrived_at__isnull', False), _connector='OR'), name='who_has_arrived_has_a_time_of_arrival'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.UniqueConstraint(fields=('hall', 'number'), name='windows_of_a_hall_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.UniqueConstraint(condition=models.Q(('clerk__isnull', False), ('opened_at__isnull', False)), fields=('clerk',), name='an_official_sits_at_one_window'),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clerk__isnull', True), ('opened_at__isnull', True)), models.Q(('clerk__isnull', False), ('opened_at__isnull', False)), _connector='OR'), name='a_window_is_open_while_somebody_sits_there'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['hall', 'day', 'state'], name='the_queue_of_a_hall'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['service', 'day', 'state', 'turn_at'], name='the_queue_of_a_service'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('service', 'day', 'number'), name='queue_numbers_of_a_day_are_given_once'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('person__isnull', False)), fields=('person', 'hall', 'day'), name='a_person_waits_once_in_a_hall'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('called_at__isnull', False), ('ended_at__isnull', True), ('window__isnull', False)), fields=('window',), name='a_window_serves_one_number_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['called', 'serving', 'done', 'missed']), _negated=True), models.Q(('called_at__isnull', False), ('window__isnull', False)), _connector='OR'), name='a_number_is_called_to_a_window'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'missed', 'left']), _negated=True), ('ended_at__isnull', False), _connector='OR'), name='a_number_that_is_through_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('clerk',), name='an_official_receives_one_person_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assurance', 3), ('evidence', 'face')), models.Q(('assurance', 2), ('evidence', 'card')), _connector='OR'), name='a_level_stands_on_what_was_seen'),
        ),
    ]
