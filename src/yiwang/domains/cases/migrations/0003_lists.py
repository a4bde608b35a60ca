import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_initial'),
        ('catalogue', '0003_edition_of_what_is_there'),
        ('identity', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='cases_of_a_person',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_of_a_firm',
        ),
        migrations.AlterField(
            model_name='case',
            name='assignee',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='identity.staff'),
        ),
        migrations.AlterField(
            model_name='case',
            name='firm',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='identity.firm'),
        ),
        migrations.AlterField(
            model_name='case',
            name='item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='catalogue.item'),
        ),
        migrations.AlterField(
            model_name='case',
            name='office',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='organisations.office'),
        ),
        migrations.AlterField(
            model_name='case',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='catalogue.itemversion'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('firm__isnull', True)), fields=['applicant', '-submitted_at', '-id'], name='own_cases_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('firm__isnull', False)), fields=['firm', '-submitted_at', '-id'], name='newest_cases_of_a_firm'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['office', 'state', 'due_on', 'id'], name='the_queue_by_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('assignee__isnull', False), ('is_open', True)), fields=['office', 'assignee', 'due_on', 'id'], name='the_queue_of_an_official'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('assignee__isnull', True), ('is_open', True)), fields=['office', 'due_on', 'id'], name='the_queue_of_nobody'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['office', 'applicant_name'], name='the_queue_by_applicant', opclasses=['', 'varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('is_open', False)), fields=['office', '-closed_at', '-id'], name='finished_by_an_office'),
        ),
    ]
