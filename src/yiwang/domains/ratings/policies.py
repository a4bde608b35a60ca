"""Who may rate."""

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import is_own
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.policies import may_change
from yiwang.foundation.actors import Actor

RATABLE = frozenset({"closed", "refused_acceptance", "not_needed", "terminated"})
"""States in which a case is at its end by the office's doing. One that was withdrawn, lapsed or voided is not rated."""


def may_rate(actor: Actor, case: Case) -> bool:
    """The applicant, or whoever acts for the firm; the office never rates itself."""
    return actor.is_person and is_own(actor, case)


def may_rate_joint(actor: Actor, joint: JointCase) -> bool:
    """Whoever applied for all of it with one form."""
    return may_change(actor, joint)
