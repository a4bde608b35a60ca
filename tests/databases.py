"""The test database: copied from one that is migrated once a run, and emptied of what a committing test wrote."""

import os
import sqlite3
from contextlib import closing
from functools import cache
from typing import Any

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
"""What the migrations wrote and no test changes; flushing it would cost writing it anew after each test."""


def start_from_template() -> None:
    """Let the test database begin as a copy of the migrated one that scripts/test.py names, where it names one."""
    from django.conf import settings
    from django.db import connection

    template = os.environ.get("YIWANG_TEST_TEMPLATE")
    if not template:
        return
    if connection.vendor == "postgresql":
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        return
    connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{template}?mode=ro", uri=True)) as migrated:
        migrated.backup(connection.connection)


def empty() -> None:
    """Delete the rows of the tables that hold some. Django's flush empties each of them, at ten times the cost.

    Tables whose triggers forbid to delete (supervision's cards, ADR 0026) are truncated, or freed of them for the moment.
    """
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        filled = _filled(cursor)
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            guarded = filled & {name for (name,) in cursor.fetchall()}
            if guarded:
                cursor.execute(f"TRUNCATE {', '.join(guarded)} CASCADE")
            for name in filled - guarded:
                cursor.execute(f'DELETE FROM "{name}"')
            return
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [(name, sql) for table, name, sql in cursor.fetchall() if table in filled]
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')
        for _name, sql in triggers:
            cursor.execute(sql)


def _filled(cursor: Any) -> set[str]:
    tables = _tables()
    rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)
    cursor.execute(rows)
    return {name for (name,) in cursor.fetchall()}


@cache
def _tables() -> list[str]:
    from django.db import connection

    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
