"""Insert rows at the cost of their statement: for the few hot actions whose rows go through the ORM too slowly."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.base import ModelState

from yiwang.foundation.prepared import prepared_cursor

Prepare = Callable[[Any], Any]

MOST_PREPARED = 20
"""Rows of one submission or one step; more come only in batches."""


class Row(NamedTuple):
    """A row without the object that the ORM would make of it: its model, and values by attribute; defaults hold."""

    model: type[models.Model]
    values: dict[str, Any]


def row(model: type[models.Model], **values: Any) -> Row:
    """Return a row to insert; a relation is named by its id (`case_id`)."""
    return Row(model, values)


_waiting: ContextVar[list[tuple[type[models.Model], bool, dict[str, Any]]] | None] = ContextVar("rows", default=None)


class _Table:
    """How rows of one table are written: the head of the statement, and how each value is prepared."""

    def __init__(self, model: type[models.Model], vendor: str) -> None:
        fields = [f for f in model._meta.local_concrete_fields if not isinstance(f, models.AutoField)]
        quote = connection.ops.quote_name
        names = ", ".join(quote(str(field.column)) for field in fields)
        self.head = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608  (names of our own model)
        self.marks = f"({', '.join(['%s'] * len(fields))})"
        self.columns = [(f.attname, _prepare(f, vendor)) for f in fields]
        self.defaults = {f.attname: f.get_default for f in fields if callable(f.default)}
        self.constants = {f.attname: f.get_default() for f in fields if not callable(f.default)}

    def values(self, own: dict[str, Any]) -> list[Any]:
        """Return the values of a row as the driver takes them."""
        whole = {**self.constants, **own}
        for name, default in self.defaults.items():
            if name not in own:
                whole[name] = default()
        return [
            value if (value := whole[name]) is None or prepare is None else prepare(value)
            for name, prepare in self.columns
        ]


def _prepare(field: "models.Field[Any, Any]", vendor: str) -> Prepare | None:
    """Return how a value of this field is prepared, as the ORM would but quicker; None where the driver takes it as it is."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    native = vendor == "postgresql"
    if isinstance(target, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(target, models.UUIDField):
        return lambda value: _uuid(value) if native else _uuid(value).hex
    if isinstance(target, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(target, models.DateField):
        return connection.ops.adapt_datefield_value
    plain = models.BinaryField | models.CharField | models.TextField | models.IntegerField | models.BooleanField
    return None if isinstance(target, plain) else lambda value: field.get_db_prep_save(value, connection)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


M = TypeVar("M", bound=models.Model)


def made(model: type[M], **values: Any) -> M:
    """Return the object of a row that is to be inserted, as if it had just been read; relations are named by their ids.

    The ORM's own way looks at every name and tells its signals, for a tenth of what a submission costs.
    """
    one = model.__new__(model)
    one.__dict__.update(_table(model, connection.vendor).constants, _state=ModelState(), **values)
    one._state.adding, one._state.db = False, connection.alias
    return one


@cache
def _table(model: type[models.Model], vendor: str) -> _Table:
    return _Table(model, vendor)


def insert(*rows: models.Model | Row, ignore_conflicts: bool = False) -> int:
    """Insert rows whose primary keys are set or given by the database; return how many stand now that did not before.

    Every value is prepared by its field, as the ORM does; defaults of the model hold. No signals, no refresh. Within
    `together` the rows wait for its end, and all of them are counted.
    """
    found = [
        (one.model, ignore_conflicts, one.values)
        if isinstance(one, Row)
        else (type(one), ignore_conflicts, one.__dict__)
        for one in rows
    ]
    waiting = _waiting.get()
    if waiting is None:
        return _write(found)
    waiting.extend(found)
    return len(found)


def insert_numbered(one: Row) -> int:
    """Insert one row at once, whose number the database gives; return that number."""
    table = _table(one.model, connection.vendor)
    with prepared_cursor() as cursor:
        cursor.execute(f"{table.head}{table.marks} RETURNING id", table.values(one.values))
        return int(cursor.fetchone()[0])


def is_collecting() -> bool:
    """Return whether rows wait for the end of `together` now."""
    return _waiting.get() is not None


@contextmanager
def together() -> Iterator[None]:
    """Collect what is inserted within and write it at the end: on PostgreSQL as one statement, one round trip.

    Whatever reads within does not see the rows yet. Within another `together` it is part of that.
    """
    if _waiting.get() is not None:
        yield
        return
    rows: list[tuple[type[models.Model], bool, dict[str, Any]]] = []
    token = _waiting.set(rows)
    try:
        yield
    finally:
        _waiting.reset(token)
    _write(rows)


def _write(rows: Sequence[tuple[type[models.Model], bool, dict[str, Any]]]) -> int:
    vendor = connection.vendor
    parts = []
    for (model, ignoring), group in groupby(rows, itemgetter(0, 1)):
        table = _table(model, vendor)
        parts.append(((model, ignoring), [table.values(values) for _, _, values in group]))
    if not parts:
        return 0
    # Whole batches come in every length: to have each length prepared would fill the server's memory.
    with prepared_cursor() if len(rows) <= MOST_PREPARED else connection.cursor() as cursor:
        if vendor == "postgresql" and len(parts) > 1:
            shape = tuple((*which, len(values)) for which, values in parts)
            cursor.execute(_one_statement(shape), [*chain.from_iterable(chain.from_iterable(v for _, v in parts))])
            return len(rows)
        added = 0
        for which, values in parts:
            cursor.execute(_statement(*which, len(values), vendor), [*chain.from_iterable(values)])
            added += cursor.rowcount
        return added


@lru_cache(maxsize=512)
def _statement(model: type[models.Model], ignoring: bool, count: int, vendor: str) -> str:
    table = _table(model, vendor)
    return table.head + ", ".join([table.marks] * count) + (" ON CONFLICT DO NOTHING" if ignoring else "")


@lru_cache(maxsize=512)
def _one_statement(parts: tuple[tuple[type[models.Model], bool, int], ...]) -> str:
    *before, last = (_statement(model, ignoring, count, "postgresql") for model, ignoring, count in parts)
    steps = ", ".join(f"step{number} AS ({statement})" for number, statement in enumerate(before))
    return f"WITH {steps} {last}"
