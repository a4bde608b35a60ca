"""PostgreSQL is asked for words by a function that always goes by the index of words.

The planner knows nothing of what it costs to look for many words in a text, and reads every document instead: ten times the
work at three thousand documents, and more with each.
"""

from typing import Any

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION search_saying(asked text, most integer) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE question tsquery := to_tsquery('simple', asked);
BEGIN
  RETURN QUERY SELECT d.id FROM search_searchdocument d WHERE d.terms @@ question
    ORDER BY ts_rank('{0.05, 0.1, 0.3, 1.0}', d.terms, question) DESC, d.key LIMIT most;
END $$
"""


def forwards(apps: Any, schema_editor: Any) -> None:
    """Make the function."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("search", "0005_former_entries")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
