"""What others may hear of papers."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaperAttached:
    """A person attached a file."""

    paper_id: UUID
    sha256: str
    size: int


@dataclass(frozen=True)
class PaperGraded:
    """An official at a window said what they looked at: the original, a copy beside it, a copy, a declaration."""

    paper_id: UUID
    grade: str


@dataclass(frozen=True)
class PaperRemoved:
    """A person took a file away again that no case rests on."""

    paper_id: UUID
