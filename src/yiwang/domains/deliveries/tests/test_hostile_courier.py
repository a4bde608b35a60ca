"""A courier whose news come late, doubled and in any order: the state stays legal, and every effect happens once."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.domains.deliveries.actions import forget_nonces, look_into_news, note_placed, take_courier_event
from yiwang.domains.deliveries.models import CallbackNonce, Delivery, TrackEvent
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.procedure import FINAL, STATES
from yiwang.domains.deliveries.queries import odd_news, receipt_of, receipt_place
from yiwang.domains.deliveries.tests.factories import make_address, make_delivery, make_places, release
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.tests.refusing import hidden, refused

pytestmark = pytest.mark.django_db

START = ["placed", "collected", "in_transit", "in_transit"]
STORIES: dict[str, tuple[list[tuple[str, str]], str]] = {
    "straight": ([("out_for_delivery", ""), ("delivered", "self")], "delivered"),
    "second try": ([("failed", ""), ("out_for_delivery", ""), ("delivered", "household")], "delivered"),
    "left at the door": ([("delivered", ""), ("out_for_delivery", ""), ("delivered", "self")], "delivered"),
    "some mail room": ([("delivered", "mailroom"), ("returning", ""), ("returned", "")], "returned"),
    "sent back": ([("failed", ""), ("failed", ""), ("returning", ""), ("returned", "")], "returned"),
    "still out": ([("failed", ""), ("out_for_delivery", "")], "out_for_delivery"),
}
_serial = count(1)


@pytest.fixture
def parcels(db: None):
    make_places()
    person, office = make_person(), make_office()
    make_address(person)

    def make() -> Delivery:
        return release(make_delivery(person, office))

    return make


def told(delivery: Delivery, number: int, kind: str, signer: str = "", event_id: str = "") -> CourierEvent:
    at = delivery.ordered_at + dt.timedelta(seconds=number)
    return CourierEvent(
        event_id or f"e{number}", str(delivery.pk), f"W{delivery.pk.hex[-12:]}", number, kind, at, signer=signer
    )


def facts(delivery: Delivery, kind: str) -> int:
    found = Entry.objects.filter(kind=kind).values_list("fact", flat=True)
    return sum(fact["delivery_id"] == str(delivery.pk) for fact in found)


def rank(state: str) -> int:
    """How far a parcel is, told by itself: nothing may lead back past the courier's hands."""
    order = {"ordered": 0, "placed": 1, "collected": 2, "in_transit": 3, "out_for_delivery": 3, "failed": 3, "ready": 4}
    return order.get(state, 5 if state == "returning" else 6)


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_in_whatever_order_and_however_often_news_come_the_parcel_ends_where_it_truly_is(parcels, data) -> None:
    name = data.draw(st.sampled_from(sorted(STORIES)))
    tail, end = STORIES[name]
    plan = [*((kind, "") for kind in START), *tail]
    delivery = parcels()
    events = [told(delivery, n, kind, signer, f"{name}{n}") for n, (kind, signer) in enumerate(plan, start=1)]
    doubled = data.draw(st.lists(st.sampled_from(events), max_size=6))
    arriving = data.draw(st.permutations([*events, *doubled]))
    waybill_at = data.draw(st.integers(0, len(arriving)))
    seen, before = set(), "ordered"
    for at, event in enumerate(arriving):
        if at == waybill_at:
            note_placed(delivery_id=delivery.pk, waybill=event.waybill, by=SYSTEM)
            before = Delivery.objects.get(pk=delivery.pk).state
        effect = take_courier_event(event=event, by=SYSTEM)
        assert (effect == "none") is (event.event_id in seen)
        seen.add(event.event_id)
        state = Delivery.objects.get(pk=delivery.pk).state
        assert state in STATES
        assert rank(state) >= rank(before), f"{before} led back to {state}"
        assert before not in FINAL or state == before
        before = state
    delivery.refresh_from_db()
    assert delivery.state == end
    assert TrackEvent.objects.filter(delivery=delivery).count() == len(events)
    assert facts(delivery, "DeliveryHandedOver") == 1
    assert facts(delivery, "DeliveryDone") == (end == "delivered")
    assert facts(delivery, "DeliveryReturned") == (end == "returned")
    assert not delivery.is_disputed
    if end == "delivered":
        assert delivery.delivered_at == events[-1].at, "the moment on the receipt, not that of the news"
    assert delivery.handed_over_at == events[1].at, "late news tell since when the courier truly holds it"


@pytest.mark.parametrize(("first", "second"), [("delivered", "returned"), ("returned", "delivered")])
def test_of_two_ends_that_contradict_the_first_stands_and_somebody_has_to_look(
    parcels, first: str, second: str
) -> None:
    delivery = parcels()
    take_courier_event(event=told(delivery, 5, first, "self"), by=SYSTEM)
    for number in (4, 9, 10):
        assert take_courier_event(event=told(delivery, number, second, "self"), by=SYSTEM) == "kept"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.is_disputed, facts(delivery, "DeliveryDisputed")) == (first, True, 1)
    assert facts(delivery, "DeliveryDone") == (first == "delivered")
    operator, clerk = (actor_of(make_staff(roles=(role,))) for role in ("operator", "window"))
    assert odd_news(clerk).waiting == [], "only those who run the platform"
    waiting = odd_news(operator).waiting
    assert {(one.why, one.state, one.told, one.times) for one in waiting} == {("other_end", first, second, 1)}
    with hidden():
        look_into_news(odd_id=waiting[0].pk, finding="问过了", by=clerk)
    with refused("no_finding", InvalidInput):
        look_into_news(odd_id=waiting[0].pk, finding=" ", by=operator)
    for left, one in zip((True, True, False), waiting, strict=True):
        look_into_news(odd_id=one.pk, finding="快递记错了", by=operator)
        delivery.refresh_from_db()
        assert delivery.is_disputed is left, "as long as something about it waits for a look"
    with refused("seen_already"):
        look_into_news(odd_id=waiting[0].pk, finding="再看一次", by=operator)
    take_courier_event(event=told(delivery, 11, second, "self"), by=SYSTEM)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.is_disputed, len(odd_news(operator).waiting)) == (first, True, 1)


def test_what_was_left_at_the_door_is_no_delivery(parcels) -> None:
    delivery = parcels()
    take_courier_event(event=told(delivery, 6, "delivered"), by=SYSTEM)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.delivered_at, facts(delivery, "DeliveryFailed")) == ("failed", None, 1)


def test_the_signed_receipt_is_kept_encrypted_as_it_came(parcels) -> None:
    delivery = parcels()
    take_courier_event(event=told(delivery, 6, "delivered", "self"), receipt=b"signed bytes", by=SYSTEM)
    receipt = receipt_of(delivery)
    assert b"signed" not in bytes(receipt.receipt_sealed)
    assert vault.open_sealed(bytes(receipt.receipt_sealed), receipt_place(receipt.pk)) == b"signed bytes"


def test_what_cannot_be_is_refused_and_leaves_nothing(parcels) -> None:
    delivery = parcels()
    good = told(delivery, 1, "placed")
    take_courier_event(event=good, by=SYSTEM)
    ahead, before = now() + dt.timedelta(hours=1), delivery.ordered_at - dt.timedelta(days=1)
    wrong = [
        {"kind": "eaten"}, {"number": 0}, {"number": 2**31}, {"event_id": ""}, {"event_id": "x" * 65}, {"at": ahead},
        {"at": before}, {"at": now().replace(tzinfo=None)}, {"waybill": "OTHER"}, {"waybill": ""}, {"signer": "dog"},
    ]  # fmt: skip
    for change in wrong:
        event = CourierEvent(**{**good.__dict__, "event_id": "new", "number": 2, **change})
        with pytest.raises(InvalidInput):
            take_courier_event(event=event, by=SYSTEM)
    for order in ("", "nothing", "0190c3a4-0000-7000-8000-000000000000"):
        with pytest.raises(NotVisible):
            take_courier_event(event=CourierEvent(**{**good.__dict__, "order": order}), by=SYSTEM)
    assert TrackEvent.objects.count() == 1


def test_nothing_is_taken_for_what_was_only_chosen(parcels) -> None:
    person, office = make_person(), make_office()
    make_address(person)
    delivery = make_delivery(person, office)
    event = CourierEvent("e1", str(delivery.pk), "W1", 1, "delivered", now(), signer="self")
    with pytest.raises(NotVisible):
        take_courier_event(event=event, by=SYSTEM)


def test_one_message_has_one_effect_and_its_mark_is_forgotten_later(parcels) -> None:
    delivery = parcels()
    first = {"event": told(delivery, 1, "placed"), "nonce": "n" * 32}
    assert [take_courier_event(**first, by=SYSTEM) for _ in range(3)] == ["moved", "none", "none"]
    with moved_to(now() + dt.timedelta(days=2)):
        forget_nonces(by=SYSTEM)
    assert not CallbackNonce.objects.exists()
    assert take_courier_event(**first, by=SYSTEM) == "none", "the event itself is still known"
