"""On PostgreSQL words go into the index at once.

Left to itself the index keeps new entries in a list until the next vacuum, and each search reads that list from end to end:
after a catalogue is loaded, that is most of what a search costs. Documents are written seldom and asked for all day.
"""

from typing import Any

from django.db import migrations

INDEX = "search_documents_by_terms"


def forwards(apps: Any, schema_editor: Any) -> None:
    """Keep no list, and put what is in it where it belongs."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER INDEX {INDEX} SET (fastupdate = off)")
        schema_editor.execute(f"SELECT gin_clean_pending_list('{INDEX}'::regclass)")


class Migration(migrations.Migration):
    dependencies = [("search", "0006_asking_by_the_index")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
