"""Bundles are found by their name in an address: one more kind of topic. No column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_edition_of_what_is_there")]

    operations = [
        migrations.AlterField(
            model_name="itemtopic",
            name="kind",
            field=models.CharField(
                choices=[("life", "人生事"), ("theme", "主题"), ("audience", "服务对象"), ("bundle", "一件事")],
                max_length=10,
            ),
        ),
    ]
