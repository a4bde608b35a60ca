"""What others may hear of jobs."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class JobTriedAgain:
    """An operator sent a dead job round once more."""

    job_id: UUID
    job_kind: str
