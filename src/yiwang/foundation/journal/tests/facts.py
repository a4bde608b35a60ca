"""Facts and readers for these tests; no domain hears of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from yiwang.foundation.journal import dispatch, recording
from yiwang.foundation.journal.models import Entry

CASE = UUID(int=7)


@dataclass(frozen=True)
class DoorOpened:
    """A door was opened."""

    door_id: UUID
    times: int
    day: dt.date | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class DoorOfCaseOpened:
    """A door was opened that belongs to a case."""

    case_id: UUID


def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Let nobody hear of facts but who asks with the decorator returned."""
    mine: dict[str, list[Any]] = defaultdict(list)
    monkeypatch.setattr(recording, "handlers", mine)
    monkeypatch.setattr(dispatch, "handlers", mine)
    monkeypatch.setattr(recording, "kinds", dict(recording.kinds))
    return recording.on


def entry_with_number(number: int, like: int) -> None:
    """Let a number appear, as a transaction that began earlier and committed later would."""
    row = Entry.objects.get(pk=like)
    row.pk = number
    row.save(force_insert=True)
