"""What others may hear of documents."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DocumentSealed:
    """A document carries the seal of its office; `sha256` is that of the data sealed."""

    document_id: UUID
    case_id: UUID
    document_kind: str
    sha256: str


@dataclass(frozen=True)
class DecisionPublished:
    """A granted permit can be read by anybody (行政许可法 art. 40)."""

    document_id: UUID
    case_id: UUID
