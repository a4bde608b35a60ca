"""Who may rate."""

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import is_own
from yiwang.foundation.actors import Actor

RATABLE = frozenset({"closed", "refused_acceptance"})
"""States in which a case is at its end by the office's doing. One that was withdrawn or lapsed is not rated."""


def may_rate(actor: Actor, case: Case) -> bool:
    """The applicant, or whoever acts for the firm; the office never rates itself."""
    return actor.is_person and is_own(actor, case)
