from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_places")]

    operations = [
        migrations.AddField(
            model_name="morerequest",
            name="answers_before_sealed",
            field=models.BinaryField(help_text="the answers as they stood before more was supplied", null=True),
        ),
        migrations.AddField(
            model_name="morerequest",
            name="note_sealed",
            field=models.BinaryField(help_text="encrypted: what the applicant does not have, and why", null=True),
        ),
        migrations.AddField(
            model_name="specialprocedure",
            name="begins_at",
            field=models.TimeField(help_text="the hour of the hearing (art. 48 (1))", null=True),
        ),
        migrations.AddField(
            model_name="specialprocedure",
            name="place",
            field=models.CharField(
                db_default="", default="", help_text="where the hearing is held (art. 48 (1))", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="interestedparty",
            name="is_applicant",
            field=models.BooleanField(
                db_default=False, default=False, help_text="asked for a hearing of their own (art. 47)"
            ),
        ),
    ]
