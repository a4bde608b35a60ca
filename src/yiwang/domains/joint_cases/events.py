"""What others may hear of joint cases: ids and codes only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class JointSubmitted:
    """Somebody applied for several items with one form (一件事)."""

    joint_id: UUID
    bundle_code: str
    parts: int
    waiting: int


@dataclass(frozen=True)
class PartSubmitted:
    """A part that had waited for the result of another was handed in."""

    joint_id: UUID
    part: str
    case_id: UUID


@dataclass(frozen=True)
class PartStopped:
    """A part was not handed in, and will not be: what it rests on was not granted, or nobody wants it any more."""

    joint_id: UUID
    part: str
    why: str
    because_of: str = ""


@dataclass(frozen=True)
class JointClosed:
    """Every part of a joint case has come to its end; the whole may be rated."""

    joint_id: UUID
    bundle_code: str
    granted: int
    parts: int


@dataclass(frozen=True)
class JointPromiseReckoned:
    """The one promise was worked out anew, because the calendar changed."""

    joint_id: UUID
