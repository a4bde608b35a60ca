"""Hear a courier out: what can be is taken, what cannot be is kept for an operator, and we ask where it is silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from yiwang.domains.deliveries.actions.oddities import keep_odd
from yiwang.domains.deliveries.actions.tracking import Effect, event_mark, take_event
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.policies import is_machine
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.queries import silent_parcels
from yiwang.foundation.actions import InvalidInput, NotVisible, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.queue import enqueue


@dataclass(frozen=True)
class Heard:
    """What became of an event; `problem` says why it was refused."""

    effect: Effect | Literal["refused"]
    problem: str = ""


@action
def hear_courier(*, event: CourierEvent, nonce: str = "", receipt: bytes = b"", by: Actor) -> Heard:
    """Take one event as `take_courier_event` does. One that cannot be changes nothing, and is kept for an operator."""
    require(is_machine(by))
    return _hear(event, nonce, receipt, by)


def _hear(event: CourierEvent, nonce: str, receipt: bytes, by: Actor) -> Heard:
    try:
        return Heard(take_event(event, nonce, receipt, by))
    except NotVisible:
        problem = "no_order"
    except InvalidInput as refusal:
        problem = refusal.code
    named = Delivery.objects.filter(pk=event.order).first() if problem != "no_order" else None
    keep_odd(problem, event_mark(event), delivery=named, told=event.kind, waybill=event.waybill, by=by)
    return Heard("refused", problem)


@action
def catch_up(*, events: Sequence[CourierEvent], by: Actor) -> int:
    """Take what the courier answered when it was asked, because its call-backs did not come; return how many were news.

    An event that cannot be does not keep the others out.
    """
    require(is_machine(by))
    return sum(_hear(event, "", b"", by).effect in {"moved", "kept"} for event in events)


@action(silent="asking the courier changes nothing; what it answers is recorded")
def plan_parcel_questions(*, most: int = 200, by: Actor) -> int:
    """Have the courier asked about parcels of which nothing was heard, whoever was asked after longest ago first.

    One that stays silent when asked goes to the end of the line, so that none waits behind it for ever; return how many.
    """
    require(is_machine(by))
    silent = silent_parcels(now(), limit=most)
    hour = now().strftime("%Y%m%d%H")
    for delivery_id in silent:
        enqueue("ask_after_parcel", {"delivery": str(delivery_id)}, key=f"{delivery_id}:{hour}")
    Delivery.objects.filter(pk__in=silent).update(asked_at=now())
    return len(silent)
