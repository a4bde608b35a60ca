"""Read the halls: when they are open, what may be booked, who waits, who is served."""

from yiwang.domains.halls.queries.booking import (
    appointment_of,
    appointments_of_day,
    my_appointments,
    slots_of,
    why_not_book,
)
from yiwang.domains.halls.queries.busy import Busy, ServiceBusy, busy, called_lately, line_up, my_ticket, ticket_code
from yiwang.domains.halls.queries.opening import (
    day_hours,
    hours_words,
    is_open_at,
    next_opening,
    stretches,
)
from yiwang.domains.halls.queries.places import hall, halls, halls_by_office, services_of
from yiwang.domains.halls.queries.serving import (
    actor_at_window,
    board,
    halls_of_staff,
    handed_out,
    open_reception,
    reception_of,
    window_of,
)

__all__ = [
    "Busy",
    "ServiceBusy",
    "actor_at_window",
    "appointment_of",
    "appointments_of_day",
    "board",
    "busy",
    "called_lately",
    "day_hours",
    "hall",
    "halls",
    "halls_by_office",
    "halls_of_staff",
    "handed_out",
    "hours_words",
    "is_open_at",
    "line_up",
    "my_appointments",
    "my_ticket",
    "next_opening",
    "open_reception",
    "reception_of",
    "services_of",
    "slots_of",
    "stretches",
    "ticket_code",
    "why_not_book",
    "window_of",
]
