"""Messages about one's own affairs: in the box at once, by text message through a job that cannot send twice."""

import datetime as dt
import json
from uuid import UUID

import pytest
from django.conf import settings

from yiwang.domains.identity.tests.factories import actor_of, make_person, make_staff, mobile
from yiwang.domains.notices.actions import mark_read, notify_person
from yiwang.domains.notices.models import Message
from yiwang.domains.notices.queries import my_messages, unread_count
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import run_due
from yiwang.foundation.ports import connector
from yiwang.foundation.tests.refusing import forbidden, hidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    return make_person(name="林晓岚", phone=mobile())


def tell(person, by=SYSTEM, **more):
    return notify_person(person_id=person.pk, kind="accepted", title=("已受理", "Accepted"), by=by, **more)


def sent():
    path = settings.YIWANG_DIR / "sms.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_message_lies_in_the_persons_own_box_until_it_is_read(lin, at_noon):
    first, other = tell(lin), make_person()
    with moved_to(at_noon + dt.timedelta(minutes=1)):
        second = tell(lin, body=("可以看进度", "Follow it"), link="/me/cases/1", case_id=UUID(int=7))
    me = actor_of(lin)
    assert list(my_messages(me)) == [second, first]
    assert (unread_count(me), unread_count(me, most=1), unread_count(actor_of(other))) == (2, 1, 0)
    read = mark_read(message_id=first.pk, by=me)
    with moved_to(at_noon + dt.timedelta(hours=1)):
        assert mark_read(message_id=first.pk, by=me).read_at == read.read_at
    assert unread_count(me) == 1


def test_nobody_else_reads_it_and_only_the_machine_writes(lin):
    message, other = tell(lin), actor_of(make_person())
    official = actor_of(make_staff())
    for who in (other, official, ANONYMOUS, SYSTEM):
        with hidden():
            mark_read(message_id=message.pk, by=who)
        assert not my_messages(who).exists()
    for who in (actor_of(lin), official, ANONYMOUS):
        with forbidden():
            tell(lin, by=who)
    assert Message.objects.count() == 1


def test_a_text_message_goes_to_the_persons_phone_once_even_if_the_job_runs_twice(lin):
    tell(lin)
    assert not Job.objects.exists()
    message = tell(lin, text_message=True)
    run_due()
    Job.objects.update(state="waiting")
    run_due()
    (line,) = [line for line in sent() if line["key"] == str(message.pk)]
    assert line["text"] == "已受理"
    assert "*" in line["to"]


def test_a_gateway_that_is_away_holds_nobody_up(lin, monkeypatch):
    def away(**_more):
        raise OSError("away")

    monkeypatch.setattr(connector("sms"), "send", away)
    message = tell(lin, text_message=True)
    run_due()
    assert list(my_messages(actor_of(lin))) == [message]
    assert Job.objects.get().state == "waiting"


def test_who_has_no_phone_gets_the_message_in_the_box_only(lin):
    lin.account.phone_sealed = None
    lin.account.save()
    message = tell(lin, text_message=True)
    run_due()
    assert Job.objects.get().state == "done"
    assert not [line for line in sent() if line["key"] == str(message.pk)]
