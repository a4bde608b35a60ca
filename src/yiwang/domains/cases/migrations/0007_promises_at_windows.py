import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_delivery_clock")]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="way",
            field=models.CharField(
                choices=[("online", "网上签署"), ("screen", "在窗口屏幕上签名"), ("paper", "在纸上签名，扫描留存")],
                db_default="online",
                default="online",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="witness",
            field=models.ForeignKey(
                db_index=False,
                help_text="who saw it signed at a window",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.staff",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="signature_sealed",
            field=models.BinaryField(help_text="the name as it was signed on the screen, encrypted", null=True),
        ),
        migrations.AddField(
            model_name="promise",
            name="paper_id",
            field=models.UUIDField(help_text="the scan of what was signed by hand", null=True),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=Q(way="online", witness__isnull=True)
                | Q(way="screen", witness__isnull=False, signature_sealed__isnull=False)
                | Q(way="paper", witness__isnull=False, paper_id__isnull=False),
                name="a_promise_at_a_window_has_a_witness_and_a_signature",
            ),
        ),
    ]
