"""When a hall is open: its hours on working days and weekends, as the calendar of the state has them."""

import datetime as dt

from yiwang.domains.halls.models import Closure, Hall, OpeningHours
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.queries import calendar, calendar_days

MOST_DAYS_AHEAD = 60
Stretch = tuple[dt.datetime, dt.datetime]
Hours = dict[str, list[tuple[int, int]]]
"""Kind of day → stretches, in minutes after midnight."""


def day_hours(hall: Hall) -> Hours:
    """Return the hours of a hall: kind of day → stretches, in minutes after midnight."""
    found: Hours = {}
    for days, opens, closes in (
        OpeningHours.objects.filter(hall=hall)
        .order_by("opens_minute")
        .values_list("days", "opens_minute", "closes_minute")
    ):
        found.setdefault(days, []).append((opens, closes))
    return found


def hours_words(stretches_of_day: list[tuple[int, int]]) -> str:
    """Return 8:30–12:00，13:30–17:00."""
    return "，".join(f"{a // 60}:{a % 60:02d}–{b // 60}:{b % 60:02d}" for a, b in stretches_of_day)


def stretches(hall: Hall, day: dt.date, hours: Hours | None = None) -> list[Stretch]:
    """Return when a hall is open on a day: none on a holiday, on a weekend without hours, or where it stays closed."""
    found = day_hours(hall) if hours is None else hours
    if calendar().is_workday(day):
        kind = "workday"
    elif day.weekday() >= 5 and found.get("weekend") and not _is_holiday(day):
        kind = "weekend"
    else:
        return []
    if Closure.objects.filter(hall=hall, date=day).exists():
        return []
    midnight = dt.datetime.combine(day, dt.time(), ZONE)
    return [(midnight + dt.timedelta(minutes=a), midnight + dt.timedelta(minutes=b)) for a, b in found.get(kind, [])]


def _is_holiday(day: dt.date) -> bool:
    """Whether a weekend lies in a holiday of the State Council's notice."""
    return any(one.date == day and not one.is_workday for one in calendar_days(day.year))


def is_open_at(hall: Hall, moment: dt.datetime) -> bool:
    """Return whether a hall is open at a moment."""
    day = moment.astimezone(ZONE).date()
    return any(opens <= moment < closes for opens, closes in stretches(hall, day))


def next_opening(hall: Hall, moment: dt.datetime) -> dt.datetime | None:
    """Return when a hall opens next after a moment; None where it does not within two months."""
    hours, day = day_hours(hall), moment.astimezone(ZONE).date()
    for ahead in range(MOST_DAYS_AHEAD):
        for opens, _closes in stretches(hall, day + dt.timedelta(days=ahead), hours):
            if opens > moment:
                return opens
    return None
