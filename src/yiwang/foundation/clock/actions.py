"""Keep the calendar."""

import datetime as dt
from collections.abc import Mapping

from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock.events import CalendarChanged
from yiwang.foundation.clock.models import CalendarDay, CalendarYear
from yiwang.foundation.clock.queries import forget_calendar
from yiwang.foundation.journal.recording import record


@action
def set_calendar(
    *, days: Mapping[dt.date, tuple[bool, str]], official_years: Mapping[int, str], by: Actor
) -> tuple[int, ...]:
    """Enter or correct days off and make-up working days; return the years in which something changed.

    Args:
        days: date → (is it a working day, name of the holiday).
        official_years: year → the notice that it rests on (行政许可法 art. 82; State Council's yearly notice).
    """
    require(by.kind == "system" or by.has_role("administrator"))
    known = {d.date: (d.is_workday, d.name) for d in CalendarDay.objects.filter(date__in=days)}
    changed = {day: value for day, value in days.items() if known.get(day) != value}
    new_years = set(official_years) - set(CalendarYear.objects.values_list("year", flat=True))
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=day, is_workday=works, name=name) for day, (works, name) in changed.items()],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["is_workday", "name"],
    )
    CalendarYear.objects.bulk_create([CalendarYear(year=y, notice=official_years[y]) for y in new_years])
    years = tuple(sorted({day.year for day in changed} | new_years))
    if years:
        record(CalendarChanged(years=years), by=by)
    forget_calendar()
    return years
