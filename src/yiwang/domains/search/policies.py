"""Who may do what with the index."""

from yiwang.foundation.actors import Actor


def may_search(actor: Actor) -> bool:
    """Everybody searches, signed in or not."""
    return actor.kind in {"anonymous", "person", "staff", "peer", "system"}


def may_index(actor: Actor) -> bool:
    """The machine keeps the index; an administrator may have it made anew."""
    return actor.kind == "system" or actor.has_role("administrator", "operator")
