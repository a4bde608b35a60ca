from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_notes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='caseclock',
            name='kind',
            field=models.CharField(choices=[('acceptance', '受理'), ('correction', '补正'), ('decision', '决定'), ('delivery', '颁发、送达')], max_length=12),
        ),
        migrations.AlterField(
            model_name='clockstop',
            name='kind',
            field=models.CharField(choices=[('hearing', '听证'), ('tender', '招标'), ('auction', '拍卖'), ('inspection', '检验'), ('testing', '检测'), ('quarantine', '检疫'), ('appraisal', '鉴定'), ('expert_review', '专家评审'), ('fees', '等缴费'), ('pickup', '等来取'), ('returned', '退回，等重新选送达方式')], max_length=20),
        ),
    ]
