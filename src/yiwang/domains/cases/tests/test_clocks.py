"""Both clocks against a model that walks through the calendar day by day."""

import csv
import datetime as dt

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from yiwang.domains.cases.models import CaseClock
from yiwang.domains.cases.procedure.clocks import (
    Pause,
    acceptance_deadline,
    correction_deadline,
    decision_deadline,
    workdays_left,
)
from yiwang.domains.cases.queries import clocks_of
from yiwang.domains.cases.tests.lives import set_stage
from yiwang.domains.catalogue.content import Limit
from yiwang.domains.catalogue.tests.factories import make_content
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.workdays import Calendar

D = dt.date


def official() -> tuple[dict[D, bool], frozenset[int]]:
    """The real notices of the State Council that come with the demo."""
    with (settings.DEMO_DATA / "calendar.csv").open(encoding="utf-8", newline="") as lines:
        days = {D.fromisoformat(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(lines)}
    with (settings.DEMO_DATA / "official_years.csv").open(encoding="utf-8", newline="") as lines:
        return days, frozenset(int(row["year"]) for row in csv.DictReader(lines))


DAYS, YEARS = official()
CALENDAR = Calendar(DAYS, YEARS)
STARTS = st.dates(D(2024, 1, 1), D(2027, 3, 1))
LIMITS = st.builds(Limit, st.integers(0, 60), st.sampled_from(["workday", "day", "month", "year"]))


def works(day):
    return DAYS.get(day, day.weekday() < 5)


def walk(start, workdays):
    """Day one is the next working day after the start."""
    day = start
    while workdays:
        day += dt.timedelta(days=1)
        workdays -= works(day)
    return day


def end_of(start, limit):
    if limit is None:
        return None
    if limit.unit == "workday" or limit.amount == 0:
        return walk(start, limit.amount)
    if limit.unit == "day":
        day = start + dt.timedelta(days=limit.amount)
    else:
        months = start.year * 12 + start.month - 1 + limit.amount * (12 if limit.unit == "year" else 1)
        year, month = divmod(months, 12)
        last = (D(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
        day = D(year, month + 1, min(start.day, last))
    while not works(day):
        day += dt.timedelta(days=1)
    return day


def rests_on_no_notice(*days):
    years = [day.year for day in days]
    return any(year not in YEARS for year in range(min(years), max(years) + 1))


@given(STARTS)
def test_acceptance_has_five_working_days(start):
    found = acceptance_deadline(start, CALENDAR)
    assert found.due_on == found.legal_due_on == walk(start, 5)
    assert found.is_provisional == rests_on_no_notice(start, found.due_on)


@given(STARTS, st.integers(1, 40))
def test_a_correction_has_the_working_days_of_its_item(start, days):
    assert correction_deadline(start, days, CALENDAR).due_on == walk(start, days)


@rounds(deadline=None)
@given(STARTS, st.none() | LIMITS, st.none() | LIMITS, st.sampled_from(["01", "07", "20"]))
def test_a_decision_is_due_by_promise_and_never_after_the_law(start, legal, promised, type_code):
    content = make_content(legal_limit=legal, promised_limit=promised, type_code=type_code)
    found = decision_deadline(start, content, CALENDAR)
    by_law = end_of(start, legal or (Limit(20) if type_code == "01" else None))
    by_promise = end_of(start, promised)
    assert found.legal_due_on == by_law
    due = min(filter(None, (by_law, by_promise)), default=None) if by_promise else by_law
    assert found.due_on == due
    if by_law and found.promised_due_on:
        assert found.promised_due_on <= by_law
    known = [day for day in (start, by_law, found.promised_due_on) if day]
    assert found.is_provisional == rests_on_no_notice(*known)


def paused(draw_from: list[tuple[int, int]], start: D) -> list[Pause]:
    """Return pauses one after another: so many days after the last one, so many days long."""
    found, day = [], start
    for gap, length in draw_from:
        begun = day + dt.timedelta(days=gap)
        day = begun + dt.timedelta(days=length)
        found.append(Pause(begun, day))
    return found


PAUSES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 30)), max_size=3)


@rounds(deadline=None)
@given(STARTS, st.integers(0, 40), PAUSES, st.sampled_from([0, 10, 15]))
def test_article_45_days_of_a_special_procedure_are_not_counted_and_an_extension_is_added(start, days, gaps, more):
    pauses = paused(gaps, start)
    content = make_content(legal_limit=Limit(days), promised_limit=None)
    found = decision_deadline(start, content, CALENDAR, pauses=pauses, more_workdays=more).due_on
    day, left = start, days + more
    while left:
        day += dt.timedelta(days=1)
        if works(day) and not any(p.started_on < day <= p.ended_on for p in pauses):
            left -= 1
    for pause in pauses:  # the last day itself is had again where a pause begins on it
        if pause.started_on == day < pause.ended_on:
            day = pause.ended_on
            while not works(day):
                day += dt.timedelta(days=1)
    assert found == day


@given(STARTS, st.builds(Limit, st.integers(1, 24), st.sampled_from(["day", "month", "year"])), st.data())
def test_what_is_left_of_days_months_and_years_is_frozen_as_calendar_days(start, limit, data):
    content = make_content(legal_limit=limit, promised_limit=None)
    months = start.year * 12 + start.month - 1 + limit.amount * (12 if limit.unit == "year" else 1)
    raw = start + dt.timedelta(days=limit.amount)
    if limit.unit != "day":
        year, month = divmod(months, 12)
        last = (D(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
        raw = D(year, month + 1, min(start.day, last))
    begun = start + dt.timedelta(days=data.draw(st.integers(0, (raw - start).days)))
    ended = begun + dt.timedelta(days=data.draw(st.integers(0, 60)))
    found = decision_deadline(start, content, CALENDAR, pauses=[Pause(begun, ended)]).due_on
    day = ended + (raw - begun)
    while not works(day):
        day += dt.timedelta(days=1)
    assert found == day


@given(STARTS, st.integers(-60, 60))
def test_days_left_are_counted_in_working_days_and_go_below_nothing(day, distance):
    due = day + dt.timedelta(days=distance)
    between = range(1, abs(distance) + 1)
    counted = sum(works(min(day, due) + dt.timedelta(days=step)) for step in between)
    assert workdays_left(day, due, CALENDAR) == (counted if distance >= 0 else -counted)


@pytest.mark.django_db
def test_a_deadline_that_rests_on_a_year_without_a_notice_is_marked(at_noon):
    set_calendar(days={}, official_years={2026: "notice"}, by=SYSTEM)
    stage = set_stage(legal_limit=Limit(20), promised_limit=None)
    case = stage.case_in("accepted")
    assert [c.is_provisional for c in clocks_of(case)] == [False, False]
    with moved_to(dt.datetime(2026, 12, 29, 4, tzinfo=dt.UTC)):
        late = stage.case_in("accepted")
    assert [c.is_provisional for c in clocks_of(late)] == [True, True]


@pytest.mark.django_db
def test_holidays_and_make_up_days_move_a_real_deadline():
    set_calendar(days={day: (w, "") for day, w in DAYS.items()}, official_years=dict.fromkeys(YEARS, ""), by=SYSTEM)
    stage = set_stage()
    with moved_to(dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC)):
        case = stage.submit()
        assert case.due_on == walk(D(2026, 9, 30), 5) != D(2026, 10, 7)
        stage.do("accept", case)
    case.refresh_from_db()
    assert case.legal_due_on == walk(D(2026, 9, 30), 10)
    assert (case.due_on, today() != case.due_on) == (walk(D(2026, 9, 30), 5), True)


@pytest.mark.django_db
def test_an_item_without_any_limit_has_a_clock_without_an_end(at_noon):
    stage = set_stage(type_code="20", legal_limit=None, promised_limit=None)
    case = stage.case_in("accepted")
    assert (case.due_on, case.legal_due_on) == (None, None)
    (clock,) = CaseClock.objects.filter(case=case, ended_on=None)
    assert (clock.kind, clock.legal_amount) == ("decision", None)
