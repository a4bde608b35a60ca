"""A worker that has much to catch up on gives its locks back between turns: a slow effect never blocks a citizen."""

from uuid import UUID

import pytest

from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.dispatch import deliver
from yiwang.foundation.journal.models import Cursor, Effect
from yiwang.foundation.journal.recording import record
from yiwang.foundation.journal.tests.facts import DoorOpened, entry_with_number, nobody_listens


@pytest.fixture
def heard(db, monkeypatch):
    times = []

    @nobody_listens(monkeypatch)(DoorOpened)
    def note(fact):
        times.append(fact.times)

    return times


def test_a_turn_ends_when_its_time_is_over_and_the_next_goes_on_there(heard, monkeypatch):
    monkeypatch.setattr("yiwang.foundation.journal.dispatch.TURN_SECONDS", 0)
    for times in range(3):
        record(DoorOpened(UUID(int=1), times), by=SYSTEM)
    assert [deliver() for _ in range(4)] == [1, 1, 1, 0]
    assert heard == [0, 1, 2]
    assert Effect.objects.count() == 3


def test_a_number_missed_before_the_turn_ended_is_still_waited_for(heard, monkeypatch):
    monkeypatch.setattr("yiwang.foundation.journal.dispatch.TURN_SECONDS", 0)
    first = record(DoorOpened(UUID(int=1), 0), by=SYSTEM)
    entry_with_number(first + 2, first)
    entry_with_number(first + 4, first)
    deliver()
    deliver()
    missed = {int(number) for cursor in Cursor.objects.all() for number in cursor.gaps}
    assert first + 1 in missed
    assert first + 3 not in missed  # it lies beyond where the cursor went back to
    entry_with_number(first + 1, first)
    while deliver():
        pass
    assert Effect.objects.count() == 4
