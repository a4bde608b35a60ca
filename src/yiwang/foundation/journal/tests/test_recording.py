"""One row for each fact, in the transaction of the change."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction

from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.journal import queries, recording
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.journal.recording import record
from yiwang.foundation.journal.tests.facts import CASE, DoorOfCaseOpened, DoorOpened

pytestmark = pytest.mark.django_db

CLERK = Actor(
    kind="staff", id=UUID(int=3), office="11339900YW00000713", on_behalf_of=UUID(int=4), channel="desk", assurance=3
)


def test_whoever_holds_the_salt_can_work_the_digest_out_again(at_noon):
    number = record(DoorOpened(UUID(int=1), 2, dt.date(2026, 3, 18), ("甲", "b")), by=CLERK, case_id=CASE)
    row = Entry.objects.get(pk=number)
    said = {
        "actor": f"staff:{UUID(int=3)}",
        "case": str(CASE),
        "channel": "desk",
        "fact": {"day": "2026-03-18", "door_id": str(UUID(int=1)), "keys": ["甲", "b"], "times": 2},
        "kind": "DoorOpened",
        "office": "11339900YW00000713",
        "on_behalf_of": str(UUID(int=4)),
        "recorded_at_us": round(row.recorded_at.timestamp() * 1_000_000),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert len(bytes(row.salt)) == 16
    assert hashlib.sha256(bytes(row.salt) + text).digest() == bytes(row.digest)
    assert abs(row.recorded_at - at_noon) < dt.timedelta(seconds=5)


def test_a_digest_holds_at_every_microsecond():
    """Whole microseconds survive the way through the database, so the digest does too."""
    for step in range(60):
        with moved_to(now() + dt.timedelta(microseconds=step * 17)):
            number = record(DoorOpened(UUID(int=1), step), by=SYSTEM)
        row = Entry.objects.get(pk=number)
        fields = recording.covered_fields(
            kind=row.kind, fact=row.fact, case_id=None, by=SYSTEM, recorded_at=row.recorded_at
        )
        assert hashlib.sha256(bytes(row.salt) + recording.canonical(fields)).digest() == bytes(row.digest)


def test_the_same_fact_twice_has_two_salts_and_two_digests():
    first, second = (Entry.objects.get(pk=record(DoorOpened(UUID(int=1), 1), by=SYSTEM)) for _ in range(2))
    assert bytes(first.salt) != bytes(second.salt)
    assert bytes(first.digest) != bytes(second.digest)


@dataclass(frozen=True)
class Loose:
    """A fact that holds what no fact may hold."""

    value: object


@pytest.mark.parametrize("value", [1.5, {"name": "林晓岚"}, b"bytes", {"a"}, [1.5], object()])
def test_a_fact_holds_ids_codes_dates_and_numbers_only(value):
    with pytest.raises(TypeError, match="a fact cannot hold"):
        record(Loose(value), by=SYSTEM)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("thing", [{"kind": "DoorOpened"}, "DoorOpened", DoorOpened])
def test_what_is_no_record_of_a_fact_is_refused(thing):
    with pytest.raises(TypeError, match="dataclass"):
        record(thing, by=SYSTEM)


def test_a_change_that_is_taken_back_leaves_no_fact():
    with pytest.raises(RuntimeError), transaction.atomic():
        record(DoorOpened(UUID(int=1), 1), by=SYSTEM)
        raise RuntimeError
    assert not Entry.objects.exists()


@pytest.mark.parametrize("day", [None, dt.date(2026, 2, 28)])
def test_a_fact_is_read_back_as_it_was_written(monkeypatch, day):
    monkeypatch.setitem(recording.kinds, "DoorOpened", DoorOpened)
    fact = DoorOpened(UUID(int=9), 3, day, ("k1", "k2"))
    row = Entry.objects.get(pk=record(fact, by=SYSTEM))
    assert recording.revive(row.kind, row.fact) == fact


def test_the_timeline_of_a_case_holds_its_own_facts_in_order():
    numbers = [record(DoorOfCaseOpened(CASE), by=SYSTEM), record(DoorOpened(UUID(int=1), 1), by=SYSTEM, case_id=CASE)]
    record(DoorOfCaseOpened(UUID(int=8)), by=SYSTEM)
    record(DoorOpened(UUID(int=1), 1), by=SYSTEM)
    assert [entry.pk for entry in queries.timeline(CASE)] == numbers
    assert queries.entries_of_kind("DoorOfCaseOpened", case_id=CASE) == [{"case_id": str(CASE)}]
    assert queries.newest_entry().kind == "DoorOpened"
    assert [e.case_id for e in queries.latest_of_kind("DoorOfCaseOpened")] == [UUID(int=8), CASE]
