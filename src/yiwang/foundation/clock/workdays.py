"""Working days and time limits: plain arithmetic on a calendar that is handed in.

All periods of the licensing law are working days (行政许可法 art. 82), and the day on which a period begins is not
counted: day one is the next working day.
"""

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Literal

Unit = Literal["workday", "day", "month", "year"]

_ONE_DAY = dt.timedelta(days=1)


class Calendar:
    """Which days are working days.

    Args:
        days: days that differ from their weekday: True for a make-up working day, False for a day off.
        official_years: years for which the State Council's notice has been entered; any other year is provisional.
    """

    def __init__(self, days: Mapping[dt.date, bool], official_years: frozenset[int]) -> None:
        self._days = dict(days)
        self.official_years = frozenset(official_years)
        self._years: dict[int, tuple[int, ...]] = {}

    def is_workday(self, day: dt.date) -> bool:
        """Return whether offices work on a day."""
        known = self._days.get(day)
        return day.weekday() < 5 if known is None else known

    def add_workdays(self, start: dt.date, count: int) -> dt.date:
        """Return the day that is `count` working days after `start`, or before it when `count` is negative.

        Day one is the next working day after `start`; 0 gives `start` itself, working day or not.
        Raises OverflowError where the result would lie outside of the years 1-9999.
        """
        if count == 0:
            return start
        return self._forward(start, count) if count > 0 else self._back(start, -count)

    def _forward(self, start: dt.date, count: int) -> dt.date:
        year = start.year
        workdays = self._workdays(year)
        passed = bisect_right(workdays, start.toordinal())
        while passed + count > len(workdays):
            count -= len(workdays) - passed
            passed, year = 0, year + 1
            workdays = self._workdays(year)
        return dt.date.fromordinal(workdays[passed + count - 1])

    def _back(self, start: dt.date, count: int) -> dt.date:
        year = start.year
        workdays = self._workdays(year)
        left = bisect_left(workdays, start.toordinal())
        while count > left:
            count -= left
            year -= 1
            workdays = self._workdays(year)
            left = len(workdays)
        return dt.date.fromordinal(workdays[left - count])

    def workdays_between(self, start: dt.date, end: dt.date) -> int:
        """Return how many working days lie after `start` up to and including `end`; negative if `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        first = bisect_right(self._workdays(start.year), start.toordinal())
        last = bisect_right(self._workdays(end.year), end.toordinal())
        return last - first + sum(len(self._workdays(year)) for year in range(start.year, end.year))

    def add_limit(self, start: dt.date, amount: int, unit: Unit) -> dt.date:
        """Return the last day of a time limit that began on `start`; an amount of 0 ends on `start`.

        Months and years end on the same day number, or on the last day of a month that has no such day. A limit that
        is not counted in working days and ends on a day off ends on the next working day.
        Raises ValueError for a negative amount or an unknown unit.
        """
        if amount < 0:
            raise ValueError(f"a time limit cannot be {amount}")
        if unit == "workday":
            return self.add_workdays(start, amount)
        if unit == "day":
            end = start + dt.timedelta(days=amount)
        elif unit in ("month", "year"):
            end = add_months(start, amount * (12 if unit == "year" else 1))
        else:
            raise ValueError(f"unknown unit of time: {unit}")
        return self.next_workday(end) if amount else start

    def next_workday(self, day: dt.date) -> dt.date:
        """Return the day itself if it is a working day, otherwise the next one that is."""
        return self.add_workdays(day - _ONE_DAY, 1)

    def is_provisional(self, start: dt.date, end: dt.date | None = None) -> bool:
        """Return whether what is worked out from `start` to `end` rests on a year without an official notice."""
        low, high = sorted((start, end or start))
        return any(year not in self.official_years for year in range(low.year, high.year + 1))

    def _workdays(self, year: int) -> tuple[int, ...]:
        """The working days of a year as ordinals, worked out once."""
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = tuple(day.toordinal() for day in _days_of(year) if self.is_workday(day))
        return known


def _days_of(year: int) -> Iterator[dt.date]:
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError(f"year {year} is out of range")
    day = dt.date(year, 1, 1).toordinal()
    for ordinal in range(day, day + 365 + calendar.isleap(year)):
        yield dt.date.fromordinal(ordinal)


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the same day that many months on, or the last of the month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
