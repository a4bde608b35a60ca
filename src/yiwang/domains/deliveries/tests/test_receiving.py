"""Picking up, papers in, and parcels of which nothing is heard."""

import datetime as dt

import pytest

from yiwang.domains.deliveries.actions import (
    collect_result,
    order_delivery,
    take_courier_event,
)
from yiwang.domains.deliveries.queries import (
    code_of,
    is_delivered,
    public_track,
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
from yiwang.foundation.clock import moved_to, now
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
