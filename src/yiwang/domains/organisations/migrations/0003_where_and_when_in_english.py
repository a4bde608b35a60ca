from django.db import migrations, models

TEXT = {"blank": True, "db_default": "", "default": "", "max_length": 200}


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_phone")]

    operations = [
        migrations.AddField(model_name="office", name="place_en", field=models.CharField(**TEXT)),
        migrations.AddField(model_name="office", name="hours_en", field=models.CharField(**TEXT)),
        migrations.AddField(
            model_name="office",
            name="review_body",
            field=models.CharField(**TEXT, help_text="who reviews its acts, where it is not its government"),
        ),
        migrations.AddField(
            model_name="office",
            name="court",
            field=models.CharField(**TEXT, help_text="where one sues, where it is not the court of its county"),
        ),
    ]
