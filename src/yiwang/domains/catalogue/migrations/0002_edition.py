import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0001_initial'),
        ('organisations', '0001_initial'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(default=0)),
                ('items', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='itemtopic',
            name='items_by_topic',
        ),
        migrations.AddField(
            model_name='itemtopic',
            name='region_code',
            field=models.CharField(blank=True, help_text='that of the item, copied in', max_length=12),
        ),
        migrations.AlterField(
            model_name='item',
            name='office',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='organisations.office'),
        ),
        migrations.AlterField(
            model_name='item',
            name='region',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='regions.region'),
        ),
        migrations.AlterField(
            model_name='itemtopic',
            name='item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='catalogue.item'),
        ),
        migrations.AlterField(
            model_name='itemversion',
            name='item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.item'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['region', 'code'], name='items_of_a_region'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['office', 'code'], name='items_of_an_office'),
        ),
        migrations.AddIndex(
            model_name='itemtopic',
            index=models.Index(fields=['kind', 'value', 'region_code', 'item'], name='items_by_topic_and_region'),
        ),
    ]
