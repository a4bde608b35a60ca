"""Addresses and deliveries for tests, made through the real actions."""

from itertools import count
from typing import Any

from yiwang.domains.deliveries.actions import hand_out, keep_address, load_pickup_points, order_delivery
from yiwang.domains.deliveries.models import Address, Delivery, PickupPoint
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.queries import AddressValues
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.actions import load_regions
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import now

_serial = count(1)
REGION = "330106"
HALL, LOCKER = "demo-hall", "demo-locker"


def make_places() -> None:
    """Enter a few divisions, a hall and a locker."""
    load_regions(
        rows=[
            ("330000", "浙江省", "Zhejiang", 1, ""),
            ("330100", "杭州市", "Hangzhou", 2, "330000"),
            (REGION, "西湖区", "Xihu", 3, "330100"),
        ],
        by=SYSTEM,
    )
    load_pickup_points(
        points=[
            PickupPoint(code=HALL, kind="hall", name="演示西湖区政务服务中心", place="演示文三路 1 号"),
            PickupPoint(code=LOCKER, kind="locker", name="演示自助柜", place="演示地铁站 B 口"),
        ],
        by=SYSTEM,
    )


def make_address(person: Person, **changes: Any) -> Address:
    """Return an address of a person's book."""
    values = {"name": person.name, "phone": "19900000123", "region": REGION, "detail": "演示花园 3 幢 502 室"}
    return keep_address(values=AddressValues(**(values | changes)), by=actor_of(person))


def make_delivery(
    person: Person, office: Office, *, reference: str = "", way: str = "courier", **more: Any
) -> Delivery:
    """Return a delivery that was chosen for a result which is not there yet."""
    reference = reference or f"TEST{next(_serial):06d}"
    return order_delivery(
        reference=reference, person_id=person.pk, office_code=office.pk, direction="out", way=way, by=actor_of(person),
        **more,
    )  # fmt: skip


def release(delivery: Delivery) -> Delivery:
    """Let the result of a delivery be there."""
    hand_out(
        reference=delivery.reference, person_id=delivery.person_id, firm_id=delivery.firm_id,
        office_code=delivery.office_id, by=SYSTEM,
    )  # fmt: skip
    delivery.refresh_from_db()
    return delivery


def happened(delivery: Delivery, number: int, kind: str, **more: str) -> CourierEvent:
    """Return one thing that happened to a parcel, as the courier tells it now."""
    waybill = more.pop("waybill", "") or delivery.waybill or "FAKE000000000"
    return CourierEvent(f"e{number}-{kind}", str(delivery.pk), waybill, number, kind, now(), **more)
