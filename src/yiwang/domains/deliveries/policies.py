"""Who may do what with addresses and deliveries."""

from uuid import UUID

from yiwang.domains.deliveries.models import Delivery
from yiwang.foundation.actors import Actor


def may_keep_addresses(actor: Actor) -> bool:
    """Any signed-in person, in their own book or in that of the firm they act for."""
    return actor.is_person and actor.id is not None


def may_order(actor: Actor, person_id: UUID, office_code: str) -> bool:
    """The person themselves; a clerk of the office that answers for it, for somebody at the window; the machine."""
    if actor.is_person:
        return actor.id == person_id
    if actor.is_staff:
        return actor.office == office_code and actor.has_role("window")
    return actor.kind == "system"


def may_hand_out(actor: Actor, delivery: Delivery) -> bool:
    """Clerks of the office that the result comes from; the machine, once a window has handed it out (统一窗口出件)."""
    is_clerk = actor.is_staff and actor.office == delivery.office_id and actor.has_role("window")
    return is_clerk or actor.kind == "system"


def may_look_into(actor: Actor) -> bool:
    """Operators: they ask the courier what was behind its odd news."""
    return actor.is_staff and actor.has_role("operator")


def is_machine(actor: Actor) -> bool:
    """The machine: what a courier tells, and what follows from a decision."""
    return actor.kind == "system"
