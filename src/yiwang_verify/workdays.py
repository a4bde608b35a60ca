"""The working-day calendar of the store, counted day by day: slow, plain, and not the code that set the deadlines."""

import calendar
import datetime as dt
from functools import lru_cache

from yiwang_verify.store import Store, day

_DAY = dt.timedelta(days=1)


class Calendar:
    """Days that differ from their weekday, and the years that an official notice covers."""

    def __init__(self, store: Store) -> None:
        self._days = {day(d): bool(works) for d, works in store.rows("SELECT date, is_workday FROM clock_calendarday")}
        self._years = {int(y) for (y,) in store.rows("SELECT year FROM clock_calendaryear")}
        self.limit_end = lru_cache(maxsize=100_000)(self._limit_end)

    def works(self, date: dt.date) -> bool:
        """Return whether offices work on a day."""
        return self._days.get(date, date.isoweekday() <= 5)

    def _limit_end(self, start: dt.date, amount: int, unit: str) -> dt.date:
        """Return the last day of a limit; day one is the day after the start, or the working day after it.

        Raises:
            ValueError: for an unknown unit or a negative amount.
        """
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
        while not self.works(end):
            end += _DAY
        return end

    def is_provisional(self, first: dt.date, last: dt.date) -> bool:
        """Return whether a span touches a year without an official notice."""
        return not set(range(min(first, last).year, max(first, last).year + 1)) <= self._years


def _months_on(start: dt.date, months: int) -> dt.date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
