import django.db.models.deletion
from django.db import migrations, models

import yiwang.foundation.ids


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_absences"), ("notices", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="OfficialNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("title_zh", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("link", models.CharField(blank=True, max_length=200)),
                ("sent_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="identity.staff",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["staff", "-sent_at"], name="notices_of_an_official"),
                    models.Index(
                        condition=models.Q(read_at__isnull=True),
                        fields=["staff"],
                        name="notices_that_nobody_has_read",
                    ),
                ],
            },
        ),
    ]
