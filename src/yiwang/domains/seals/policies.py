"""Who may do what with seals."""

from yiwang.foundation.actors import Actor


def may_issue_seal(actor: Actor) -> bool:
    """Administrators order seals; so does the machine at set-up."""
    return actor.kind == "system" or actor.has_role("administrator")


def may_use_seal(actor: Actor) -> bool:
    """Only the machine seals, after a step that an official decided."""
    return actor.kind == "system"
