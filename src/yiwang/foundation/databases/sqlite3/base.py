"""The backend `yiwang.foundation.databases.sqlite3`."""

from functools import lru_cache
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from yiwang.foundation.deadlines import seconds_left


class Cursor(base.SQLiteCursorWrapper):
    """Django's, but that the marks of a statement are turned into SQLite's once and not at every call."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """Return the statement as SQLite takes it."""
        if param_names is None:
            return _with_question_marks(query)
        found: str = super().convert_query(query, param_names=param_names)
        return found


@lru_cache(maxsize=512)
def _with_question_marks(query: str) -> str:
    return str(base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%"))


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but that a transaction asked for by a request waits for the write lock until its deadline and no longer."""

    def _start_transaction_under_autocommit(self) -> None:
        left = seconds_left()
        if left is None:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        if left <= 0:
            raise OperationalError("database is locked: no time is left to wait for it")
        self.connection.execute(f"PRAGMA busy_timeout = {int(left * 1000)}")
        super()._start_transaction_under_autocommit()  # type: ignore[misc]

    def create_cursor(self, name: Any = None) -> Cursor:
        """Return a cursor."""
        found: Cursor = self.connection.cursor(factory=Cursor)
        return found
