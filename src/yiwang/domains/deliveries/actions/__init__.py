"""Every change of address books and deliveries."""

from yiwang.domains.deliveries.actions.addresses import keep_address, load_pickup_points, remove_address
from yiwang.domains.deliveries.actions.collecting import collect_result, note_handed_over, set_due
from yiwang.domains.deliveries.actions.hearing import catch_up, hear_courier, plan_parcel_questions
from yiwang.domains.deliveries.actions.oddities import look_into_news, note_unsound_call
from yiwang.domains.deliveries.actions.ordering import cancel_choice, hand_out, note_placed, order_delivery
from yiwang.domains.deliveries.actions.tracking import forget_nonces, take_courier_event
from yiwang.domains.deliveries.actions.waiting import remind_of_pickups, take_back_unclaimed

__all__ = [
    "cancel_choice",
    "catch_up",
    "collect_result",
    "forget_nonces",
    "hand_out",
    "hear_courier",
    "keep_address",
    "load_pickup_points",
    "look_into_news",
    "note_handed_over",
    "note_placed",
    "note_unsound_call",
    "order_delivery",
    "plan_parcel_questions",
    "remind_of_pickups",
    "remove_address",
    "set_due",
    "take_back_unclaimed",
    "take_courier_event",
]
