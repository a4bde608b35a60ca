"""The clocks of a case: when they end, by law and by promise. Pure; the calendar is handed in."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from yiwang.domains.catalogue.content import ItemContent, Limit
from yiwang.foundation.clock.workdays import Calendar, add_months

ACCEPTANCE_WORKDAYS = 5
"""行政许可法 art. 32 (4): told within five working days what has to be supplied, or deemed accepted."""

PERMIT_WORKDAYS = 20
"""行政许可法 art. 42: twenty working days from acceptance, where no other law says otherwise."""

JOINT_PERMIT_WORKDAYS = 45
"""行政许可法 art. 42: forty-five working days where offices act together."""

DELIVERY_WORKDAYS = 10
"""行政许可法 art. 44: what was granted is issued and delivered within ten working days of the decision."""

EXTENSION_WORKDAYS = 10
JOINT_EXTENSION_WORKDAYS = 15
"""行政许可法 art. 42: the one extension that the head may approve."""

PERMIT = "01"


@dataclass(frozen=True)
class Pause:
    """A time that is over: the days after its first up to its last are not counted (art. 45, or the applicant's turn)."""

    started_on: dt.date
    ended_on: dt.date


@dataclass(frozen=True)
class Deadline:
    """When a clock ends. A date that the source does not let us know is None, never guessed."""

    started_on: dt.date
    legal: Limit | None
    legal_due_on: dt.date | None
    promised: Limit | None
    promised_due_on: dt.date | None
    is_provisional: bool

    @property
    def due_on(self) -> dt.date | None:
        """The date that the office works towards: the promise where there is one, otherwise the law."""
        return self.promised_due_on or self.legal_due_on


def acceptance_deadline(started_on: dt.date, calendar: Calendar) -> Deadline:
    """Return the end of the acceptance clock: five working days, day one being the next working day."""
    limit = Limit(ACCEPTANCE_WORKDAYS)
    due = calendar.add_workdays(started_on, ACCEPTANCE_WORKDAYS)
    return Deadline(started_on, limit, due, None, None, calendar.is_provisional(started_on, due))


def correction_deadline(started_on: dt.date, workdays: int, calendar: Calendar) -> Deadline:
    """Return until when the applicant may supply what was asked for."""
    due = calendar.add_workdays(started_on, workdays)
    return Deadline(started_on, Limit(workdays), due, None, None, calendar.is_provisional(started_on, due))


def delivery_deadline(started_on: dt.date, calendar: Calendar, *, pauses: Sequence[Pause] = ()) -> Deadline:
    """Return until when what was granted is issued and delivered; `pauses` are when it was the applicant's turn."""
    limit = Limit(DELIVERY_WORKDAYS)
    due = _end(started_on, limit, 0, pauses, calendar)
    return Deadline(started_on, limit, due, None, None, calendar.is_provisional(started_on, due or started_on))


def decision_deadline(
    started_on: dt.date,
    content: ItemContent,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    more_workdays: int = 0,
    extended_on: dt.date | None = None,
) -> Deadline:
    """Return the end of the decision clock, from the item's limits; a permit without one has the days of art. 42.

    `pauses` are special procedures that have ended (art. 45), in their order: what was left when one began goes on the
    day after it ended. `more_workdays` are those of the one extension (art. 42), approved on `extended_on`; the promise moves with the law,
    but not where it had run out by then: what was broken is not made whole.
    """
    legal = content.legal_limit or (permit_limit(content) if content.type_code == PERMIT else None)
    promised = content.promised_limit
    legal_due = _end(started_on, legal, more_workdays, pauses, calendar)
    promised_due = _end(started_on, promised, 0, pauses, calendar)
    if promised_due and more_workdays and not (extended_on and promised_due < extended_on):
        promised_due = _end(started_on, promised, more_workdays, pauses, calendar)
    if legal_due and promised_due and promised_due > legal_due:
        promised, promised_due = legal, legal_due
    last = max((d for d in (legal_due, promised_due) if d), default=started_on)
    return Deadline(started_on, legal, legal_due, promised, promised_due, calendar.is_provisional(started_on, last))


def permit_limit(content: ItemContent) -> Limit:
    """Return the limit of art. 42: twenty working days, or forty-five where several offices act together."""
    return Limit(JOINT_PERMIT_WORKDAYS if content.processing.joint_offices else PERMIT_WORKDAYS)


def extension_workdays(content: ItemContent) -> int:
    """Return how long the one extension is: what the item says, or ten days, fifteen with joint offices (art. 42)."""
    default = JOINT_EXTENSION_WORKDAYS if content.processing.joint_offices else EXTENSION_WORKDAYS
    return content.processing.extension_days or default


def _end(
    started_on: dt.date, limit: Limit | None, more: int, pauses: Sequence[Pause], calendar: Calendar
) -> dt.date | None:
    if limit is None:
        return None
    if not pauses and not more:
        return calendar.add_limit(started_on, limit.amount, limit.unit)
    rest = list(pauses)
    if limit.unit == "workday":
        return _count_workdays(started_on, limit.amount + more, rest, calendar)
    end = _count_days(started_on, limit, rest, calendar)
    return _count_workdays(end, more, rest, calendar) if more else end


def _count_workdays(start: dt.date, left: int, pauses: list[Pause], calendar: Calendar) -> dt.date:
    """Count working days from the day after `start`, none of them within a pause; the pauses that are met are used up."""
    end = calendar.add_workdays(start, left)
    while pauses and pauses[0].started_on <= end:
        pause = pauses.pop(0)
        if pause.ended_on <= start:
            continue
        began = max(pause.started_on, start)
        left -= calendar.workdays_between(start, began)
        start = pause.ended_on
        end = calendar.add_workdays(start, left) if left else calendar.next_workday(start)
    return end


def _count_days(start: dt.date, limit: Limit, pauses: list[Pause], calendar: Calendar) -> dt.date:
    """Count calendar days, months or years; what is left at a pause is a number of calendar days."""
    end = start + dt.timedelta(days=limit.amount)
    if limit.unit != "day":
        end = add_months(start, limit.amount * (12 if limit.unit == "year" else 1))
    while pauses and pauses[0].started_on <= calendar.next_workday(end):
        pause = pauses.pop(0)
        if pause.ended_on > start:
            left = max(end - max(pause.started_on, start), dt.timedelta(0))
            start, end = pause.ended_on, pause.ended_on + left
    return calendar.next_workday(end)


def workdays_left(today: dt.date, due_on: dt.date, calendar: Calendar) -> int:
    """Return the working days left: 0 on the day itself, negative once it is over."""
    if today <= due_on:
        return calendar.workdays_between(today, due_on)
    return -calendar.workdays_between(due_on, today)
