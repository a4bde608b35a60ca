"""A result that waits to be picked up: how long, when its owner is reminded, and what happens where nobody comes."""

import datetime as dt

from django.db.models import Q

from yiwang.domains.deliveries.events import DeliveryLeftWaiting, DeliveryReturned
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.policies import is_machine
from yiwang.domains.deliveries.procedure import (
    KEEP_LOCKER_DAYS,
    KEEP_WORKDAYS,
    REMIND_LOCKER_DAYS,
    REMIND_WORKDAYS,
    WARNED_WORKDAYS,
)
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record


def start_waiting(delivery: Delivery) -> None:
    """Set until when a result that is ready can be picked up, and when its owner is reminded of it."""
    if delivery.contact_sealed is None:  # a window, open on working days
        days = calendar()
        delivery.keep_until = days.add_workdays(today(), KEEP_WORKDAYS)
        delivery.remind_on = days.add_workdays(today(), REMIND_WORKDAYS)
    else:
        delivery.keep_until = today() + dt.timedelta(days=KEEP_LOCKER_DAYS)
        delivery.remind_on = today() + dt.timedelta(days=REMIND_LOCKER_DAYS)


@action
def remind_of_pickups(*, most: int = 200, by: Actor) -> int:
    """Tell whose result will soon go back that it still waits, once for each; return how many.

    Where the reminder comes late, a window keeps the result longer. Nobody is sent to a locker whose time is over.
    """
    require(is_machine(by))
    waiting = Delivery.objects.select_for_update(of=("self",)).filter(
        Q(contact_sealed__isnull=True) | Q(keep_until__gte=today()),
        state="ready",
        reminded_at__isnull=True,
        remind_on__lte=today(),
    )
    left = list(waiting.order_by("keep_until", "id")[:most])
    earliest = calendar().add_workdays(today(), WARNED_WORKDAYS)
    for delivery in left:
        delivery.reminded_at = now()
        if delivery.contact_sealed is None and delivery.keep_until is not None:
            delivery.keep_until = max(delivery.keep_until, earliest)
        delivery.save(update_fields=["reminded_at", "keep_until"])
        record(DeliveryLeftWaiting(delivery_id=delivery.pk, reference=delivery.reference), by=by)
    return len(left)


@action
def take_back_unclaimed(*, most: int = 200, by: Actor) -> int:
    """Let what nobody picked up at a window in time, though reminded, go back to the office; return how many.

    That is no delivery in law: the applicant chooses anew, and the electronic result stays in their account. What lies in
    a locker is with the courier, who brings it back and says so; it is asked where it does not.
    """
    require(is_machine(by))
    waiting = Delivery.objects.select_for_update(of=("self",)).filter(
        state="ready", contact_sealed__isnull=True, reminded_at__isnull=False, keep_until__lt=today()
    )
    unclaimed = list(waiting.order_by("keep_until", "id")[:most])
    for delivery in unclaimed:
        delivery.state, delivery.ended_at, delivery.code_sealed = "returned", now(), None
        delivery.save(update_fields=["state", "ended_at", "code_sealed"])
        record(
            DeliveryReturned(delivery_id=delivery.pk, reference=delivery.reference, direction=delivery.direction), by=by
        )
    return len(unclaimed)
