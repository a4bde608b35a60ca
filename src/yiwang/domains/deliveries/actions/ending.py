"""What every end of a delivery has in common."""

import datetime as dt

from yiwang.domains.deliveries.events import DeliveryDone
from yiwang.domains.deliveries.models import Delivery
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record


def finish(delivery: Delivery, *, signer: str, at: dt.datetime, by: Actor) -> None:
    """Let a delivery count as delivered since `at`, and drop the code that nobody needs any more."""
    delivery.state, delivery.signer = "delivered", signer
    delivery.delivered_at, delivery.ended_at = at, now()
    delivery.code_sealed = None
    delivery.save()
    fact = DeliveryDone(
        delivery_id=delivery.pk, reference=delivery.reference, direction=delivery.direction, way=delivery.way, at=at
    )
    record(fact, by=by)
