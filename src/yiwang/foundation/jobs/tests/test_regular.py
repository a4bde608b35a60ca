"""Work by the clock: as often as it is due, by one worker."""

import datetime as dt

import pytest

from yiwang.foundation.clock import moved_to
from yiwang.foundation.clock.models import CalendarYear
from yiwang.foundation.jobs import queries, registry, worker
from yiwang.foundation.jobs.models import Schedule
from yiwang.foundation.jobs.queue import run_regular


@pytest.fixture(autouse=True)
def _no_other_work(monkeypatch):
    mine = {}
    monkeypatch.setattr("yiwang.foundation.jobs.queue.regular", mine)
    monkeypatch.setattr(registry, "regular", mine)


def test_regular_work_is_done_when_it_is_due_and_not_before(db, at_noon):
    turns = []
    registry.every(3600, name="sweep")(lambda: turns.append(1))
    assert (run_regular(), run_regular()) == (1, 0)
    with moved_to(at_noon + dt.timedelta(seconds=3590)):
        assert run_regular() == 0
    with moved_to(at_noon + dt.timedelta(seconds=3610)):
        assert run_regular() == 1
    with moved_to(at_noon + dt.timedelta(days=9)):
        assert (run_regular(), run_regular()) == (1, 0)  # what was missed is not made up
    assert len(turns) == 3
    assert [s.name for s in queries.schedules()] == ["sweep"]


def test_regular_work_that_fails_is_undone_holds_nothing_up_and_comes_round_again(db, at_noon):
    turns = []

    @registry.every(60, name="broken")
    def broken():
        turns.append(1)
        CalendarYear.objects.create(year=2031)
        raise ValueError

    registry.every(60, name="sound")(lambda: CalendarYear.objects.create(year=2000 + len(turns)))
    assert run_regular() == 1
    with moved_to(at_noon + dt.timedelta(seconds=61)):
        assert run_regular() == 1
    assert len(turns) == 2
    assert set(CalendarYear.objects.values_list("year", flat=True)) == {2001, 2002}


def test_of_several_workers_one_does_the_regular_work(at_once):
    registry.every(3600, name="sweep")(lambda: CalendarYear.objects.create(year=2000 + CalendarYear.objects.count()))
    Schedule.objects.create(name="sweep", next_run_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert sorted(at_once(lambda _: run_regular(), 4)) == [0, 0, 0, 1]
    assert CalendarYear.objects.count() == 1


def test_a_worker_stops_between_two_pieces_of_work_when_it_is_told_to(db, monkeypatch):
    done, told = [], {}
    monkeypatch.setattr(worker.signal, "signal", lambda number, handler: told.update({number: handler}))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)

    def work():
        done.append(1)
        if len(done) == 3:
            told[worker.signal.SIGTERM](worker.signal.SIGTERM, None)
        return 1

    monkeypatch.setattr(worker, "work_once", work)
    worker.work_for_ever()
    assert len(done) == 3
