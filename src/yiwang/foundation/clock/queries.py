"""Read the calendar, as one object that is kept for a minute."""

import datetime as dt
import time

from yiwang.foundation.clock.models import CalendarDay, CalendarYear
from yiwang.foundation.clock.workdays import Calendar

_kept: tuple[float, Calendar] | None = None
KEEP_SECONDS = 60


def calendar() -> Calendar:
    """Return the working-day calendar; a change shows in every process within a minute."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEEP_SECONDS:
        days = dict(CalendarDay.objects.values_list("date", "is_workday"))
        years = frozenset(CalendarYear.objects.values_list("year", flat=True))
        _kept = (time.monotonic(), Calendar(days, years))
    return _kept[1]


def forget_calendar() -> None:
    """Read the calendar anew at the next question."""
    global _kept
    _kept = None


def calendar_years() -> list[CalendarYear]:
    """Return the years for which an official notice was entered, the latest first."""
    return list(CalendarYear.objects.order_by("-year"))


def calendar_days(year: int) -> list[CalendarDay]:
    """Return the days of a year that differ from their weekday."""
    return list(CalendarDay.objects.filter(date__range=(dt.date(year, 1, 1), dt.date(year, 12, 31))).order_by("date"))
