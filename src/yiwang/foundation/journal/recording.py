"""Write a fact down, and say who wants to hear of it."""

import hashlib
import json
import os
import typing
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import microseconds, now
from yiwang.foundation.inserting import insert, insert_numbered, is_collecting, row
from yiwang.foundation.journal.models import Entry

Handler = Callable[[Any], None]

handlers: dict[str, list[tuple[str, Handler]]] = defaultdict(list)
"""Kind of fact → (consumer name, handler), in order of registration."""

kinds: dict[str, type] = {}
"""Kind of fact → its dataclass."""


def plain(value: Any) -> Any:
    """Return a JSON value for an id, a code, a date or a number.

    Raises:
        TypeError: for anything else; a fact holds ids and codes only, never what somebody typed.
    """
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    raise TypeError(f"a fact cannot hold {type(value).__name__}")


def canonical(fields: dict[str, Any]) -> bytes:
    """Return the bytes that a digest covers: sorted keys, no spaces, UTF-8."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def covered_fields(
    *, kind: str, fact: dict[str, Any], case_id: UUID | None, by: Actor, recorded_at: datetime
) -> dict[str, Any]:
    """Return what the digest of an entry covers, as plain JSON values."""
    return {
        "actor": f"{by.kind}:{by.id or ''}",
        "case": str(case_id) if case_id else "",
        "channel": by.channel,
        "fact": fact,
        "kind": kind,
        "office": by.office or "",
        "on_behalf_of": str(by.on_behalf_of or ""),
        "recorded_at_us": microseconds(recorded_at),
    }


def record(fact: Any, *, by: Actor, case_id: UUID | None = None) -> int:
    """Write `fact` in the journal, in the transaction of the change, and return its number.

    Whoever asked with `on` is told by the worker after the commit. `case_id` may be left out where the fact has it.
    Within `together` the entry is written with the other rows at its end; its number is not known yet, and 0 comes back.

    Raises:
        TypeError: if the fact is not a frozen dataclass of ids, codes, dates and numbers.
    """
    if not is_dataclass(fact) or isinstance(fact, type):
        raise TypeError("a fact is an instance of a dataclass")
    kind, at, salt, by = type(fact).__name__, now(), os.urandom(16), by.answerable
    values = {name: plain(getattr(fact, name)) for name in _names(type(fact))}
    case_id = case_id or getattr(fact, "case_id", None)
    fields = covered_fields(kind=kind, fact=values, case_id=case_id, by=by, recorded_at=at)
    entry = row(
        Entry,
        kind=kind,
        fact=values,
        case_id=case_id,
        actor_kind=by.kind,
        actor_id=by.id,
        office=by.office or "",
        on_behalf_of=by.on_behalf_of,
        channel=by.channel,
        recorded_at=at,
        salt=salt,
        digest=hashlib.sha256(salt + canonical(fields)).digest(),
    )
    if is_collecting():
        insert(entry)
        return 0
    return insert_numbered(entry)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclass_fields(kind))


def database_uuid(value: UUID | None) -> Any:
    """Return a UUID as the database in use stores it: native on PostgreSQL, 32 hex places on SQLite."""
    if value is None or connection.vendor == "postgresql":
        return value
    return value.hex


def on(kind: type) -> Callable[[Handler], Handler]:
    """Have the decorated function called by the worker once for each committed fact of this kind.

    Its effect and the reading position commit together: an effect happens exactly once. It must not call the outside
    world; it enqueues a job for that.
    """

    def listen(function: Handler) -> Handler:
        consumer = f"{function.__module__.removeprefix('yiwang.').removesuffix('.handlers')}.{function.__name__}"
        kinds[kind.__name__] = kind
        handlers[kind.__name__].append((consumer, function))
        return function

    return listen


def revive(kind: str, values: dict[str, Any]) -> Any:
    """Return the fact that was recorded, as its dataclass, ids and dates typed again."""
    cls = kinds[kind]
    hints = _hints(cls)
    return cls(**{key: _typed(hints[key], value) for key, value in values.items() if key in hints})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _typed(hint: Any, value: Any) -> Any:
    options = typing.get_args(hint) or (hint,)
    if value is None:
        return None
    if UUID in options and isinstance(value, str):
        return UUID(value)
    if datetime in options:
        return datetime.fromisoformat(value)
    if date in options:
        return date.fromisoformat(value)
    if isinstance(value, list):
        return tuple(_typed(options[0], v) for v in value)
    return value
