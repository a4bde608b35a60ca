"""What hangs on a case beside the ordinary way, and what may be done next."""

import datetime as dt
from typing import Literal

from ninja import Schema
from pydantic import Field

SpecialKind = Literal[
    "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"
]


class NextStep(Schema):
    """A step of the table that the caller's duties know from here."""

    event: str
    allowed: bool
    why_not: str = Field(description="In words, where it is not possible now.")
    due_on: dt.date | None


class Remaining(Schema):
    """What is left of the clock that runs, in working days; while a special procedure runs, what is frozen."""

    workdays: int | None
    legal_workdays: int | None
    is_stopped: bool
    due_on: dt.date | None
    legal_due_on: dt.date | None


class SpecialOut(Schema):
    """A special procedure: its time does not count."""

    kind: SpecialKind
    basis: str
    started_on: dt.date
    planned_end_on: dt.date
    held_on: dt.date | None
    begins_at: dt.time | None
    place: str
    ended_on: dt.date | None
    outcome: str


class ExtensionOut(Schema):
    """The one extension."""

    workdays: int
    old_due_on: dt.date
    new_due_on: dt.date


class DeferralOut(Schema):
    """A paper to follow."""

    material: str
    due_on: dt.date | None
    supplied_at: dt.datetime | None


class PromiseOut(Schema):
    """What was signed, and how it was verified."""

    text_version: str
    signed_at: dt.datetime
    verify_due_on: dt.date | None
    verified_at: dt.datetime | None
    result: str
    mend_by: dt.date | None


class MoreOut(Schema):
    """What was asked for after acceptance, on a named legal basis."""

    items: list[str]
    basis: str
    due_on: dt.date
    supplied_at: dt.datetime | None


class Procedure(Schema):
    """What happened beside the ordinary way."""

    remaining: Remaining
    specials: list[SpecialOut]
    extension: ExtensionOut | None
    deferrals: list[DeferralOut]
    promise: PromiseOut | None
    more: MoreOut | None
