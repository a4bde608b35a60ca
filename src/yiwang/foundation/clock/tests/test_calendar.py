"""The calendar is data that an administrator keeps; a change is a fact, and counts at once."""

import datetime as dt
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.clock import ZONE, move_to, moved_to, now, queries, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.models import CalendarDay
from yiwang.foundation.journal.queries import latest_of_kind

pytestmark = pytest.mark.django_db

D = dt.date
ADMINISTRATOR = Actor(kind="staff", id=UUID(int=6), office="X", roles=frozenset({"administrator"}))
NATIONAL_DAY = {D(2026, 10, 1): (False, "国庆节"), D(2026, 10, 2): (False, "国庆节"), D(2026, 10, 10): (True, "国庆节")}
NOTICE = {2026: "国办发明电"}


def test_days_off_and_make_up_days_count_from_the_moment_they_are_entered():
    assert queries.calendar().is_workday(D(2026, 10, 1))
    assert set_calendar(days=NATIONAL_DAY, official_years=NOTICE, by=ADMINISTRATOR) == (2026,)
    calendar = queries.calendar()
    assert not calendar.is_workday(D(2026, 10, 1))
    assert calendar.is_workday(D(2026, 10, 10))
    assert calendar.add_workdays(D(2026, 9, 30), 6) == D(2026, 10, 10)
    assert not calendar.is_provisional(D(2026, 1, 5))
    assert calendar.is_provisional(D(2026, 12, 30), D(2027, 1, 4))


def test_the_same_notice_twice_changes_nothing_and_a_correction_changes_one_day():
    set_calendar(days=NATIONAL_DAY, official_years=NOTICE, by=SYSTEM)
    assert set_calendar(days=NATIONAL_DAY, official_years=NOTICE, by=SYSTEM) == ()
    assert set_calendar(days={D(2026, 10, 10): (False, "国庆节")}, official_years={}, by=SYSTEM) == (2026,)
    assert not queries.calendar().is_workday(D(2026, 10, 10))
    assert [e.fact["years"] for e in latest_of_kind("CalendarChanged")] == [[2026], [2026]]
    assert [day.date for day in queries.calendar_days(2026)] == sorted(NATIONAL_DAY)
    assert [year.notice for year in queries.calendar_years()] == ["国办发明电"]


@pytest.mark.parametrize("who", [ANONYMOUS, Actor(kind="person", id=UUID(int=1), assurance=3),
                                 Actor(kind="staff", id=UUID(int=2), roles=frozenset({"head", "operator"}))])  # fmt: skip
def test_nobody_else_moves_deadlines(who):
    with pytest.raises(PermissionDenied), transaction.atomic():
        set_calendar(days=NATIONAL_DAY, official_years=NOTICE, by=who)
    assert not CalendarDay.objects.exists()


def test_a_day_begins_at_midnight_in_china():
    with moved_to(dt.datetime(2026, 3, 17, 15, 59, 50, tzinfo=dt.UTC)):
        assert today() == D(2026, 3, 17)
    with moved_to(dt.datetime(2026, 3, 17, 16, 0, 1, tzinfo=dt.UTC)):
        assert today() == D(2026, 3, 18)


def test_a_moved_clock_runs_on_and_comes_back():
    real = now()
    with moved_to(dt.datetime(2020, 1, 1, tzinfo=ZONE)):
        first = now()
        assert today() == D(2020, 1, 1)
        move_to(dt.datetime(2021, 1, 1, tzinfo=ZONE))
        assert today() == D(2021, 1, 1)
        assert now() > first
    assert abs(now() - real) < dt.timedelta(minutes=1)
