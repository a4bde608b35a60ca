"""Every change in a hall, one function for each verb."""

from yiwang.domains.halls.actions.appointments import (
    book_appointment,
    cancel_appointment,
    move_appointment,
    note_missed_appointments,
    remind_of_appointments,
)
from yiwang.domains.halls.actions.keeping import (
    change_hall,
    open_hall,
    reopen_hall_day,
    set_opening_hours,
    set_service,
    set_window,
)
from yiwang.domains.halls.actions.queue import check_in, end_past_days, leave_queue, take_ticket
from yiwang.domains.halls.actions.receiving import act_for_firm, end_reception, hand_out_result, receive_person
from yiwang.domains.halls.actions.setting_up import (
    HallPlan,
    ServicePlan,
    close_hall_day,
    follow_days_off,
    load_halls,
    open_slots,
)
from yiwang.domains.halls.actions.windows import (
    call_again,
    call_next,
    close_window,
    finish_ticket,
    miss_ticket,
    open_window,
)

__all__ = [
    "HallPlan",
    "ServicePlan",
    "act_for_firm",
    "book_appointment",
    "call_again",
    "call_next",
    "cancel_appointment",
    "change_hall",
    "check_in",
    "close_hall_day",
    "close_window",
    "end_past_days",
    "end_reception",
    "finish_ticket",
    "follow_days_off",
    "hand_out_result",
    "leave_queue",
    "load_halls",
    "miss_ticket",
    "move_appointment",
    "note_missed_appointments",
    "open_hall",
    "open_slots",
    "open_window",
    "receive_person",
    "remind_of_appointments",
    "reopen_hall_day",
    "set_opening_hours",
    "set_service",
    "set_window",
    "take_ticket",
]
