"""Who may do what with joint cases."""

from yiwang.domains.joint_cases.models import JointCase
from yiwang.foundation.actors import Actor


def may_change(actor: Actor, joint: JointCase) -> bool:
    """Whoever applied, or acts for the firm that did."""
    if joint.firm_id:
        return actor.is_person and actor.on_behalf_of == joint.firm_id
    return actor.is_person and actor.on_behalf_of is None and actor.id == joint.applicant_id


def may_move(actor: Actor) -> bool:
    """The machine alone hands in what waited, and stops what cannot be granted any more."""
    return actor.kind == "system"
