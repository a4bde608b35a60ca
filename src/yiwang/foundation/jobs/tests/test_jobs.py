"""Work after the commit: once inside, at least once outside, and nothing is lost when a worker dies."""

import datetime as dt
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.clock.models import CalendarYear
from yiwang.foundation.jobs import queries, registry
from yiwang.foundation.jobs.actions import rerun_job
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import LADDER, LEASE_SECONDS, enqueue, run_due
from yiwang.foundation.journal.queries import latest_of_kind

OPERATOR = Actor(kind="staff", id=UUID(int=5), office="X", roles=frozenset({"operator"}))


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.fixture(autouse=True)
def _no_other_work(monkeypatch):
    monkeypatch.setattr("yiwang.foundation.jobs.queue.kinds", {})
    monkeypatch.setattr(registry, "kinds", registry.kinds)
    from yiwang.foundation.jobs import queue

    monkeypatch.setattr(registry, "kinds", queue.kinds)


@pytest.fixture
def at(db, at_noon):
    """Give `at(seconds)`: a block that many seconds after noon."""
    return lambda seconds: moved_to(at_noon + dt.timedelta(seconds=seconds))


def only_job():
    return Job.objects.get()


def test_the_same_kind_and_key_is_asked_for_once(db):
    enqueue("greet", {"n": 1}, key="a")
    enqueue("greet", {"n": 2}, key="a")
    enqueue("greet", {"n": 3}, key="b")
    enqueue("part", {"n": 4}, key="a")
    assert sorted(Job.objects.values_list("kind", "key", "payload__n")) == [
        ("greet", "a", 1), ("greet", "b", 3), ("part", "a", 4),
    ]  # fmt: skip


def test_what_is_asked_for_in_a_change_that_is_taken_back_is_never_done(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("greet", {}, key="a")
        raise RuntimeError
    assert not Job.objects.exists()


def test_a_job_is_done_once_with_its_payload(at):
    done = []
    registry.job("greet")(done.append)
    enqueue("greet", {"n": 1}, key="a")
    assert (run_due(), run_due()) == (1, 0)
    assert done == [{"n": 1}]
    assert (only_job().state, only_job().error) == ("done", "")
    assert queries.last_sign_of_life() == only_job().done_at


def test_a_job_waits_for_its_time(at):
    done = []
    registry.job("greet")(done.append)
    with at(0):
        enqueue("greet", {}, key="a", run_at=now() + dt.timedelta(seconds=60))
        assert (run_due(), queries.jobs_ahead()) == (0, 1)
    with at(61):
        assert [w.kind for w in queries.jobs_waiting()] == ["greet"]
        assert run_due() == 1


def test_a_kind_that_this_worker_does_not_know_is_left_for_one_that_does(at):
    enqueue("from_the_next_release", {}, key="a")
    assert run_due() == 0
    assert only_job().state == "waiting"


def test_the_effect_of_an_inside_job_and_its_completion_are_one(at, monkeypatch):
    registry.job("enter_year")(lambda payload: CalendarYear.objects.create(year=payload["year"]))
    enqueue("enter_year", {"year": 2031}, key="a")
    kept = Job.save

    def die(*_args, **_more):
        raise Killed

    monkeypatch.setattr(Job, "save", die)
    with pytest.raises(Killed):
        run_due()
    assert not CalendarYear.objects.exists()
    monkeypatch.setattr(Job, "save", kept)
    assert only_job().state == "waiting"
    run_due()
    assert CalendarYear.objects.count() == 1
    assert only_job().state == "done"


def test_what_a_failing_inside_job_wrote_is_undone(at):
    @registry.job("enter_year")
    def enter(payload):
        CalendarYear.objects.create(year=2031)
        raise ValueError("the year is not known")

    enqueue("enter_year", {}, key="a")
    run_due()
    assert not CalendarYear.objects.exists()
    assert only_job().attempts == 1
    assert "the year is not known" in only_job().error


@pytest.mark.parametrize("outside", [False, True])
def test_a_job_climbs_the_ladder_dies_and_is_sent_round_again_by_an_operator(at, at_noon, outside):
    tries, works = [], []

    def stubborn(payload, *, key="inside"):
        tries.append(key)
        if not works:
            raise OSError("the gateway is away")

    (registry.outside_job if outside else registry.job)("call")(stubborn)
    enqueue("call", {}, key="k")
    run_due()
    passed = 0
    for seconds in LADDER:
        with at(passed + seconds - 2):
            run_due()  # a moment too early
        passed += seconds + 1
        with at(passed):
            run_due()
    assert len(tries) == 1 + len(LADDER)
    assert set(tries) == {"k" if outside else "inside"}
    with at(passed + 10 * 24 * 3600):
        assert run_due() == 0
        dead = queries.dead_jobs()
        assert [(j.key, "the gateway is away" in j.error) for j in dead] == [("k", True)]

        with pytest.raises(PermissionDenied), transaction.atomic():
            rerun_job(job_id=dead[0].pk, by=Actor(kind="staff", id=UUID(int=5), roles=frozenset({"head"})))
        works.append(True)
        rerun_job(job_id=dead[0].pk, by=OPERATOR)
        assert [e.fact["job_kind"] for e in latest_of_kind("JobTriedAgain")] == ["call"]
        assert run_due() == 1
        assert only_job().state == "done"
        with pytest.raises(Refused) as refusal, transaction.atomic():
            rerun_job(job_id=dead[0].pk, by=OPERATOR)
    assert refusal.value.code == "not_set_aside"


@pytest.mark.django_db(transaction=True)
def test_an_outside_job_runs_outside_any_transaction_and_is_told_its_key():
    seen = []
    registry.outside_job("call")(lambda payload, *, key: seen.append((payload, key, connection.in_atomic_block)))
    enqueue("call", {"n": 1}, key="k-1")
    run_due()
    assert seen == [({"n": 1}, "k-1", False)]


def test_an_outside_job_whose_worker_was_killed_is_taken_over_after_its_lease(at):
    calls = []

    @registry.outside_job("call")
    def call(payload, *, key):
        calls.append(key)
        if len(calls) == 1:
            raise Killed

    enqueue("call", {}, key="k")
    with at(1), pytest.raises(Killed):
        run_due()
    with at(LEASE_SECONDS - 5):
        assert run_due() == 0
    with at(LEASE_SECONDS + 5):
        assert run_due() == 1
    assert calls == ["k", "k"]
    assert only_job().state == "done"


def test_a_worker_that_fails_after_another_took_over_does_not_undo_what_was_done(at):
    calls = []

    @registry.outside_job("call")
    def call(payload, *, key):
        calls.append(key)
        if len(calls) == 1:
            with at(LEASE_SECONDS + 5):
                run_due()  # another worker, for whom the lease has run out
            raise OSError("too late")

    enqueue("call", {}, key="k")
    with at(1):
        run_due()
    assert (only_job().state, calls) == ("done", ["k", "k"])


def test_a_job_that_kills_each_worker_is_set_aside_in_the_end(at):
    @registry.outside_job("call")
    def call(payload, *, key):
        raise Killed

    enqueue("call", {}, key="k")
    for turn in range(len(LADDER) + 1):
        with at(1 + turn * (LEASE_SECONDS + 1)), pytest.raises(Killed):
            run_due()
    with at(100 * LEASE_SECONDS):
        run_due()
    assert only_job().state == "dead"


def test_many_workers_at_once_do_each_job_once(at_once):
    registry.job("enter_year")(lambda payload: CalendarYear.objects.create(year=payload["year"]))
    for year in range(2000, 2024):
        enqueue("enter_year", {"year": year}, key=str(year))
    at_once(lambda _: [run_due(limit=6) for _ in range(12)], 3)
    assert CalendarYear.objects.count() == 24
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 0)}


def test_jobs_of_a_batch_are_done_in_one_call(at):
    calls = []
    registry.batch_job("sign")(lambda payloads: calls.append([p["n"] for p in payloads]))
    for n in range(5):
        enqueue("sign", {"n": n}, key=str(n))
    assert (run_due(), run_due()) == (5, 0)
    assert calls == [[0, 1, 2, 3, 4]]
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_one_job_that_cannot_be_done_holds_up_no_other_of_its_batch(at):
    done = []

    @registry.batch_job("sign")
    def sign(payloads):
        if any(p["n"] == 3 for p in payloads):
            raise LookupError("no seal")
        done.extend(p["n"] for p in payloads)

    with at(0):
        for n in range(6):
            enqueue("sign", {"n": n}, key=str(n))
        assert run_due() == 6
    assert done == [0, 1, 2, 4, 5]
    (waiting,) = Job.objects.filter(state="waiting")
    assert (waiting.payload["n"], waiting.attempts, "no seal" in waiting.error) == (3, 1, True)
    with at(LADDER[0] + 1):
        enqueue("sign", {"n": 7}, key="7")
        run_due()
    assert done[5:] == [7], "what failed before goes alone"


def test_a_worker_killed_within_a_batch_leaves_each_of_its_jobs_to_be_done_alone(at):
    calls = []

    @registry.batch_job("sign")
    def sign(payloads):
        calls.append([p["n"] for p in payloads])
        if len(calls) == 1:
            raise Killed

    for n in range(3):
        enqueue("sign", {"n": n}, key=str(n))
    with at(1), pytest.raises(Killed):
        run_due()
    with at(LEASE_SECONDS - 5):
        assert run_due() == 0
    with at(LEASE_SECONDS + 5):
        assert run_due() == 3
    assert calls == [[0, 1, 2], [0], [1], [2]]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_what_somebody_waits_for_is_done_first(at):
    order = []
    registry.outside_job("slow")(lambda payload, *, key: order.append(key))
    registry.outside_job("pdf", urgent=True)(lambda payload, *, key: order.append(key))
    for key in ("a", "b"):
        enqueue("slow", {}, key=key)
    enqueue("pdf", {}, key="now")
    run_due()
    assert order == ["now", "a", "b"]


def test_workers_at_once_do_each_job_of_a_batch_once(at_once):
    registry.batch_job("enter_years")(
        lambda payloads: CalendarYear.objects.bulk_create([CalendarYear(year=p["year"]) for p in payloads])
    )
    for year in range(2000, 2060):
        enqueue("enter_years", {"year": year}, key=str(year))
    at_once(lambda _: [run_due(limit=7) for _ in range(12)], 3)
    assert CalendarYear.objects.count() == 60
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
