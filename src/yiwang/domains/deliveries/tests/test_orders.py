"""Address book, choice, order: what leaves the house, when, and what it says."""

import datetime as dt

import pytest

from yiwang.domains.deliveries.actions import (
    cancel_choice,
    hand_out,
    keep_address,
    note_placed,
    order_delivery,
    remove_address,
    take_courier_event,
)
from yiwang.domains.deliveries.models import Address, Delivery
from yiwang.domains.deliveries.queries import (
    AddressValues,
    deliveries_of,
    delivery_by_id,
    is_delivered,
    my_addresses,
    my_deliveries,
    parcel_for,
    suggested_address,
)
from yiwang.domains.deliveries.tests.factories import (
    HALL,
    REGION,
    happened,
    make_address,
    make_delivery,
    release,
)
from yiwang.domains.deliveries.tests.fakes import FakeCourier
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_office, make_person
from yiwang.domains.notices.models import Message
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import LADDER
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.reads.models import Read
from yiwang.foundation.tests.refusing import hidden, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


# The address book


def test_an_address_is_kept_encrypted_and_the_first_is_the_usual_one() -> None:
    person, other = make_person(), make_person()
    first = make_address(person, name="林 晓岚", phone="+86 199-0000-0123")
    second = make_address(person, detail="演示路 9 号")
    assert (first.is_default, second.is_default) == (True, False)
    assert "演示花园".encode() not in bytes(first.address_sealed)
    assert b"19900000123" not in bytes(first.address_sealed)
    kept = my_addresses(actor_of(person))
    assert [one.values.phone for one in kept] == ["19900000123", "19900000123"]
    assert kept[0].values.written() == "浙江省杭州市西湖区演示花园 3 幢 502 室"
    values = AddressValues("林晓岚", "19900000124", REGION, "演示路 9 号")
    keep_address(values=values, address_id=second.pk, is_default=True, by=actor_of(person))
    assert [(one.id, one.is_default) for one in my_addresses(actor_of(person))] == [
        (second.pk, True),
        (first.pk, False),
    ]
    assert my_addresses(actor_of(other)) == []
    assert not any("演示路" in str(entry.fact) for entry in Entry.objects.all())


def test_an_address_that_no_courier_could_use_is_not_kept() -> None:
    person = make_person()
    with pytest.raises(InvalidInput) as refusal:
        keep_address(values=AddressValues(" ", "12345", "999999", "x\u200b"), by=actor_of(person))
    assert [field for field, _ in refusal.value.errors] == ["name", "phone", "region", "detail"]
    assert not Address.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_reads_changes_or_uses_the_address_of_another() -> None:
    person, other, office = make_person(), make_person(), make_office()
    address = make_address(person)
    values = AddressValues("沈建国", "19900000124", REGION, "演示路 9 号")
    with hidden():
        keep_address(values=values, address_id=address.pk, by=actor_of(other))
    with hidden():
        remove_address(address_id=address.pk, by=actor_of(other))
    with refused("no_address", InvalidInput):
        make_delivery(other, office, address_id=address.pk)
    firm = make_firm(person)
    assert my_addresses(actor_of(person, firm=firm)) == [], "the firm's book is another one"
    remove_address(address_id=address.pk, by=actor_of(person))
    assert my_addresses(actor_of(person)) == []


def test_an_empty_book_begins_with_what_the_register_knows() -> None:
    person = make_person(address="浙江省杭州市西湖区演示路 1 号", phone="19900000777")
    assert suggested_address(actor_of(person)) == AddressValues(person.name, "19900000777", REGION, "演示路1号")


# Results out


def test_where_nothing_is_chosen_the_result_is_delivered_when_it_stands_in_the_account() -> None:
    """民事诉讼法 art. 90: at the moment at which it arrives in the system that the addressee named."""
    person, office = make_person(), make_office()
    given = {"reference": "N1", "person_id": person.pk, "firm_id": None, "office_code": office.pk}
    assert not is_delivered("N1")
    assert hand_out(**given, by=SYSTEM) is True
    assert hand_out(**given, by=SYSTEM) is True
    (only,) = deliveries_of(actor_of(person), "N1")
    assert (only.way, only.state, only.signer) == ("electronic", "delivered", "account")
    assert only.delivered_at == only.ordered_at or abs(only.delivered_at - only.ordered_at) < dt.timedelta(seconds=1)
    assert is_delivered("N1")
    assert Entry.objects.filter(kind="DeliveryDone").count() == 1
    assert my_deliveries(actor_of(person)) == [], "only what travels is in the list of parcels"


def test_a_chosen_courier_is_called_once_the_result_is_there_and_gets_only_two_ends(courier: FakeCourier) -> None:
    person = make_person(name="林晓岚")
    office = make_office(place="演示路 8 号", phone="0571-0000 0001")
    make_address(person)
    delivery = make_delivery(person, office)
    work_until_idle()
    assert (delivery.state, courier.parcels) == ("chosen", {}), "nothing leaves before there is a result"
    release(delivery)
    assert delivery.state == "ordered"
    work_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.waybill) == ("placed", "FAKE000000000")
    (parcel,) = courier.parcels.values()
    assert parcel == parcel_for(delivery)
    assert (parcel.receiver.name, parcel.receiver.phone) == ("林晓岚", "19900000123")
    assert delivery.reference not in repr(parcel), "the courier need not know what it is about"
    assert list(courier.parcels) == [str(delivery.pk)]
    read = Read.objects.get(person_id=person.pk, what="address")
    assert read.reader_kind == "system"
    assert delivery.due_on is not None, "art. 44: ten working days"


def test_an_unreachable_courier_is_called_again_up_the_ladder_with_the_same_key(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    courier.fails = 3
    delivery = release(make_delivery(person, office))
    work_until_idle()
    at = now()
    for seconds in LADDER[:3]:
        at += dt.timedelta(seconds=seconds + 30)
        with moved_to(at):
            work_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, courier.asked, len(courier.parcels)) == ("placed", 4, 1)
    assert Job.objects.get(kind="place_courier_order").state == "done"


def test_a_worker_that_is_cut_off_after_the_courier_answered_orders_nothing_twice(
    courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "yiwang.domains.deliveries.jobs.note_placed"
    person, office = make_person(), make_office()
    make_address(person)
    delivery = release(make_delivery(person, office))

    def cut_off(**given: object) -> None:
        monkeypatch.setattr(place, note_placed)
        raise RuntimeError("ended here")

    monkeypatch.setattr(place, cut_off)
    work_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, len(courier.parcels)) == ("ordered", 1)
    take_courier_event(event=happened(delivery, 2, "collected"), by=SYSTEM)
    with moved_to(now() + dt.timedelta(seconds=LADDER[0] + 1)):
        work_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.waybill, len(courier.parcels)) == ("collected", "FAKE000000000", 1)


def test_a_courier_that_stays_away_is_set_aside_for_an_operator_and_the_result_waits(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    courier.fails = 99
    delivery = release(make_delivery(person, office))
    at = now()
    for seconds in (0, *LADDER):
        at += dt.timedelta(seconds=seconds + 30)
        with moved_to(at):
            work_until_idle()
    delivery.refresh_from_db()
    job = Job.objects.get(kind="place_courier_order")
    assert (delivery.state, job.state) == ("ordered", "dead")
    assert "19900000123" not in job.error
    assert "演示花园" not in str(job.payload) + job.error


def test_the_choice_may_change_until_the_parcel_leaves(courier: FakeCourier) -> None:
    person, office, other = make_person(), make_office(), make_person()
    make_address(person)
    delivery = make_delivery(person, office)
    changed = make_delivery(person, office, reference=delivery.reference, way="pickup", hall=HALL)
    assert (changed.pk, changed.way, changed.contact_sealed) == (delivery.pk, "pickup", None)
    with pytest.raises(NotVisible):
        order_delivery(
            reference=delivery.reference, person_id=other.pk, office_code=office.pk, direction="out", way="electronic",
            by=actor_of(other),
        )  # fmt: skip
    with pytest.raises(NotVisible):
        delivery_by_id(actor_of(other), delivery.pk)
    make_delivery(person, office, reference=delivery.reference)
    release(delivery)
    with pytest.raises(Refused, match="已经在路上了"):
        make_delivery(person, office, reference=delivery.reference, way="electronic")
    with pytest.raises(Refused, match="已经在路上了"):
        cancel_choice(delivery_id=delivery.pk, by=actor_of(person))


def test_a_choice_that_is_called_off_leaves_the_account(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    delivery = make_delivery(person, office)
    cancel_choice(delivery_id=delivery.pk, by=actor_of(person))
    assert hand_out(reference=delivery.reference, person_id=person.pk, firm_id=None, office_code=office.pk, by=SYSTEM)
    assert [d.way for d in deliveries_of(actor_of(person), delivery.reference)] == ["electronic", "courier"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"way": "pigeon"}, "no_way"),
        ({"way": "pickup", "hall": "nowhere"}, "no_point"),
        ({"way": "courier"}, "no_address"),
    ],
)
def test_a_choice_that_leads_nowhere_is_refused(given: dict, code: str) -> None:
    with refused(code, InvalidInput):
        make_delivery(make_person(), make_office(), **given)
    assert not Delivery.objects.exists()


# A parcel that comes back


def test_a_parcel_that_came_back_does_not_count_and_a_new_way_leaves_at_once(courier: FakeCourier) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    delivery = release(make_delivery(person, office))
    work_until_idle()
    for number, kind in enumerate(("placed", "collected", "failed", "returning", "returned"), start=1):
        take_courier_event(event=happened(delivery, number, kind, waybill="FAKE000000000"), by=SYSTEM)
    work_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.delivered_at, is_delivered(delivery.reference)) == ("returned", None, False)
    assert not hand_out(
        reference=delivery.reference, person_id=person.pk, firm_id=None, office_code=office.pk, by=SYSTEM
    )
    kinds = set(Message.objects.filter(person_id=person.pk).values_list("kind", flat=True))
    assert kinds == {"delivery_handed_over", "delivery_failed", "delivery_returned"}
    again = make_delivery(person, office, reference=delivery.reference)
    assert (again.sequence, again.state, again.due_on) == (2, "ordered", delivery.due_on)
