"""Who may do what with charges."""

from yiwang.domains.payments.models import Charge
from yiwang.foundation import vault
from yiwang.foundation.actors import Actor


def may_raise(actor: Actor) -> bool:
    """A charge follows from a step: only the machine raises, cancels and gives back."""
    return actor.kind == "system"


def may_reduce(actor: Actor, charge: Charge) -> bool:
    """The head of the office that charges, on a basis that is named."""
    return actor.is_staff and actor.office == charge.office_id and actor.has_role("head")


def may_pay(actor: Actor, charge: Charge, check_code: str) -> bool:
    """Whoever sees the charge as their own; and anybody who holds the notice: its number with its check code."""
    if check_code:
        return is_code_of(charge, check_code)
    if charge.firm_id:
        return actor.is_person and actor.on_behalf_of == charge.firm_id
    return actor.is_person and actor.id == charge.payer_id


def is_code_of(charge: Charge, check_code: str) -> bool:
    """Whether this is the check code of a notice, compared in a time that tells nothing."""
    return vault.same(charge.check_code, check_code.replace(" ", "").strip().upper())


def may_bring_news(actor: Actor) -> bool:
    """The provider, whose signature was checked, or the machine that asked it."""
    return actor.kind == "system" or (actor.kind == "peer" and actor.channel == "payment")


def may_look_into(actor: Actor) -> bool:
    """Operators: they ask the provider what was behind a message that was refused."""
    return actor.is_staff and actor.has_role("operator")
