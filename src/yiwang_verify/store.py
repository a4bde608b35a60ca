"""The store, opened read-only: SQLite or PostgreSQL, one snapshot for all rules, rows as a stream."""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

CHINA = dt.timezone(dt.timedelta(hours=8))
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_AT_A_TIME = 2_000

Row = Sequence[Any]


class Unreadable(Exception):
    """The store, its keys or an input file cannot be read; the message says what to do."""


class Store:
    """One read-only snapshot of a database."""

    def __init__(self, url: str) -> None:
        """Open `sqlite:///path` or `postgres://…`.

        Raises:
            Unreadable: where there is no such database, or it is not one of ours.
        """
        parts = urlsplit(url)
        self.is_sqlite = parts.scheme == "sqlite"
        self._names = count()
        if self.is_sqlite:
            self._connection: Any = _open_sqlite(Path(unquote(parts.path[1:])))
        elif parts.scheme in {"postgres", "postgresql"}:
            self._connection = _open_postgres(url)
        else:
            raise Unreadable(f"{parts.scheme or 'nothing'} is not sqlite:/// or postgres://: give --database")
        if not self._has_journal():
            self.close()
            raise Unreadable("this database holds no journal: is it the store of the platform, with all migrations?")

    def _has_journal(self) -> bool:
        sql = "SELECT count(*) FROM sqlite_master WHERE name = 'journal_entry'"
        if not self.is_sqlite:
            sql = "SELECT count(*) FROM pg_class WHERE relname = 'journal_entry'"
        return bool(self.one(sql)[0])

    def rows(self, sql: str, *values: Any) -> Iterator[Row]:
        """Yield the rows of a query without holding them all; `?` stands for a value."""
        if self.is_sqlite:
            cursor = self._connection.cursor()
        else:
            cursor = self._connection.cursor(name=f"v{next(self._names)}")
            sql = sql.replace("%", "%%").replace("?", "%s")
        try:
            cursor.execute(sql, values)
            while batch := cursor.fetchmany(_AT_A_TIME):
                yield from batch
        finally:
            cursor.close()

    def one(self, sql: str, *values: Any) -> Row:
        """Return the one row of a query."""
        return next(iter(list(self.rows(sql, *values))), ())

    def bytewise(self, column: str) -> str:
        """Return an ORDER BY term that sorts text by its bytes on both databases."""
        return f"{column} COLLATE BINARY" if self.is_sqlite else f'{column} COLLATE "C"'

    def close(self) -> None:
        """Let go of the snapshot."""
        self._connection.close()


def _open_sqlite(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise Unreadable(f"there is no file {path}: give --database or set YIWANG_DATABASE_URL")
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        try:
            return _begun(address)
        except sqlite3.OperationalError:
            if path.with_name(f"{path.name}-wal").exists():
                raise
            return _begun(f"{address}&immutable=1")  # a closed store in a folder that cannot be written to
    except sqlite3.Error as error:
        raise Unreadable(f"{path} cannot be read: {error}") from error


def _begun(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=20)
    for statement in ("PRAGMA query_only = 1", "PRAGMA cache_size = -64000", "BEGIN", "SELECT 1 FROM sqlite_master"):
        connection.execute(statement).fetchall()
    return connection


def _open_postgres(url: str) -> Any:
    import psycopg

    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    given = {
        "host": unquote(query.get("host", parts.hostname or "")),
        "port": str(parts.port or query.get("port", "")),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": unquote(parts.path.lstrip("/")),
    }
    try:
        connection = psycopg.connect(**{key: value for key, value in given.items() if value})  # type: ignore[arg-type]
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(f"SET LOCAL {setting} = 0")
    except psycopg.Error as error:
        raise Unreadable(f"the database cannot be reached: {str(error).strip().splitlines()[0]}") from error
    return connection


def database_errors() -> tuple[type[Exception], ...]:
    """Return what a driver raises on a damaged or incomplete database."""
    import psycopg

    return (sqlite3.Error, psycopg.Error)


# Values, the same from both databases ---------------------------------------------------------------------------------


def uid(value: Any) -> str:
    """Return a UUID as 32 hex places; an empty text for none."""
    if value is None:
        return ""
    return value.hex if isinstance(value, UUID) else str(value).replace("-", "").lower()


def dashed(value: Any) -> str:
    """Return a UUID as it is written in places of sealed values."""
    return value if isinstance(value, str) and "-" in value else str(UUID(uid(value)))


def moment(value: Any) -> dt.datetime | None:
    """Return a time, aware, in UTC."""
    if value is None:
        return None
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def a_moment(value: Any) -> dt.datetime:
    """Return a time that has to be there. Raises ValueError where it is not."""
    found = moment(value)
    if found is None:
        raise ValueError("a time is missing")
    return found


def day(value: Any) -> dt.date | None:
    """Return a date."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def a_day(value: Any) -> dt.date:
    """Return a date that has to be there. Raises ValueError where it is not."""
    found = day(value)
    if found is None:
        raise ValueError("a date is missing")
    return found


def china_day(at: dt.datetime) -> dt.date:
    """Return the date that a moment has in China."""
    return at.astimezone(CHINA).date()


def microseconds(at: dt.datetime) -> int:
    """Return the exact microseconds since 1970."""
    return (at - EPOCH) // _MICROSECOND


def parsed(value: Any) -> Any:
    """Return a JSON column's value. Raises ValueError for what is not JSON."""
    return json.loads(value) if isinstance(value, str | bytes) else value


# Streams --------------------------------------------------------------------------------------------------------------


def keyed(rows: Iterable[Row]) -> Iterator[Row]:
    """Give each row its first column as a UUID of 32 hex places."""
    for row in rows:
        yield (uid(row[0]), *row[1:])


def side_by_side(*streams: Iterable[Row]) -> Iterator[tuple[str, list[list[Row]]]]:
    """Yield (key, the rows of each stream with this key) for streams that are sorted by their first column."""
    grouped = [groupby(stream, key=itemgetter(0)) for stream in streams]
    heads = [_taken(group) for group in grouped]
    while any(head is not None for head in heads):
        key = min(head[0] for head in heads if head is not None)
        found: list[list[Row]] = []
        for at, head in enumerate(heads):
            if head is not None and head[0] == key:
                found.append(head[1])
                heads[at] = _taken(grouped[at])
            else:
                found.append([])
        yield key, found


def _taken(groups: Iterator[tuple[Any, Iterator[Row]]]) -> tuple[str, list[Row]] | None:
    following = next(groups, None)
    return None if following is None else (following[0], list(following[1]))
