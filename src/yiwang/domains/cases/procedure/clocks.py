"""The clocks of a case: when they end, by law and by promise. Pure; the calendar is handed in."""

import datetime as dt
from dataclasses import dataclass

from yiwang.domains.catalogue.content import ItemContent, Limit
from yiwang.foundation.clock.workdays import Calendar

ACCEPTANCE_WORKDAYS = 5
"""行政许可法 art. 32 (4): told within five working days what has to be supplied, or deemed accepted."""

PERMIT_WORKDAYS = 20
"""行政许可法 art. 42: twenty working days from acceptance, where no other law says otherwise."""

PERMIT = "01"


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


def decision_deadline(started_on: dt.date, content: ItemContent, calendar: Calendar) -> Deadline:
    """Return the end of the decision clock, from the item's limits; a permit without one has the twenty days of art. 42."""
    legal = content.legal_limit or (Limit(PERMIT_WORKDAYS) if content.type_code == PERMIT else None)
    promised = content.promised_limit
    legal_due = _end(started_on, legal, calendar)
    promised_due = _end(started_on, promised, calendar)
    if legal_due and promised_due and promised_due > legal_due:
        promised, promised_due = legal, legal_due
    last = max((d for d in (legal_due, promised_due) if d), default=started_on)
    return Deadline(started_on, legal, legal_due, promised, promised_due, calendar.is_provisional(started_on, last))


def _end(started_on: dt.date, limit: Limit | None, calendar: Calendar) -> dt.date | None:
    return calendar.add_limit(started_on, limit.amount, limit.unit) if limit else None


def workdays_left(today: dt.date, due_on: dt.date, calendar: Calendar) -> int:
    """Return the working days left: 0 on the day itself, negative once it is over."""
    if today <= due_on:
        return calendar.workdays_between(today, due_on)
    return -calendar.workdays_between(due_on, today)
