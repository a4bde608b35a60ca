"""The former table goes, once its rows were carried over."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0004_carry_over")]

    operations = [migrations.DeleteModel("FormerEntry")]
