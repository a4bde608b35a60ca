"""A paper that was handed in once for several cases lies with each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_by_file")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="copy_of",
            field=models.UUIDField(
                help_text="the paper whose file this is: one that was handed in once lies with each case of a joint case",
                null=True,
            ),
        ),
    ]
