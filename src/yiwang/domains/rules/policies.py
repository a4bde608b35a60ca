"""Who may do what with rules."""

from yiwang.domains.rules.models import AutomaticDecision
from yiwang.foundation.actors import Actor


def may_edit_rules(actor: Actor, office_code: str) -> bool:
    """Administrators, and the head of the office that answers for the item; the machine when the demo is built."""
    if actor.kind == "system":
        return True
    return actor.is_staff and (actor.has_role("administrator") or is_head_of(actor, office_code))


def is_head_of(actor: Actor, office_code: str) -> bool:
    """Whether an official heads this office."""
    return actor.is_staff and actor.has_role("head") and actor.office == office_code


def may_check(actor: Actor, decision: AutomaticDecision) -> bool:
    """Reviewers and the head of the office that answers for the case."""
    return actor.is_staff and actor.office == decision.office_id and actor.has_role("reviewer", "head")


def may_decide_automatically(actor: Actor) -> bool:
    """Only the machine."""
    return actor.kind == "system"
