"""Say how papers come in or a result goes out, and let the result go."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.deliveries.actions.ending import finish
from yiwang.domains.deliveries.actions.waiting import start_waiting
from yiwang.domains.deliveries.events import (
    DeliveryCancelled,
    DeliveryChosen,
    DeliveryOrdered,
    DeliveryPlaced,
    DeliveryReady,
)
from yiwang.domains.deliveries.models import Address, Delivery, PickupPoint
from yiwang.domains.deliveries.policies import is_machine, may_order
from yiwang.domains.deliveries.queries import (
    address_place,
    code_place,
    contact_place,
    opened_values,
    sealed_values,
)
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.ids import uuid7
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import record
from yiwang.foundation.numbers.guessing import unguessable

DELIVERY_WORKDAYS = 10
"""行政许可法 art. 44: the certificate is issued and delivered within ten (working) days of the decision."""

CODE_PLACES = 8
"""Places of a pick-up code, five bits each: not to be guessed at a window."""


@action
def order_delivery(
    *,
    reference: str,
    person_id: UUID,
    office_code: str,
    direction: str,
    way: str,
    address_id: UUID | None = None,
    hall: str = "",
    by: Actor,
) -> Delivery:
    """Choose how a result is to go out, or have papers collected that come in.

    A result waits (`chosen`) until it is there, and the choice may be changed until then; after a parcel came back it
    leaves at once. Papers in leave at once. Whoever calls has checked that the reference is this person's.

    Raises:
        InvalidInput: where an address or a place to pick up is missing.
        Refused: where a parcel is on its way, or the result was delivered already.
    """
    require(may_order(by, person_id, office_code))
    before = list(_of(reference, direction).select_for_update().order_by("sequence"))
    if any(one.person_id != person_id or one.office_id != office_code for one in before):
        raise NotVisible
    last = before[-1] if before else None
    if last and last.state == "delivered" and direction == "out":
        raise Refused(_("结果已经送达，不用再选。"), code="delivered_already")
    if last and last.ended_at is None and last.state != "chosen":
        raise Refused(_("已经在路上了，现在不能改。送不到会退回来，到时候可以再选。"), code="under_way")
    chosen = _ways(direction, way, address_id, hall, by)
    delivery = last if last and last.state == "chosen" else None
    is_free = bool(last and last.ordered_at) or direction == "in"
    if delivery is None:
        sequence = last.sequence + 1 if last else 1
        delivery = Delivery(
            id=uuid7(), reference=reference, direction=direction, sequence=sequence, person_id=person_id,
            firm_id=by.on_behalf_of if by.is_person else last.firm_id if last else None, office_id=office_code,
        )  # fmt: skip
    delivery.way, delivery.state, delivery.chosen_at = way, "chosen", now()
    delivery.point, values = chosen
    delivery.contact_sealed = sealed_values(values, contact_place(delivery.pk)) if values else None
    if last and last.ordered_at:
        delivery.due_on = last.due_on
    delivery.save()
    record(DeliveryChosen(delivery_id=delivery.pk, reference=reference, direction=direction, way=way), by=by)
    if is_free:
        _let_go(delivery, by)
    return delivery


def _of(reference: str, direction: str) -> Any:
    return Delivery.objects.filter(reference=reference, direction=direction)


def _ways(direction: str, way: str, address_id: UUID | None, hall: str, by: Actor) -> tuple[PickupPoint | None, Any]:
    """Return the place to pick up at and the address that a way needs."""
    if way not in Delivery.Way.values or direction not in Delivery.Direction.values:
        raise InvalidInput(_("选一种送达方式。"), code="no_way", errors=[("way", _("选一种送达方式。"))])
    if direction == "in" and way != "courier":
        raise InvalidInput(_("材料寄来只能用快递。"), code="no_way", errors=[("way", _("选一种送达方式。"))])
    point = None
    if way == "pickup" and hall:
        point = PickupPoint.objects.filter(pk=hall[:40], is_open=True).first()
        if point is None:
            raise InvalidInput(_("选一个自取的地方。"), code="no_point", errors=[("hall", _("选一个自取的地方。"))])
    needs_address = way == "courier" or (point is not None and point.kind == PickupPoint.Kind.LOCKER)
    if not needs_address:
        return point, None
    book = Address.objects.visible_to(by)
    found = book.filter(pk=address_id).first() if address_id else book.filter(is_default=True).first()
    if found is None:
        raise InvalidInput(_("选一个地址。"), code="no_address", errors=[("address", _("选一个地址。"))])
    return point, opened_values(found.address_sealed, address_place(found.pk))


@action
def cancel_choice(*, delivery_id: UUID, by: Actor) -> Delivery:
    """Call a choice off as long as nothing has left; the result then comes into the account."""
    found = Delivery.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if found is None:
        raise NotVisible
    require(may_order(by, found.person_id, found.office_id))
    if found.state != "chosen":
        raise Refused(_("已经在路上了，现在不能取消。"), code="under_way")
    found.state, found.ended_at = "cancelled", now()
    found.save(update_fields=["state", "ended_at"])
    record(DeliveryCancelled(delivery_id=found.pk, reference=found.reference), by=by)
    return found


@action
def hand_out(
    *,
    reference: str,
    person_id: UUID,
    firm_id: UUID | None,
    office_code: str,
    until: dt.date | None = None,
    by: Actor,
) -> bool:
    """Let a sealed result go the way that was chosen, to be there `until`; return whether it counts as delivered now.

    Where nothing was chosen it is delivered electronically, at once: it stands in the account of whoever applied there,
    which is the system that they named to receive it (民事诉讼法 art. 90). A second call changes nothing.
    """
    require(is_machine(by))
    last = _of(reference, "out").select_for_update().order_by("-sequence").first()
    if last is None or (last.state == "cancelled" and last.ordered_at is None):
        last = Delivery.objects.create(
            reference=reference, direction="out", way="electronic", state="chosen", person_id=person_id,
            firm_id=firm_id, office_id=office_code, chosen_at=now(), sequence=last.sequence + 1 if last else 1,
        )  # fmt: skip
    if last.state == "chosen":
        last.due_on = until or calendar().add_workdays(today(), DELIVERY_WORKDAYS)
        _let_go(last, by)
    return last.state == "delivered"


def _let_go(delivery: Delivery, by: Actor) -> None:
    """Start the way that was chosen: the account, a window with a code, or the courier."""
    delivery.ordered_at = now()
    if delivery.way == "electronic":
        finish(delivery, signer="account", at=now(), by=by)
    elif delivery.contact_sealed is None:
        delivery.state = "ready"
        delivery.code_sealed = vault.seal(unguessable(CODE_PLACES), code_place(delivery.pk))
        start_waiting(delivery)
        delivery.save()
        record(DeliveryReady(delivery_id=delivery.pk, reference=delivery.reference), by=by)
    else:
        delivery.state = "ordered"
        delivery.heard_at = now()
        delivery.save()
        enqueue("place_courier_order", {"delivery": str(delivery.pk)}, key=str(delivery.pk))
        record(
            DeliveryOrdered(delivery_id=delivery.pk, reference=delivery.reference, direction=delivery.direction), by=by
        )


@action
def note_placed(*, delivery_id: UUID, waybill: str, by: Actor) -> Delivery:
    """Enter the waybill number that the courier gave. A second time, or after a call-back was faster, nothing changes."""
    require(is_machine(by))
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    if delivery.state == "ordered":
        delivery.state = "placed"
    elif delivery.waybill:
        return delivery
    delivery.waybill, delivery.heard_at = waybill[:40].upper(), now()
    delivery.save(update_fields=["state", "waybill", "heard_at"])
    record(DeliveryPlaced(delivery_id=delivery.pk, reference=delivery.reference), by=by)
    return delivery
