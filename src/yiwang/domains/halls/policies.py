"""Who may do what in a hall."""

from yiwang.domains.halls.models import Appointment, Hall, Reception, Service, Ticket, Window
from yiwang.domains.organisations.queries import is_in_division_of
from yiwang.foundation.actors import Actor

REAL_NAME = 2
"""The level from which one may book and take a number: the name was checked, so that the document can be compared."""


def may_set_up(actor: Actor) -> bool:
    """Administrators set halls up; so does the machine."""
    return actor.kind == "system" or actor.has_role("administrator")


def may_keep(actor: Actor, region: str | None, office_code: str) -> bool:
    """Administrators keep the halls of their division and below, and those that their own office runs; so may the machine.

    `region` is the hall's, or that of the office that runs it.
    """
    if actor.kind == "system":
        return True
    if not (actor.is_staff and actor.has_role("administrator") and actor.office):
        return False
    return actor.office == office_code or is_in_division_of(actor.office, region)


def may_keep_hall(actor: Actor, hall: Hall) -> bool:
    """Whether an administrator keeps this hall: its hours, windows, services and places."""
    return may_keep(actor, hall.region_id or hall.office.region_id, hall.office_id)


def may_book(actor: Actor) -> bool:
    """A person whose name was checked."""
    return actor.is_person and actor.assurance >= REAL_NAME


def is_own_appointment(actor: Actor, appointment: Appointment) -> bool:
    """Whether the appointment is the person's."""
    return actor.is_person and appointment.person_id == actor.id


def is_own_ticket(actor: Actor, ticket: Ticket) -> bool:
    """Whether the number is the person's."""
    return actor.is_person and ticket.person_id == actor.id


def may_work_in(actor: Actor, hall: Hall) -> bool:
    """Officials with window duty, of the office that runs the hall or of one that has a window there."""
    if not (actor.is_staff and actor.has_role("window")):
        return False
    return hall.office_id == actor.office or Window.objects.filter(hall=hall, office_id=actor.office).exists()


def may_look_at(actor: Actor, hall: Hall) -> bool:
    """Whoever works in a hall, and the head of the office that runs it."""
    return may_work_in(actor, hall) or (actor.is_staff and actor.has_role("head") and actor.office == hall.office_id)


def may_sit_at(actor: Actor, window: Window) -> bool:
    """Officials with window duty of the window's office."""
    return actor.is_staff and actor.has_role("window") and actor.office == window.office_id


def is_at(actor: Actor, window: Window) -> bool:
    """Whether the official sits at the window now."""
    return actor.is_staff and window.clerk_id is not None and window.clerk_id == actor.id


def may_receive(actor: Actor) -> bool:
    """Officials with window duty."""
    return actor.is_staff and actor.has_role("window") and actor.id is not None


def may_act_in(actor: Actor, reception: Reception) -> bool:
    """The official who holds the reception, while it lasts."""
    return actor.is_staff and reception.clerk_id == actor.id and reception.ended_at is None


def may_take_items_of(actor: Actor, reception: Reception, office_code: str) -> bool:
    """The official's own office, and those whose items are handled at the window (综合受理)."""
    if not may_act_in(actor, reception):
        return False
    offered = Service.objects.filter(windows=reception.window_id, offices=office_code)
    return actor.office == office_code or (reception.window_id is not None and offered.exists())


def may_close_day(actor: Actor, hall: Hall) -> bool:
    """The head of the office that runs the hall, and whoever keeps it."""
    is_head = actor.is_staff and actor.has_role("head") and actor.office == hall.office_id
    return is_head or may_keep_hall(actor, hall)
