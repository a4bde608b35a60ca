"""Tables of the halls."""

from yiwang.domains.halls.models.booking import Appointment, Slot
from yiwang.domains.halls.models.places import Closure, Hall, OpeningHours, Service, Window
from yiwang.domains.halls.models.queueing import Ticket
from yiwang.domains.halls.models.serving import HandOut, Reception

__all__ = [
    "Appointment",
    "Closure",
    "Hall",
    "HandOut",
    "OpeningHours",
    "Reception",
    "Service",
    "Slot",
    "Ticket",
    "Window",
]
