"""Who may do what with documents."""

from yiwang.foundation.actors import Actor


def may_draw_up(actor: Actor) -> bool:
    """A document follows from a step that a person, an official or the machine took."""
    return actor.kind in {"person", "staff", "system"}


def may_store_seal(actor: Actor) -> bool:
    """Only the machine puts the seal on."""
    return actor.kind == "system"


def may_publish(actor: Actor) -> bool:
    """Publication follows from a granted decision: only the machine publishes."""
    return actor.kind == "system"
