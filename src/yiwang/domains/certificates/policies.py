"""Who may do what with certificates."""

from yiwang.domains.certificates.models import Certificate
from yiwang.foundation.actors import Actor


def may_prepare(actor: Actor) -> bool:
    """A certificate follows from a decision: an official's, or the machine's for an instant item."""
    return actor.kind in {"staff", "system"}


def may_store_signature(actor: Actor) -> bool:
    """Only the machine stores signatures."""
    return actor.kind == "system"


def may_withdraw(actor: Actor, certificate: Certificate) -> bool:
    """The head of the office that issued it."""
    return actor.has_role("head") and actor.office == certificate.office_id
