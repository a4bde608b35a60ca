"""The working-day calendar of the store, counted day by day: slow, plain, and not the code that set the deadlines."""

import calendar
import datetime as dt
from functools import lru_cache

from yiwang_verify.store import Store, day

_DAY = dt.timedelta(days=1)
Stops = tuple[tuple[dt.date, dt.date], ...]
"""The first and the last day of each special procedure that has ended, in their order."""


class Calendar:
    """Days that differ from their weekday, and the years that an official notice covers."""

    def __init__(self, store: Store) -> None:
        self._days = {day(d): bool(works) for d, works in store.rows("SELECT date, is_workday FROM clock_calendarday")}
        self._years = {int(y) for (y,) in store.rows("SELECT year FROM clock_calendaryear")}
        self.limit_end = lru_cache(maxsize=100_000)(self._limit_end)

    def works(self, date: dt.date) -> bool:
        """Return whether offices work on a day."""
        return self._days.get(date, date.isoweekday() <= 5)

    def _limit_end(self, start: dt.date, amount: int, unit: str, stops: Stops = (), more: int = 0) -> dt.date:
        """Return the last day of a limit; day one is the day after the start, or the working day after it.

        The days after the first up to the last of a stop are not counted (行政许可法 art. 45); `more` are the working
        days of an extension (art. 42).

        Raises:
            ValueError: for an unknown unit or a negative amount.
        """
        if not stops and not more:
            return self._plain_end(start, amount, unit)
        if unit == "workday":
            return self._workdays_on(start, amount + more, stops)
        return self._workdays_on(self._days_on(start, amount, unit, stops), more, stops)

    def _workdays_on(self, start: dt.date, amount: int, stops: Stops) -> dt.date:
        end = start
        while amount:
            end += _DAY
            amount -= self.works(end) and not any(began < end <= ended for began, ended in stops)
        for began, ended in stops:
            if began == end < ended and end > start:  # stopped on its last day: that day is had again
                end = self._working(ended)
        return end

    def _days_on(self, start: dt.date, amount: int, unit: str, stops: Stops) -> dt.date:
        """Calendar days, months and years: what is left at a stop is a number of calendar days."""
        end = start + amount * _DAY if unit == "day" else _months_on(start, amount * (12 if unit == "year" else 1))
        for began, ended in stops:
            if began <= self._working(end) and ended > start:
                end = ended + max(end - max(began, start), dt.timedelta(0))
        return self._working(end)

    def _working(self, date: dt.date) -> dt.date:
        while not self.works(date):
            date += _DAY
        return date

    def _plain_end(self, start: dt.date, amount: int, unit: str) -> dt.date:
        if amount < 0 or unit not in {"workday", "day", "month", "year"}:
            raise ValueError(f"no such limit: {amount} {unit}")
        if amount == 0:
            return start
        if unit == "workday":
            end = start
            while amount:
                end += _DAY
                amount -= self.works(end)
            return end
        end = start + amount * _DAY if unit == "day" else _months_on(start, amount * (12 if unit == "year" else 1))
        return self._working(end)

    def is_provisional(self, first: dt.date, last: dt.date) -> bool:
        """Return whether a span touches a year without an official notice."""
        return not set(range(min(first, last).year, max(first, last).year + 1)) <= self._years


def _months_on(start: dt.date, months: int) -> dt.date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
