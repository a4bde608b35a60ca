"""The token index beside the table: FTS5 on SQLite, a tsvector column on PostgreSQL."""

from typing import Any

from django.db import migrations

SQLITE = [
    "CREATE TABLE search_place (id INTEGER PRIMARY KEY, item_code TEXT NOT NULL UNIQUE)",
    (
        "CREATE VIRTUAL TABLE search_terms USING fts5(title, aliases, base, office, body, marks,"
        " tokenize='unicode61 remove_diacritics 0')"
    ),
]
POSTGRESQL = [
    "ALTER TABLE search_searchentry ADD COLUMN terms tsvector",
    "CREATE INDEX search_by_terms ON search_searchentry USING gin (terms)",
]
BACK = {
    "sqlite": ["DROP TABLE search_terms", "DROP TABLE search_place"],
    "postgresql": ["ALTER TABLE search_searchentry DROP COLUMN terms"],
}


def forwards(apps: Any, schema_editor: Any) -> None:
    """Make the index of the database in use."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Drop it again."""
    for statement in BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
