"""A person may ask who looked at their record, and is answered from here."""

import datetime as dt
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.clock import moved_to
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.reads.actions import record_read
from yiwang.foundation.reads.queries import reads_of_my_record

pytestmark = pytest.mark.django_db

LIN, SHEN, CASE = UUID(int=1), UUID(int=2), UUID(int=7)
CLERK = Actor(kind="staff", id=UUID(int=3), office="11339900YW00000713", channel="desk")
PEER = Actor(kind="peer", id=UUID(int=4), office="11339900YW00000721", channel="peer")


def test_officials_peers_and_algorithms_leave_a_trace(at_noon):
    record_read(person_id=LIN, what="case", reason="审查这一件申请", case_id=CASE, by=CLERK)
    with moved_to(at_noon + dt.timedelta(hours=1)):
        record_read(person_id=LIN, what="certificate", reason="核对证照", by=PEER)
        record_read(person_id=SHEN, what="case", reason="按规则自动办理", by=SYSTEM)
    mine = reads_of_my_record(Actor(kind="person", id=LIN, assurance=2))
    assert [(r.reader_kind, r.office, r.what, r.case_id) for r in mine] == [
        ("peer", PEER.office, "certificate", None),
        ("staff", CLERK.office, "case", CASE),
    ]
    assert not Entry.objects.exists()


@pytest.mark.parametrize("reader", [ANONYMOUS, Actor(kind="person", id=SHEN, assurance=3)])
def test_people_do_not_read_each_others_records(reader):
    with pytest.raises(PermissionDenied), transaction.atomic():
        record_read(person_id=LIN, what="case", reason="", by=reader)


@pytest.mark.parametrize("asking", [ANONYMOUS, SYSTEM, CLERK, Actor(kind="person", id=SHEN, assurance=3)])
def test_only_the_person_is_told_who_read_their_record(asking):
    record_read(person_id=LIN, what="case", reason="审查这一件申请", by=CLERK)
    assert not reads_of_my_record(asking).exists()
