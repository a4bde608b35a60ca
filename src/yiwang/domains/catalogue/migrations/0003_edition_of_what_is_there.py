"""The edition of a catalogue that is there already, and the regions of its topics."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Count the items once; copy their regions to their topics."""
    items = apps.get_model("catalogue", "Item").objects.count()
    apps.get_model("catalogue", "Edition").objects.get_or_create(pk=1, defaults={"number": 1, "items": items})
    schema_editor.execute(
        "UPDATE catalogue_itemtopic SET region_code = COALESCE("
        "(SELECT i.region_id FROM catalogue_item i WHERE i.code = catalogue_itemtopic.item_id), '')"
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_edition")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
