from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='office',
            name='phone',
            field=models.CharField(blank=True, db_default='', default='', help_text='the public number', max_length=60),
        ),
    ]
