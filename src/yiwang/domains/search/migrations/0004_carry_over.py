"""What was indexed goes on being found: each item that stood in the index becomes a document of its own at once, and a job
makes the index anew after the upgrade, so that items of one wording come together and words are suggested."""

from collections import defaultdict
from typing import Any

from django.db import migrations
from django.utils import timezone

DOCUMENTS = (
    "INSERT INTO search_searchdocument"
    " (id, key, base_code, region_code, is_wide, name, group_code, base_name, office, aliases)"
    " SELECT p.id, 'former:' || e.item_code, i.base_id, COALESCE(i.region_id, ''), {yes}, e.name, e.group_code,"
    " e.base_name, e.office, '' FROM search_formerentry e JOIN catalogue_item i ON i.code = e.item_code JOIN {places} p"
    " ON p.item_code = e.item_code"
)
PLACES = "(SELECT item_code, row_number() OVER (ORDER BY item_code) AS id FROM search_formerentry)"
ENTRIES = (
    "INSERT INTO search_searchentry (item_code, region_code, document_id)"
    " SELECT e.item_code, d.region_code, d.id FROM search_formerentry e"
    " JOIN search_searchdocument d ON d.key = 'former:' || e.item_code"
)
MARKS = (
    "SELECT document_id, 'r' || region_code FROM search_searchentry UNION ALL"
    " SELECT e.document_id, 'au' || t.value FROM search_searchentry e JOIN catalogue_itemtopic t"
    " ON t.item_id = e.item_code AND t.kind = 'audience'"
)
SQLITE = [
    DOCUMENTS.format(yes="1", places="search_place"),
    ENTRIES,
    "DELETE FROM search_terms WHERE rowid NOT IN (SELECT id FROM search_searchdocument)",
    "DROP TABLE search_place",
]
POSTGRESQL = [
    DOCUMENTS.format(yes="TRUE", places=PLACES),
    ENTRIES,
    (
        "UPDATE search_searchdocument d SET terms = e.terms FROM search_formerentry e"
        " WHERE d.key = 'former:' || e.item_code"
    ),
    (
        "SELECT setval(pg_get_serial_sequence('search_searchdocument', 'id'),"
        " (SELECT COALESCE(MAX(id), 1) FROM search_searchdocument))"
    ),
]


def forwards(apps: Any, schema_editor: Any) -> None:
    """Carry the rows over, write down which region offers what, and ask for the index to be made anew."""
    connection = schema_editor.connection
    former = apps.get_model("search", "FormerEntry").objects
    aliases = {code: "\n".join(words) for code, words in former.values_list("item_code", "aliases")}
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
        cursor.executemany(
            "UPDATE search_searchdocument SET aliases = %s WHERE key = %s",
            [(words, f"former:{code}") for code, words in aliases.items() if words],
        )
    bits: dict[str, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        for document, mark in cursor.fetchall():
            bits[mark] |= 1 << document
    posting = apps.get_model("search", "SearchPosting")
    posting.objects.bulk_create(
        posting(mark=mark, documents=number.to_bytes((number.bit_length() + 7) // 8, "little"))
        for mark, number in bits.items()
    )
    if aliases:
        at = timezone.now()
        apps.get_model("jobs", "Job").objects.create(
            kind="index_anew", key="0004_carry_over:", payload={"after": "", "turn": "0004_carry_over"}, run_at=at, created_at=at
        )


def backwards(apps: Any, schema_editor: Any) -> None:
    """Leave an empty index of the former shape: it is filled by publishing."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_formerentry ADD COLUMN terms tsvector")
        schema_editor.execute("CREATE INDEX search_by_terms ON search_formerentry USING gin (terms)")
    else:
        schema_editor.execute("CREATE TABLE search_place (id INTEGER PRIMARY KEY, item_code TEXT NOT NULL UNIQUE)")
        schema_editor.execute("DELETE FROM search_terms")


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0003_documents"),
        ("catalogue", "0001_initial"),
        ("jobs", "0001_initial"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
