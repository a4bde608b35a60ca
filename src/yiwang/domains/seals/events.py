"""What others may hear of seals."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SealIssued:
    """An office received a seal."""

    seal_id: UUID
    office_code: str
