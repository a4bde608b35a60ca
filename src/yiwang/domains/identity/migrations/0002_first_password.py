from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='has_first_password',
            field=models.BooleanField(db_default=False, default=False, help_text='somebody else knows it: to be replaced first'),
        ),
    ]
