"""What others may hear of ratings."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CaseRated:
    """A finished case received its one grade."""

    case_id: UUID
    item_code: str
    office_code: str
    grade: str


@dataclass(frozen=True)
class JointRated:
    """A joint case received its one grade; its cases were rated with it."""

    joint_id: UUID
    bundle_code: str
    grade: str
    cases: int
