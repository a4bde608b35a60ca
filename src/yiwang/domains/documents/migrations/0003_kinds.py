from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_by_file")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "收件凭证"),
                    ("acceptance", "受理通知书"),
                    ("correction", "补正告知书"),
                    ("not_accepted", "不予受理决定书"),
                    ("grant", "准予决定书"),
                    ("refusal", "不予决定书"),
                    ("letter", "决定书"),
                    ("withdrawal", "撤回确认书"),
                    ("not_needed", "不需受理告知书"),
                    ("deemed_acceptance", "视为受理告知书"),
                    ("deferred_acceptance", "容缺受理通知书"),
                    ("promised_acceptance", "告知承诺受理通知书"),
                    ("supplement", "补充材料告知书"),
                    ("special", "特别程序告知书"),
                    ("special_end", "特别程序结束告知书"),
                    ("extension", "延长期限告知书"),
                    ("interested", "利害关系人告知书"),
                    ("termination", "终止办理决定书"),
                    ("void", "作废决定书"),
                    ("payment_receipt", "电子票据"),
                ],
                max_length=20,
            ),
        ),
    ]
