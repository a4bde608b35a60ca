"""What rules ask of those who know items and cases: they stand higher, so they come here and say so."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from yiwang.domains.rules.tables import Input
from yiwang.foundation.forms.texts import Text


@dataclass(frozen=True, slots=True)
class Subject:
    """An item as far as rules have to know it; `obstacles` say why no machine may decide it."""

    code: str
    name: str
    name_en: str
    office_code: str
    obstacles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case that people have decided: what the table would have looked at, and what they decided."""

    number: str
    outcome: str
    values: dict[str, Any]


class Subjects(Protocol):
    """Knows items, what of them a table may look at, and their past cases."""

    def subject(self, item_code: str) -> Subject | None:
        """Return an item; None where there is none."""
        ...

    def inputs(self, item_code: str, kind: str) -> list[Input]:
        """Return what a table of this kind may look at."""
        ...

    def past(self, item_code: str, keys: Collection[str], limit: int) -> Iterator[PastCase]:
        """Yield the newest cases that people decided, a few at a time; each look is noted for the person."""
        ...


class NobodyKnows(LookupError):
    """No higher domain has said that it knows items and cases."""


_known: list[Subjects] = []


def provide_subjects(subjects: Subjects) -> None:
    """Say who knows items and cases; called once while the platform starts."""
    _known[:] = [subjects]


def subjects() -> Subjects:
    """Return who knows items and cases.

    Raises:
        NobodyKnows: where nobody said so.
    """
    if not _known:
        raise NobodyKnows
    return _known[0]
