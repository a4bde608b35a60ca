"""Each effect exactly once, whatever is killed when; what fails climbs the ladder; late numbers are not lost."""

import datetime as dt
import threading
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction

from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.clock.models import CalendarYear
from yiwang.foundation.journal import queries
from yiwang.foundation.journal.actions import rerun_fact
from yiwang.foundation.journal.dispatch import GAP_PATIENCE, LADDER, deliver
from yiwang.foundation.journal.models import Cursor, Effect, Entry, Leaf, Retry
from yiwang.foundation.journal.recording import record
from yiwang.foundation.journal.sealing import seal_journal
from yiwang.foundation.journal.tests.facts import CASE, DoorOfCaseOpened, DoorOpened, entry_with_number, nobody_listens

OPERATOR = Actor(kind="staff", id=UUID(int=5), office="X", roles=frozenset({"operator"}))


@pytest.fixture
def listen(db, monkeypatch):
    return nobody_listens(monkeypatch)


@pytest.fixture
def heard(listen):
    """What a reader heard, in order."""
    times = []

    @listen(DoorOpened)
    def note(fact):
        times.append(fact.times)

    return times


@pytest.fixture
def unhurried(monkeypatch):
    """Let a turn take as long as it takes: how many facts fit into one is not what is tested."""
    monkeypatch.setattr("yiwang.foundation.journal.dispatch.TURN_SECONDS", 600)


def open_door(times, **more):
    return record(DoorOpened(UUID(int=1), times, **more), by=SYSTEM)


def test_a_reader_hears_each_fact_once_and_in_order(heard):
    for times in (1, 2, 3):
        open_door(times)
    assert deliver() == 3
    assert deliver() == 0
    open_door(4)
    deliver()
    assert heard == [1, 2, 3, 4]
    assert Effect.objects.count() == 4


def test_a_reader_goes_on_in_small_steps(heard):
    for times in range(7):
        open_door(times)
    assert [deliver(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert heard == list(range(7))


def test_two_readers_hear_the_same_fact_each_by_themselves(listen, heard):
    others = []

    @listen(DoorOpened)
    def note_too(fact):
        others.append(fact.times)

    open_door(1)
    deliver()
    assert (heard, others) == ([1], [1])
    assert {r.behind for r in queries.readers()} >= {0}


def test_a_worker_killed_between_effect_and_cursor_has_done_nothing(listen, monkeypatch):
    class Killed(BaseException):
        pass

    @listen(DoorOpened)
    def enter_year(fact):
        CalendarYear.objects.create(year=fact.times)

    open_door(2031)
    kept = Cursor.save

    def die(*_args, **_more):
        raise Killed

    monkeypatch.setattr(Cursor, "save", lambda self, **more: die() if more.get("update_fields") else kept(self, **more))
    with pytest.raises(Killed):
        deliver()
    assert not CalendarYear.objects.exists()
    assert not Effect.objects.exists()
    monkeypatch.setattr(Cursor, "save", kept)
    assert deliver() == 1
    assert CalendarYear.objects.filter(year=2031).count() == 1


def test_what_a_failing_handler_wrote_is_undone_and_others_are_not_held_up(listen, at_noon):
    @listen(DoorOpened)
    def enter_year(fact):
        CalendarYear.objects.create(year=fact.times)
        if fact.times == 2031:
            raise ValueError("no such year yet")

    for year in (2030, 2031, 2032):
        open_door(year)
    assert deliver() == 2
    assert set(CalendarYear.objects.values_list("year", flat=True)) == {2030, 2032}
    waiting = Retry.objects.get()
    assert "no such year yet" in waiting.error
    assert round((waiting.next_try_at - waiting.first_failed_at).total_seconds()) == LADDER[0]


def test_a_fact_that_cannot_be_taken_climbs_the_ladder_and_is_set_aside_for_an_operator(listen, at_noon):
    tries, works = [], []

    @listen(DoorOpened)
    def stubborn(fact):
        tries.append(now())
        if not works:
            raise ValueError("not yet")

    open_door(1)
    deliver()
    at = at_noon
    for seconds in LADDER:
        with moved_to(at + dt.timedelta(seconds=seconds - 2)):
            assert deliver() == 0  # a moment too early
        at += dt.timedelta(seconds=seconds + 1)
        with moved_to(at):
            deliver()
    assert len(tries) == 1 + len(LADDER)
    aside = queries.set_aside()
    assert [r.state for r in aside] == ["dead"]
    with moved_to(at + dt.timedelta(days=30)):
        assert deliver() == 0
        assert len(tries) == 6

        with pytest.raises(PermissionDenied), transaction.atomic():
            rerun_fact(retry_id=aside[0].pk, by=Actor(kind="staff", id=UUID(int=5), roles=frozenset({"head"})))
        works.append(True)
        rerun_fact(retry_id=aside[0].pk, by=OPERATOR)
        assert deliver() == 1
        assert not Retry.objects.exists()
        assert [e.fact["entry_id"] for e in queries.latest_of_kind("FactTriedAgain")] == [aside[0].entry_id]
        with pytest.raises(Refused) as refusal, transaction.atomic():
            rerun_fact(retry_id=aside[0].pk, by=OPERATOR)
    assert refusal.value.code == "not_set_aside"


def test_an_operator_may_send_a_fact_round_as_often_as_they_like_and_its_effect_happens_once(listen, at_noon):
    @listen(DoorOpened)
    def enter_year(fact):
        CalendarYear.objects.create(year=fact.times)

    number = open_door(2031)
    deliver()
    reader = Effect.objects.get().consumer
    Retry.objects.create(
        consumer=reader,
        entry_id=number,
        state="dead",
        next_try_at=now(),
        first_failed_at=now(),
        error="lost its answer",
    )
    rerun_fact(retry_id=Retry.objects.get().pk, by=OPERATOR)
    deliver()
    assert CalendarYear.objects.count() == 1
    assert Effect.objects.filter(consumer=reader).count() == 1


def test_a_number_that_appears_late_is_still_heard_and_sealed_once(heard):
    first = open_door(1)
    entry_with_number(first + 3, like=first)
    deliver()
    seal_journal()
    assert heard == [1, 1]
    entry_with_number(first + 2, like=first)
    assert deliver() == 1
    assert seal_journal() == 1
    assert deliver() == 0
    assert seal_journal() == 0
    assert sorted(Leaf.objects.values_list("entry_id", flat=True)) == [first, first + 2, first + 3]
    assert Leaf.objects.get(entry_id=first + 2).index == 2


def test_the_very_first_numbers_may_come_late_too(heard):
    """Of two who write into a fresh journal at once, the second may commit first."""
    number = open_door(1)
    entry_with_number(number + 1, like=number)
    Entry.objects.filter(pk=number).delete()
    deliver()
    seal_journal()
    entry_with_number(number, like=number + 1)
    assert (deliver(), seal_journal()) == (1, 1)


def test_a_number_that_was_taken_back_is_waited_for_and_then_given_up(heard, at_noon):
    first = open_door(1)
    entry_with_number(first + 2, like=first)
    deliver()
    assert str(first + 1) in Cursor.objects.get().gaps
    with moved_to(at_noon + GAP_PATIENCE + dt.timedelta(minutes=1)):
        deliver()
        assert Cursor.objects.get().gaps == {}
        assert deliver() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_commits_after_a_later_number_is_heard_and_sealed_once(monkeypatch):
    heard = []
    nobody_listens(monkeypatch)(DoorOpened)(lambda fact: heard.append(fact.times))
    has_written, may_commit = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                open_door(1)
                has_written.set()
                assert may_commit.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert has_written.wait(20)
    open_door(2)
    deliver()
    seal_journal()
    assert heard == [2]
    may_commit.set()
    thread.join(20)
    deliver()
    seal_journal()
    deliver()
    seal_journal()
    assert heard == [2, 1]
    in_tree = list(Leaf.objects.order_by("index").values_list("entry_id", flat=True))
    assert len(in_tree) == 2
    assert in_tree == sorted(in_tree, reverse=True)


def test_two_workers_at_once_give_each_effect_once(at_once, monkeypatch):
    @nobody_listens(monkeypatch)(DoorOpened)
    def enter_year(fact):
        CalendarYear.objects.create(year=fact.times)

    for year in range(2000, 2030):
        open_door(year)
    done = sum(at_once(lambda _: sum(deliver(limit=5) for _ in range(8)), 2))
    while more := deliver():  # on PostgreSQL a turn that finds another worker at it is a turn without effects
        done += more
    assert done == 30
    assert CalendarYear.objects.count() == Effect.objects.count() == 30
    assert not Retry.objects.exists()


def test_a_fact_that_cannot_be_taken_stops_only_itself(listen, unhurried):
    """Two hundred facts go together; the one that fails undoes none of the others, and each took effect once."""

    @listen(DoorOpened)
    def enter(fact):
        if fact.times == 2077:
            raise ValueError("no such year")
        CalendarYear.objects.create(year=fact.times)

    numbers = {times: open_door(times) for times in range(2000, 2100)}
    assert deliver() == 99
    assert set(CalendarYear.objects.values_list("year", flat=True)) == set(range(2000, 2100)) - {2077}
    assert Effect.objects.count() == 99
    (waiting,) = Retry.objects.all()
    assert (waiting.entry_id, waiting.attempts) == (numbers[2077], 1)
    assert Cursor.objects.get(consumer__endswith="enter").position == numbers[2099]
    assert deliver() == 0


class Killed(BaseException):
    """What a kill looks like from inside."""


def test_a_kill_in_the_middle_of_many_facts_repeats_none(listen, unhurried):
    lives = [50, 10**9]

    @listen(DoorOpened)
    def enter(fact):
        lives[0] -= 1
        if not lives[0]:
            lives.pop(0)
            raise Killed
        CalendarYear.objects.create(year=fact.times)  # a second time would break its key

    for times in range(2000, 2100):
        open_door(times)
    with pytest.raises(Killed):
        deliver()
    assert CalendarYear.objects.count() == Effect.objects.count() == 0
    assert deliver() == 100
    assert CalendarYear.objects.count() == Effect.objects.count() == 100
    assert not Retry.objects.exists()


def test_many_facts_take_few_statements(listen, unhurried, django_assert_max_num_queries):
    @listen(DoorOpened)
    def note(fact):
        """Nothing more: what is counted is the reading itself."""

    for times in range(200):
        open_door(times)
    with django_assert_max_num_queries(16):
        assert deliver() == 200


def test_an_effect_that_took_place_before_does_not_hold_up_the_rest(heard):
    """A late number may meet an effect that an operator's second try has had already."""
    numbers = [open_door(times) for times in range(3)]
    Effect.objects.create(consumer="foundation.journal.tests.test_dispatch.note", entry_id=numbers[1])
    assert deliver() == 2
    assert set(Effect.objects.values_list("entry_id", flat=True)) == set(numbers)


def test_whom_a_fact_does_not_concern_is_passed_over_with_all_others_at_once(
    listen, heard, django_assert_max_num_queries
):
    """Forty consumers, of whom one listens to what happens: not forty transactions for each fact."""

    def ignore(fact):
        raise AssertionError("nobody told me of this")

    for number in range(40):
        ignore.__name__ = f"ignore_{number}"
        listen(DoorOfCaseOpened)(ignore)
    open_door(1)
    deliver()  # the first time everybody gets a place to read from
    open_door(2)
    with django_assert_max_num_queries(20):
        assert deliver() == 1
    newest = Entry.objects.latest("pk").pk
    assert {position for _, position in Cursor.objects.values_list("consumer", "position")} == {newest}
    record(DoorOfCaseOpened(CASE), by=SYSTEM)
    deliver()
    assert Retry.objects.count() == 40, "and each hears what concerns it"
    assert heard == [1, 2]
    assert seal_journal() == 3, "the sequencer has a place of its own, that no consumer moves"
    open_door(3)
    deliver()
    assert seal_journal() == 1


def test_a_missing_number_is_remembered_by_those_too_whom_nothing_concerns(listen, heard):
    @listen(DoorOfCaseOpened)
    def wait_for_it(fact):
        heard.append("shut")

    first = open_door(1)
    deliver()
    entry_with_number(first + 2, like=first)
    deliver()
    entry_with_number(first + 1, like=first)
    Entry.objects.filter(pk=first + 1).update(kind="DoorOfCaseOpened", fact={"case_id": str(CASE)})
    deliver()
    assert heard == [1, 1, "shut"]
