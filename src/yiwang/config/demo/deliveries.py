"""Places to pick up at, address books, and how the papers of past cases travelled: through the real actions."""

from collections.abc import Callable
from typing import Any

from yiwang.config.demo.reading import by_key, read_yaml
from yiwang.config.demo.stories import Story
from yiwang.domains.cases.models import Case
from yiwang.domains.deliveries.actions import (
    collect_result,
    hear_courier,
    keep_address,
    load_pickup_points,
    look_into_news,
    order_delivery,
)
from yiwang.domains.deliveries.models import Delivery, OddNews, PickupPoint
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.queries import AddressValues, my_addresses
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.regions.queries import split_address
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import now


def furnish_deliveries() -> None:
    """Enter the places to pick up at, and the address books."""
    told = read_yaml("deliveries.yaml")
    points = [
        PickupPoint(
            code=one["code"], kind=one["kind"], name=one["name"], name_en=one["name_en"], place=one["place"],
            hours=one["hours"], region_id=one["region"],
        )
        for one in told["pickup_points"]
    ]  # fmt: skip
    load_pickup_points(points=points, by=SYSTEM)
    people = by_key("people.yaml", "people")
    for key, more in told["addresses"].items():
        entry = people[key]
        person = Person.objects.get(account__email=entry["email"])
        region, detail = split_address(entry["address"])
        places = [{"region": region or entry["region"], "detail": detail}, *more]
        by = Actor(kind="person", id=person.pk, channel="portal", assurance=person.level)
        for place in places:
            values = AddressValues(entry["name"], entry["phone"], place["region"], place["detail"])
            keep_address(values=values, by=by)


def _choose(story: Story, event: dict[str, Any], by: Actor) -> None:
    _order(story, "out", event["way"], event, by)


def _send(story: Story, event: dict[str, Any], by: Actor) -> None:
    _order(story, "in", "courier", event, by)


def _order(story: Story, direction: str, way: str, event: dict[str, Any], by: Actor) -> None:
    case = Case.objects.get(pk=story.case_id)
    book = sorted(my_addresses(by), key=lambda one: one.id)
    address = book[event["address"] - 1].id if "address" in event else None
    order_delivery(
        reference=case.number, person_id=by.known_id, office_code=case.office_id, direction=direction, way=way,
        address_id=address, hall=event.get("hall", ""), by=by,
    )  # fmt: skip


def _collect(story: Story, event: dict[str, Any], by: Actor) -> None:
    case = Case.objects.get(pk=story.case_id)
    window = read_yaml("stories.yaml")["desk"][story.item]["window"]
    staff = Staff.objects.get(account__email=by_key("people.yaml", "staff")[window]["email"])
    clerk = Actor(
        kind="staff", id=staff.pk, office=staff.office_id, channel="desk", assurance=3, roles=frozenset(staff.roles)
    )
    waiting = Delivery.objects.get(reference=case.number, state="ready")
    collect_result(delivery_id=waiting.pk, document_checked=True, by=clerk)


def _courier_says(story: Story, event: dict[str, Any], _by: Actor) -> None:
    """Have the courier tell something about a parcel that ended long ago, and perhaps mix it up with another."""
    number = Case.objects.values_list("number", flat=True).get(pk=story.case_id)
    parcel = Delivery.objects.filter(reference=number, way="courier", ended_at__isnull=False).latest("sequence")
    told = CourierEvent(
        event_id=f"{story.key}-{event['kind']}", order=event.get("order", str(parcel.pk)),
        waybill=event.get("waybill", parcel.waybill), number=90, kind=event["kind"], at=now(), signer="self",
    )  # fmt: skip
    hear_courier(event=told, by=SYSTEM.through("courier"))


def _look_into(_story: Story, event: dict[str, Any], _by: Actor) -> None:
    staff = Staff.objects.get(account__email=by_key("people.yaml", "staff")[event["by"]]["email"])
    operator = Actor(
        kind="staff", id=staff.pk, office=staff.office_id, channel="console", assurance=3, roles=frozenset(staff.roles)
    )
    newest = OddNews.objects.filter(seen_at__isnull=True).latest("first_at")
    look_into_news(odd_id=newest.pk, finding=event["finding"], by=operator)


DELIVERY_STEPS: dict[str, Callable[[Story, dict[str, Any], Actor], None]] = {
    "choose_delivery": _choose,
    "send_papers": _send,
    "collect": _collect,
    "courier_says": _courier_says,
    "look_into": _look_into,
}
"""Event → what the person, the office's clerk, the courier or an operator does."""
