import csv
import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.clock.workdays import Calendar
from yiwang.foundation.tests.shared_data import shared

DATES = st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.dictionaries(DATES, st.booleans(), max_size=60),
    st.frozensets(st.integers(2015, 2030)),
)
PLAIN = Calendar({}, frozenset({2026}))
D = dt.date


def _step_by_step(calendar, start, count):
    day, step = start, dt.timedelta(1 if count > 0 else -1)
    while count:
        day += step
        if calendar.is_workday(day):
            count -= 1 if count > 0 else -1
    return day


@given(CALENDARS, DATES, st.integers(-400, 400))
def test_adding_is_the_same_as_walking(calendar, start, count):
    assert calendar.add_workdays(start, count) == _step_by_step(calendar, start, count)


@given(CALENDARS, DATES, DATES)
def test_counting_is_the_same_as_walking(calendar, start, end):
    low, high = sorted((start, end))
    days = (low + dt.timedelta(at) for at in range(1, (high - low).days + 1))
    walked = sum(calendar.is_workday(day) for day in days)
    assert calendar.workdays_between(low, high) == walked
    assert calendar.workdays_between(high, low) == -walked


@given(CALENDARS, DATES, st.integers(1, 400))
def test_an_end_is_a_working_day_that_many_days_on(calendar, start, count):
    end = calendar.add_workdays(start, count)
    assert calendar.is_workday(end)
    assert calendar.workdays_between(start, end) == count
    assert end > start


@given(CALENDARS, DATES, st.integers(0, 100), st.integers(0, 100))
def test_more_days_never_end_earlier(calendar, start, count, more):
    assert calendar.add_workdays(start, count) <= calendar.add_workdays(start, count + more)


@given(CALENDARS, DATES, st.integers(1, 60), st.sampled_from(["workday", "day", "month", "year"]))
def test_a_limit_ends_on_a_working_day(calendar, start, amount, unit):
    assert calendar.is_workday(calendar.add_limit(start, amount, unit))


def test_day_one_is_the_next_working_day():
    friday, saturday, monday = D(2026, 11, 20), D(2026, 11, 21), D(2026, 11, 23)
    assert PLAIN.add_workdays(friday, 1) == monday
    assert PLAIN.add_workdays(saturday, 1) == monday
    assert PLAIN.add_workdays(saturday, 0) == saturday
    assert PLAIN.add_workdays(monday, -1) == friday
    assert PLAIN.next_workday(saturday) == PLAIN.next_workday(monday) == monday
    worked = Calendar({saturday: True, monday: False}, frozenset())
    assert worked.add_workdays(friday, 2) == D(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        (D(2026, 1, 31), 1, "month", D(2026, 3, 2)),  # 28 February is a Saturday
        (D(2025, 1, 31), 1, "month", D(2025, 2, 28)),
        (D(2024, 2, 29), 1, "year", D(2025, 2, 28)),
        (D(2026, 1, 15), 12, "month", D(2027, 1, 15)),
        (D(2026, 11, 20), 1, "day", D(2026, 11, 23)),
        (D(2026, 11, 20), 3, "day", D(2026, 11, 23)),
        (D(2026, 11, 21), 0, "day", D(2026, 11, 21)),
        (D(2026, 11, 20), 5, "workday", D(2026, 11, 27)),
    ],
)
def test_limits(start, amount, unit, end):
    assert PLAIN.add_limit(start, amount, unit) == end


def test_wrong_limits_are_refused():
    with pytest.raises(ValueError, match="-1"):
        PLAIN.add_limit(D(2026, 1, 1), -1, "day")
    with pytest.raises(ValueError, match="week"):
        PLAIN.add_limit(D(2026, 1, 1), 1, "week")
    with pytest.raises(OverflowError):
        PLAIN.add_workdays(D(9999, 12, 1), 60)


def test_years_without_a_notice_are_provisional():
    assert not PLAIN.is_provisional(D(2026, 1, 1), D(2026, 12, 31))
    assert PLAIN.is_provisional(D(2026, 12, 1), D(2027, 1, 4))
    assert PLAIN.is_provisional(D(2027, 1, 1))


def test_a_thousand_long_spans_take_no_time():
    calendar = Calendar({}, frozenset())
    calendar.workdays_between(D(1990, 1, 1), D(2040, 1, 1))
    began = time.process_time()
    for at in range(1_000):
        calendar.add_workdays(D(1990, 1, 1), 5_000 + at)
    assert time.process_time() - began < 0.5


@pytest.fixture(scope="module")
def official():
    with shared("codes/holidays_cn_2013_2026.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    days = {dt.date.fromisoformat(row["date"]): row["is_off_day"] != "True" for row in rows}
    return Calendar(days, frozenset(int(row["year"]) for row in rows))


def test_the_official_days(official):
    assert not official.is_workday(D(2026, 10, 7))
    assert official.is_workday(D(2026, 10, 10))  # a Saturday made up for the National Day
    assert official.add_workdays(D(2026, 9, 30), 3) == D(2026, 10, 10)
    assert official.add_workdays(D(2024, 2, 9), 1) == D(2024, 2, 18)  # the Sunday after Spring Festival
    assert not official.is_provisional(D(2013, 1, 1), D(2026, 12, 31))
    for year in range(2014, 2027):
        assert 245 <= official.workdays_between(D(year - 1, 12, 31), D(year, 12, 31)) <= 252
