"""Picking up, papers in, parcels of which nothing is heard, and results that nobody comes for."""

import datetime as dt

import pytest

from yiwang.domains.deliveries.actions import (
    catch_up,
    collect_result,
    order_delivery,
    plan_parcel_questions,
    take_courier_event,
)
from yiwang.domains.deliveries.models import Delivery, OddNews
from yiwang.domains.deliveries.queries import (
    code_of,
    is_delivered,
    public_track,
    silent_parcels,
)
from yiwang.domains.deliveries.tests.factories import (
    HALL,
    LOCKER,
    happened,
    make_address,
    make_delivery,
    release,
)
from yiwang.domains.deliveries.tests.fakes import FakeCourier
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.domains.notices.models import Message
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import ZONE, moved_to, now
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


# Picking up


def test_a_result_is_picked_up_at_a_window_with_the_code_or_against_a_document() -> None:
    """民事诉讼法 art. 88: handed over in person."""
    person, office = make_person(), make_office()
    clerk, elsewhere = actor_of(make_staff(office=office)), actor_of(make_staff())
    delivery = make_delivery(person, office, way="pickup", hall=HALL)
    assert code_of(delivery) == ""
    release(delivery)
    work_until_idle()
    code = code_of(delivery)
    assert (delivery.state, len(code)) == ("ready", 8)
    assert code.encode() not in bytes(delivery.code_sealed or b"")
    note = Message.objects.get(person_id=person.pk)
    assert code not in note.body_zh + note.title_zh
    with hidden():
        collect_result(delivery_id=delivery.pk, code=code, by=elsewhere)
    with forbidden():
        collect_result(delivery_id=delivery.pk, code=code, by=actor_of(person))
    for wrong in ({"code": "AAAAAAAA"}, {}, {"code": "AAAAAAAA", "document_checked": True}):
        with refused("wrong_code", InvalidInput):
            collect_result(delivery_id=delivery.pk, **wrong, by=clerk)
    done = collect_result(delivery_id=delivery.pk, code=f"{code[:4].lower()} {code[4:]}", by=clerk)
    assert (done.state, done.signer, done.code_sealed) == ("delivered", "code", None)
    with refused("not_ready"):
        collect_result(delivery_id=delivery.pk, code=code, by=clerk)
    second = release(make_delivery(person, office, way="pickup"))
    assert collect_result(delivery_id=second.pk, document_checked=True, by=clerk).signer == "document"


def test_a_locker_tells_its_code_and_the_parcel_counts_once_it_was_opened(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    delivery = release(make_delivery(person, office, way="pickup", hall=LOCKER))
    work_until_idle()
    assert courier.parcels[str(delivery.pk)].locker == LOCKER
    delivery.refresh_from_db()
    take_courier_event(event=happened(delivery, 4, "stored", code="12345678"), by=SYSTEM)
    delivery.refresh_from_db()
    assert (delivery.state, code_of(delivery)) == ("ready", "12345678")
    with refused("in_locker"):
        collect_result(delivery_id=delivery.pk, code="12345678", by=actor_of(make_staff(office=office)))
    take_courier_event(event=happened(delivery, 5, "delivered", signer="code"), by=SYSTEM)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.signer, code_of(delivery)) == ("delivered", "code", "")


# Papers in


def test_papers_come_in_by_courier_and_count_when_the_mail_room_signed(courier: FakeCourier) -> None:
    person, office = make_person(), make_office(place="演示路 8 号")
    make_address(person)
    given = {"reference": "IN1", "person_id": person.pk, "office_code": office.pk, "direction": "in"}
    delivery = order_delivery(**given, way="courier", by=actor_of(person))
    work_until_idle()
    parcel = courier.parcels[str(delivery.pk)]
    assert (parcel.sender.phone, parcel.receiver.address) == ("19900000123", "演示路 8 号")
    delivery.refresh_from_db()
    take_courier_event(event=happened(delivery, 2, "delivered", signer="self"), by=SYSTEM)
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert not is_delivered("IN1"), "papers in are no result"
    assert order_delivery(**given, way="courier", by=actor_of(person)).sequence == 2, "more papers may follow"
    with refused("no_way", InvalidInput):
        order_delivery(**(given | {"reference": "IN2"}), way="pickup", by=actor_of(person))


# Silence


def test_a_parcel_of_which_nothing_is_heard_is_asked_after(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    delivery = release(make_delivery(person, office))
    work_until_idle()
    delivery.refresh_from_db()
    lost = [happened(delivery, 2, "collected"), happened(delivery, 3, "delivered", signer="household")]
    courier.tell(str(delivery.pk), lost)
    with moved_to(now() + dt.timedelta(hours=7)):
        work_until_idle()
        work_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.signer) == ("delivered", "household")
    track = public_track(f" {delivery.waybill.lower()} ")
    assert track is not None
    assert [kind for kind, _place, _at in track.stations] == ["collected", "delivered"]
    assert person.name not in repr(track)


def test_parcels_that_nobody_tells_of_keep_no_other_from_being_asked_about(courier: FakeCourier) -> None:
    """A window of two: the third gets its turn, and the first two again when all had theirs."""
    person, office = make_person(), make_office()
    make_address(person)
    silent = [release(make_delivery(person, office)) for _ in range(3)]
    work_until_idle()
    asked: list[str] = []
    for hours in (5, 7, 8, 9, 14):
        with moved_to(now() + dt.timedelta(hours=hours)):
            plan_parcel_questions(most=2, by=SYSTEM)
        jobs = Job.objects.filter(kind="ask_after_parcel").order_by("created_at", "id")
        asked = [job.payload["delivery"] for job in jobs]
        assert len(asked) == {5: 0, 7: 2, 8: 3, 9: 3, 14: 5}[hours]
    keys = [str(delivery.pk) for delivery in silent]
    assert asked == [*keys, *keys[:2]]


def test_an_answer_with_one_impossible_event_keeps_the_others_from_nobody(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    delivery = release(make_delivery(person, office))
    work_until_idle()
    delivery.refresh_from_db()
    odd = happened(delivery, 2, "beamed"), happened(delivery, 3, "collected", waybill="OTHER")
    events = [*odd, happened(delivery, 4, "delivered", signer="self")]
    assert [catch_up(events=events, by=SYSTEM) for _ in range(2)] == [1, 0]
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    found = OddNews.objects.order_by("why").values_list("why", "told", "waybill", "times", "delivery_id")
    assert list(found) == [
        ("kind", "beamed", delivery.waybill, 2, delivery.pk),
        ("waybill", "collected", "OTHER", 2, delivery.pk),
    ]


# Waiting


def test_who_leaves_a_result_waiting_is_reminded_once_and_then_the_office_takes_it_back() -> None:
    person, office = make_person(), make_office()
    hall, window = (release(make_delivery(person, office, way="pickup", hall=where)) for where in (HALL, ""))
    last, first = hall.keep_until, hall.remind_on
    assert (last - first).days >= 5
    work_until_idle()
    clerk = actor_of(make_staff(office=office))
    collect_result(delivery_id=window.pk, code=code_of(window), by=clerk)

    def on_the_morning_of(day: dt.date) -> tuple[str, list[str]]:
        with moved_to(dt.datetime.combine(day, dt.time(9), ZONE)):
            work_until_idle()
        hall.refresh_from_db()
        told = Message.objects.filter(person_id=person.pk, link__contains=str(hall.pk)).order_by("sent_at", "id")
        return hall.state, [kind.removeprefix("delivery_") for kind in told.values_list("kind", flat=True)]

    assert on_the_morning_of(first - dt.timedelta(days=1)) == ("ready", ["ready"])
    assert on_the_morning_of(first) == ("ready", ["ready", "waiting"])
    assert f"{last.month} 月 {last.day} 日" in Message.objects.get(kind="delivery_waiting").body_zh
    assert on_the_morning_of(last) == ("ready", ["ready", "waiting"]), "once, and the last day counts"
    assert on_the_morning_of(last + dt.timedelta(days=1)) == ("returned", ["ready", "waiting", "unclaimed"])
    assert (hall.code_sealed, is_delivered(hall.reference)) == (None, False)
    with refused("not_ready"):
        collect_result(delivery_id=hall.pk, document_checked=True, by=clerk)
    again = make_delivery(person, office, reference=hall.reference, way="pickup", hall=HALL)
    assert (again.state, again.reminded_at, again.keep_until) == ("ready", None, last), "chosen anew, it waits anew"


def test_whom_a_worker_that_stood_still_reminds_too_late_the_result_waits_longer() -> None:
    person, office = make_person(), make_office()
    window, soon = (release(make_delivery(person, office, way="pickup")) for _ in range(2))
    make_address(person)
    locker = release(make_delivery(person, office, way="pickup", hall=LOCKER))
    work_until_idle()
    day = window.keep_until + dt.timedelta(days=4)
    Delivery.objects.filter(pk=soon.pk).update(keep_until=day)
    locker.refresh_from_db()
    take_courier_event(event=happened(locker, 4, "stored", code="12345678"), by=SYSTEM)
    with moved_to(dt.datetime.combine(day, dt.time(9), ZONE)):
        work_until_idle()
        latest = calendar().add_workdays(day, 3)
        for one in (window, soon):
            one.refresh_from_db()
            assert (one.state, one.keep_until) == ("ready", latest)
        told = Message.objects.filter(kind="delivery_waiting")
        assert {note.body_zh.split("日")[0] for note in told} == {f"最晚 {latest.month} 月 {latest.day} "}
        assert told.count() == 2, "nobody is sent to a locker whose time is over"
    with moved_to(dt.datetime.combine(latest + dt.timedelta(days=1), dt.time(9), ZONE)):
        work_until_idle()
        window.refresh_from_db()
        assert window.state == "returned"


def test_what_nobody_takes_out_of_a_locker_is_asked_after(courier: FakeCourier) -> None:
    """The courier has it: it brings it back and says so; where it says nothing, we ask, and take nothing back ourselves."""
    person, office = make_person(), make_office()
    make_address(person)
    delivery = release(make_delivery(person, office, way="pickup", hall=LOCKER))
    work_until_idle()
    delivery.refresh_from_db()
    take_courier_event(event=happened(delivery, 4, "stored", code="12345678"), by=SYSTEM)
    with moved_to(now() + dt.timedelta(days=6)):
        work_until_idle()
        assert Message.objects.filter(person_id=person.pk, kind="delivery_waiting").count() == 1
        assert not silent_parcels(now(), limit=9)
    with moved_to(now() + dt.timedelta(days=9)):
        courier.tell(str(delivery.pk), [happened(delivery, 5, "returning"), happened(delivery, 6, "returned")])
        work_until_idle()
        work_until_idle()
        assert Message.objects.filter(person_id=person.pk, kind="delivery_unclaimed").exists()
    delivery.refresh_from_db()
    assert (delivery.state, code_of(delivery)) == ("returned", "")
