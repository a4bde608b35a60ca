"""Read the table and follow its arrows."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import msgspec

TABLE = Path(__file__).with_name("table.json")


class Arrow(msgspec.Struct, frozen=True):
    """One row of the table."""

    event: str
    from_: list[str | None] = msgspec.field(name="from")
    to: str
    actors: list[str]
    fact: str
    document: str | None
    clock: str | None
    guard: str = ""

    @property
    def guards(self) -> list[str]:
        """The names of the conditions under which the event is possible."""
        return [name.strip() for name in self.guard.split(",") if name.strip()]


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return the published table as it stands in the file."""
    return cast("dict[str, Any]", json.loads(TABLE.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _arrows() -> dict[tuple[str | None, str], Arrow]:
    """Return (state, event) → arrow. An event that leaves several states as they are has a row for each of them."""
    rows = [msgspec.convert(row, Arrow) for row in table()["arrows"]]
    return {(state, arrow.event): arrow for arrow in rows for state in arrow.from_}


def arrow_from(state: str | None, event: str) -> Arrow | None:
    """Return the arrow that an event follows from a state; None where the law knows no such step."""
    return _arrows().get((state, event))


def events_from(state: str | None) -> list[Arrow]:
    """Return every arrow that leaves a state, in the order of the table."""
    return [arrow for (source, _), arrow in _arrows().items() if source == state]


def state_name(state: str, language: str = "zh") -> str:
    """Return a state's name for people."""
    names = table()["states"][state]
    return str(names["en" if language.startswith("en") else "zh"])


def final_states() -> frozenset[str]:
    """Return the states that nothing leads out of."""
    return frozenset(table()["final"])
