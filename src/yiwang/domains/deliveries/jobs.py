"""Call couriers, ask after parcels of which nothing is heard, watch what waits, forget what is of no use."""

from typing import Any

from yiwang.domains.deliveries.actions import (
    catch_up,
    forget_nonces,
    note_placed,
    plan_parcel_questions,
    remind_of_pickups,
    take_back_unclaimed,
)
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.queries import parcel_for
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import every, outside_job
from yiwang.foundation.ports import connector
from yiwang.foundation.reads.actions import record_read


@outside_job("place_courier_order")
def place_courier_order(payload: dict[str, Any], *, key: str) -> None:
    """Give the courier a parcel's two ends, and enter the waybill number that it answers with.

    A try that was cut off is repeated with the same key, which is the same parcel to the courier. That an address left the
    house is written down for its owner.
    """
    delivery = Delivery.objects.select_related("office", "point").get(pk=payload["delivery"])
    if delivery.state != "ordered":
        return
    reason = "把收件人的姓名、电话和地址交给快递"
    record_read(person_id=delivery.person_id, what="address", reason=reason, by=SYSTEM)
    waybill = connector("courier").place_order(key=key, parcel=parcel_for(delivery))
    note_placed(delivery_id=delivery.pk, waybill=waybill, by=SYSTEM)


@every(900, name="deliveries.ask_after_silent_parcels")
def ask_after_silent_parcels() -> int:
    """Ask for the parcels of which nothing was heard for six hours: a call-back may have been lost for good."""
    return plan_parcel_questions(by=SYSTEM)


@every(3600, name="deliveries.watch_pickups")
def watch_pickups() -> None:
    """Remind those whose result still waits, and take back what nobody came for."""
    remind_of_pickups(by=SYSTEM)
    take_back_unclaimed(by=SYSTEM)


@outside_job("ask_after_parcel")
def ask_after_parcel(payload: dict[str, Any], *, key: str) -> None:
    """Ask the courier for all events of one parcel, and take those that are news."""
    catch_up(events=connector("courier").events(key=payload["delivery"]), by=SYSTEM)


@every(3600, name="deliveries.forget_nonces")
def forget_old_nonces() -> None:
    """Forget the marks of old messages."""
    forget_nonces(by=SYSTEM)
