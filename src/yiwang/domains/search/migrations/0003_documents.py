"""One document for each wording of a base item; entries and rows of bits say which region offers it; words to suggest."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQLITE = ["CREATE INDEX search_keys_by_beginning ON search_searchkey (key)"]
POSTGRESQL = [
    "ALTER TABLE search_searchdocument ADD COLUMN terms tsvector",
    "CREATE INDEX search_documents_by_terms ON search_searchdocument USING gin (terms)",
    "CREATE INDEX search_keys_by_beginning ON search_searchkey (key varchar_pattern_ops)",
]


FORMER_NAMES = [
    "DROP INDEX IF EXISTS search_searchentry_item_code_7cebadae_like",
    "ALTER INDEX IF EXISTS search_searchentry_pkey RENAME TO search_formerentry_pkey",
]


def give_way(apps: Any, schema_editor: Any) -> None:
    """Free the names that the former table's indexes keep on PostgreSQL: the new one wants them."""
    for statement in FORMER_NAMES if schema_editor.connection.vendor == "postgresql" else ():
        schema_editor.execute(statement)


def forwards(apps: Any, schema_editor: Any) -> None:
    """Make what the ORM has no word for."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_terms")]

    operations = [
        migrations.RenameModel("SearchEntry", "FormerEntry"),
        migrations.RunPython(give_way, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(help_text="hash of base item, group, name, aliases and audience", max_length=90, unique=True)),
                ("base_code", models.CharField(db_index=True, max_length=40)),
                ("region_code", models.CharField(blank=True, help_text="the only region that offers it, or * for several", max_length=12)),
                ("is_wide", models.BooleanField(default=True, help_text="also found without a region")),
                ("name", models.CharField(max_length=500)),
                ("group_code", models.CharField(blank=True, max_length=80)),
                ("base_name", models.CharField(blank=True, max_length=500)),
                ("office", models.CharField(blank=True, max_length=200)),
                ("aliases", models.TextField(blank=True, help_text="one a line")),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("item_code", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("region_code", models.CharField(blank=True, max_length=12)),
                ("document", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="search.searchdocument")),
            ],
            options={
                "indexes": [models.Index(fields=["document", "region_code", "item_code"], name="entries_by_document")],
            },
        ),
        migrations.CreateModel(
            name="SearchPosting",
            fields=[
                ("mark", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("documents", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("word", models.CharField(max_length=60, unique=True)),
                ("said", models.CharField(help_text="its pinyin in one piece; letters as they are", max_length=120)),
                ("holders", models.IntegerField(help_text="how many documents it leads to")),
            ],
        ),
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=120)),
                ("is_inner", models.BooleanField(default=False)),
                ("word", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="search.searchword")),
            ],
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
