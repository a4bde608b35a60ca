"""Papers say what was looked at when a window took them in: grade, by whom, who issued the original."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_first_password"),
        ("papers", "0003_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="good_until",
            field=models.DateField(help_text="grade A: until when it holds", null=True),
        ),
        migrations.AddField(
            model_name="paper",
            name="graded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="paper",
            name="graded_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="graded_papers",
                to="identity.staff",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="issuer",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="grade A: who issued it", max_length=120
            ),
        ),
        migrations.AlterField(
            model_name="paper",
            name="grade",
            field=models.CharField(
                choices=[
                    ("A", "原件"),
                    ("B", "复印件，核对过原件"),
                    ("C", "复印件或上传件，没有核对原件"),
                    ("D", "本人自己写的，承诺属实"),
                ],
                default="C",
                max_length=1,
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grade__in", ["A", "B"]), _negated=True),
                    models.Q(("graded_at__isnull", False), ("graded_by__isnull", False)),
                    _connector="OR",
                ),
                name="an_original_was_seen_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grade", "A"), _negated=True), models.Q(("issuer", ""), _negated=True), _connector="OR"
                ),
                name="an_original_names_who_issued_it",
            ),
        ),
    ]
