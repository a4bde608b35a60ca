"""Every change of address books and deliveries."""

from yiwang.domains.deliveries.actions.addresses import keep_address, load_pickup_points, remove_address
from yiwang.domains.deliveries.actions.collecting import collect_result
from yiwang.domains.deliveries.actions.ordering import cancel_choice, hand_out, note_placed, order_delivery
from yiwang.domains.deliveries.actions.tracking import catch_up, forget_nonces, take_courier_event

__all__ = [
    "cancel_choice",
    "catch_up",
    "collect_result",
    "forget_nonces",
    "hand_out",
    "keep_address",
    "load_pickup_points",
    "note_placed",
    "order_delivery",
    "remove_address",
    "take_courier_event",
]
