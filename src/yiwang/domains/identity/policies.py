"""Who may do what with people and accounts."""

from yiwang.foundation.actors import Actor


def may_confirm_own_name(actor: Actor) -> bool:
    """A signed-in person confirms their own name only."""
    return actor.is_person and actor.id is not None


def may_appoint_staff(actor: Actor) -> bool:
    """Administrators appoint officials; so does the machine when it sets a demo up."""
    return actor.kind == "system" or actor.has_role("administrator")


def may_issue_token(actor: Actor) -> bool:
    """Tokens are made by the machine on the operator's command line (demo and development)."""
    return actor.kind == "system"
