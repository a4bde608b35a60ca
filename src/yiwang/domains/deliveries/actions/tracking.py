"""Take what a courier tells: each event once, in whatever order it comes, and never into an illegal state."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.deliveries.actions.ending import finish
from yiwang.domains.deliveries.actions.oddities import keep_odd
from yiwang.domains.deliveries.actions.waiting import start_waiting
from yiwang.domains.deliveries.events import (
    DeliveryDisputed,
    DeliveryFailed,
    DeliveryHandedOver,
    DeliveryMoved,
    DeliveryPlaced,
    DeliveryReady,
    DeliveryReturned,
)
from yiwang.domains.deliveries.models import CallbackNonce, Delivery, PickupPoint, TrackEvent
from yiwang.domains.deliveries.policies import is_machine
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.procedure import EVENTS, FINAL, MOVING, SIGNERS, follow, tells
from yiwang.domains.deliveries.queries import code_place, receipt_place
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record

Effect = Literal["moved", "kept", "none"]
"""What an event did: moved the delivery, was only kept in the track, or was known already."""

SKEW = dt.timedelta(minutes=10)
"""How far a courier's clock may be ahead of ours."""

KEEP_NONCES = dt.timedelta(days=1)


def event_mark(event: CourierEvent) -> str:
    """Return what makes two calls tell the same event."""
    return f"{event.order}\n{event.event_id}"


@action
def take_courier_event(*, event: CourierEvent, nonce: str = "", receipt: bytes = b"", by: Actor) -> Effect:
    """Take one event of a parcel, whose signature the caller has checked.

    `nonce` marks one message (the same message again has no effect), `event_id` one event (told again in another
    message it has none either). `receipt` is the message as it came, with its signature; it is kept where it proves that
    the parcel was handed over (签收回证).

    Raises:
        NotVisible: where we gave no such order.
        InvalidInput: where the event cannot be: an unknown kind, a moment in the future, or before the order.
    """
    require(is_machine(by))
    return take_event(event, nonce, receipt, by)


def take_event(event: CourierEvent, nonce: str, receipt: bytes, by: Actor) -> Effect:
    """Take one event, as `take_courier_event` says. What it refuses, it refuses before it has written anything."""
    delivery = _ordered(event)
    _check(event, delivery)
    if nonce and not _is_new(nonce):
        return "none"
    if TrackEvent.objects.filter(delivery_id=delivery.pk, event_id=event.event_id).exists():
        return "none"
    target = _target(delivery, event)
    _keep(delivery, event, counted=target is not None, receipt=receipt)
    delivery.heard_at = now()
    if not delivery.waybill:  # the answer to our order was lost, or is slower than this
        delivery.waybill = event.waybill.upper()
    if target is None:
        _notice_contradiction(delivery, event, by)
        _note_hand_over(delivery, event)
        delivery.save()
        return "kept"
    _move(delivery, event, target, by)
    return "moved"


def _is_new(nonce: str) -> bool:
    digest = hashlib.sha256(nonce.encode()).hexdigest()
    _row, is_new = CallbackNonce.objects.get_or_create(nonce=digest, defaults={"received_at": now()})
    return is_new


def _ordered(event: CourierEvent) -> Delivery:
    try:
        key = UUID(event.order)
    except ValueError:
        raise NotVisible from None
    orders = Delivery.objects.select_for_update(of=("self",)).exclude(ordered_at=None).exclude(contact_sealed=None)
    found = orders.filter(pk=key).first()
    if found is None:
        raise NotVisible
    return found


def _check(event: CourierEvent, delivery: Delivery) -> None:
    assert delivery.ordered_at is not None
    is_other = bool(delivery.waybill) and delivery.waybill != event.waybill.upper()
    if is_other or not event.waybill or len(event.waybill) > 40:
        raise InvalidInput(_("运单号不对。"), code="waybill")
    if event.kind not in EVENTS or (event.signer and event.signer not in SIGNERS):
        raise InvalidInput(_("不认识的物流状态。"), code="kind")
    if not 0 < event.number < 2**31 or not 0 < len(event.event_id) <= 64:
        raise InvalidInput(_("物流事件没有编号。"), code="number")
    texts = (event.event_id, event.waybill, event.place, event.signer, event.code, event.reason)
    if not all(text.isprintable() for text in texts):
        raise InvalidInput(_("物流事件里有看不见的字符。"), code="signs")
    if event.at.tzinfo is None or not delivery.ordered_at - SKEW <= event.at <= now() + SKEW:
        raise InvalidInput(_("物流事件的时间不对。"), code="time")


def _target(delivery: Delivery, event: CourierEvent) -> str | None:
    """Return where the event leads; None where it is older than what moved the delivery last, or leads nowhere."""
    if event.number <= delivery.last_number:
        return None
    return follow(delivery.state, event.kind, **_circumstances(delivery, event))


def _circumstances(delivery: Delivery, event: CourierEvent) -> dict[str, Any]:
    """Return what decides whether an event counts for what it says: who signed, for whom, and whether a locker was asked."""
    point = delivery.point
    is_locker = point is not None and point.kind == PickupPoint.Kind.LOCKER
    return {
        "signer": event.signer,
        "to_body": bool(delivery.firm_id) or delivery.direction == Delivery.Direction.IN,
        "has_locker": is_locker and bool(event.code),
    }


def _keep(delivery: Delivery, event: CourierEvent, *, counted: bool, receipt: bytes) -> None:
    event_id = uuid7()
    proves = event.kind == "delivered" and receipt
    TrackEvent.objects.create(
        id=event_id,
        delivery_id=delivery.pk,
        event_id=event.event_id,
        number=event.number,
        kind=event.kind,
        at=event.at,
        received_at=now(),
        place=event.place[:80],
        signer=event.signer,
        reason=event.reason[:20],
        counted=counted,
        receipt_sealed=vault.seal(receipt, receipt_place(event_id)) if proves else None,
    )


def _notice_contradiction(delivery: Delivery, event: CourierEvent, by: Actor) -> None:
    """Whoever tells two ends of one parcel is wrong once: the first stands, and somebody has to look."""
    end = tells(event.kind, **_circumstances(delivery, event))
    if delivery.state not in FINAL or end not in FINAL or end == delivery.state:
        return
    keep_odd("other_end", event_mark(event), delivery=delivery, told=end, waybill=delivery.waybill, by=by)
    if not delivery.is_disputed:
        delivery.is_disputed = True
        record(DeliveryDisputed(delivery_id=delivery.pk, reference=delivery.reference), by=by)


def _note_hand_over(delivery: Delivery, event: CourierEvent) -> bool:
    """Note since when the courier holds the parcel; a late event may say that it was earlier. Return whether it is news."""
    holds = EVENTS[event.kind][1] in MOVING | {"delivered", "returned"}
    known = delivery.handed_over_at
    if holds and (known is None or event.at < known):
        delivery.handed_over_at = event.at
    return holds and known is None


def _move(delivery: Delivery, event: CourierEvent, target: str, by: Actor) -> None:
    delivery.last_number = event.number
    is_handed_over = _note_hand_over(delivery, event)
    if is_handed_over:
        handed = DeliveryHandedOver(delivery_id=delivery.pk, reference=delivery.reference, direction=delivery.direction)
        record(handed, by=by)
    if target == "delivered":
        finish(delivery, signer=event.signer, at=event.at, by=by)
        return
    delivery.state = target
    if target in FINAL:
        delivery.ended_at, delivery.code_sealed = now(), None
    if target == "ready":
        delivery.code_sealed = vault.seal(event.code[:20], code_place(delivery.pk))
        start_waiting(delivery)
    delivery.save()
    record(_fact(delivery, target), by=by)


def _fact(delivery: Delivery, target: str) -> Any:
    which, about = delivery.pk, delivery.reference
    if target == "returned":
        return DeliveryReturned(delivery_id=which, reference=about, direction=delivery.direction)
    if target in _PLAIN:
        return _PLAIN[target](delivery_id=which, reference=about)
    return DeliveryMoved(delivery_id=which, reference=about, state=target)


_PLAIN: dict[str, Callable[..., Any]] = {
    "placed": DeliveryPlaced,
    "failed": DeliveryFailed,
    "ready": DeliveryReady,
}


@action(silent="what it forgets is of no use any more: older messages are refused by their time")
def forget_nonces(*, by: Actor) -> None:
    """Drop the marks of messages that are older than a signature counts."""
    require(is_machine(by))
    CallbackNonce.objects.filter(received_at__lt=now() - KEEP_NONCES).delete()
