"""Statements that PostgreSQL plans once for each connection: for the few reads and writes that come with every request.

Django puts the values into the text of a statement, so that the server parses and plans each anew: half of what a
submission costs there. Only statements whose text never changes belong here.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db import connection

_MARK = re.compile("%(.)", re.DOTALL)


def prepared_cursor() -> Any:
    """Return a cursor that has its statements prepared where the database is PostgreSQL; else one as any other.

    `prepare_threshold` of the settings says from which time on. Statements are written as ever, with %s.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection._prepare_cursor(_prepared_cursor_type()(connection.connection))  # type: ignore[attr-defined]


def among(values: Collection[Any]) -> tuple[str, list[Any]]:
    """Return what follows a column that is one of these values, and its parameters.

    On PostgreSQL the text is the same for any number of values, so that it can be prepared.
    """
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [list(values)]
    return f"IN ({', '.join(['%s'] * len(values))})", list(values)


@lru_cache(maxsize=1)
def _prepared_cursor_type() -> type:
    """Return the type of the cursor; made here, because SQLite needs no psycopg."""
    import psycopg

    class PreparedCursor(psycopg.RawCursor[Any]):
        """Sends values beside the statement; takes %s for what PostgreSQL calls $1, $2, …"""

        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            done = super().execute(_numbered(query), params, **options)
            if self._query is None:  # prepared before: Django's log of statements wants its text
                self._query = SimpleNamespace(query=query.encode())  # type: ignore[assignment]
            return done

    return PreparedCursor


@lru_cache(maxsize=512)
def _numbered(query: str) -> str:
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        if found[1] == "%":
            return "%"
        count += 1
        return f"${count}"

    return _MARK.sub(mark, query)
