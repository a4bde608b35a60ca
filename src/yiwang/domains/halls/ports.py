"""What halls ask of whoever knows the cases: which results lie ready to be handed over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Ready:
    """One result that lies ready, from an office; `person_id` may take it against their document.

    `code` opens it for whoever brings it. Only its owner can read it, in their account; an empty one opens nothing.
    """

    reference: str
    person_id: UUID
    firm_id: UUID | None
    office: str
    name: str
    things: tuple[str, ...]
    code: str


class Shelf(Protocol):
    """Where results lie until they are fetched."""

    def __call__(self, reference: str) -> Ready | None:
        """Return what lies ready under a reference; None where nothing does."""
        ...


_shelf: list[Callable[[str], Ready | None]] = []


def put_up_shelf(shelf: Shelf) -> None:
    """Say who knows of results; called once, as the platform starts."""
    _shelf[:] = [shelf]


def ready(reference: str) -> Ready | None:
    """Return the result that lies ready under a reference."""
    return _shelf[0](reference) if _shelf else None
