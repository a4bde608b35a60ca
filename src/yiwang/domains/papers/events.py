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
class PaperRemoved:
    """A person took a file away again that no case rests on."""

    paper_id: UUID
