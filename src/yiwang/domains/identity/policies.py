"""Who may do what with people and accounts."""

from allauth.mfa.models import Authenticator
from django.db import models

from yiwang.domains.identity.models import Absence, Account, Person, Staff
from yiwang.foundation.actors import Actor

SCOPES = frozenset(
    {
        "cases", "cases.read", "payments", "payments.read", "deliveries", "deliveries.read", "certificates.read", "desk",
        "desk.read",
    }
)  # fmt: skip
"""What a token may be limited to (RFC 6749 section 3.3): an area whole, or only reading in it. No scope opens all."""


def may_confirm_own_name(actor: Actor) -> bool:
    """A signed-in person confirms their own name only."""
    return actor.is_person and actor.id is not None


def may_identify(actor: Actor) -> bool:
    """Officials with window duty, who hold the document in their hands."""
    return actor.is_staff and actor.has_role("window")


def may_ask_again(actor: Actor) -> bool:
    """The machine: what the register could not say while somebody stood at a window is asked later."""
    return actor.kind == "system"


def may_appoint_staff(actor: Actor) -> bool:
    """Administrators appoint officials; so does the machine when it sets a demo up."""
    return actor.kind == "system" or actor.has_role("administrator")


def may_enter_absence(actor: Actor, staff: Staff) -> bool:
    """Everybody their own, the head of an office those of its officials. A deputy enters none for whom they stand in."""
    if not actor.is_staff or actor.on_behalf_of:
        return False
    return actor.id == staff.pk or (actor.has_role("head") and actor.office == staff.office_id)


LENDERS = {
    "window": frozenset({"self", "head"}),
    "reviewer": frozenset({"self", "head"}),
    "head": frozenset({"self"}),
    "supervisor": frozenset({"self"}),
}
"""代办: duty → who may lend it by entering the absence: its holder, or the head of their office.

Deciding and supervising are personal: nobody gives such a duty to a deputy of their own choice but who holds it, least of
all somebody who is under it. The duties of the platform (operator, administrator) are never lent.
"""


def is_lent(duty: str, absence: Absence) -> bool:
    """Whether the deputy has this duty of the absent one: where whoever entered the absence may lend it.

    Supervision is lent to no administrator: who keeps the rules does not judge by them.
    """
    lender = "self" if absence.entered_by_id == absence.staff_id else "head"
    if duty == "supervisor" and "administrator" in absence.deputy.roles:
        return False
    return duty in absence.staff.roles and lender in LENDERS.get(duty, ())


def may_end_absence(actor: Actor, absence: Absence) -> bool:
    """Who may enter it, where they could have lent what is lent: a head takes back no duty that is not theirs to give."""
    is_own = actor.id == absence.staff_id
    theirs = all("head" in lenders for duty, lenders in LENDERS.items() if is_lent(duty, absence))
    return may_enter_absence(actor, absence.staff) and (is_own or theirs)


def may_issue_token(actor: Actor) -> bool:
    """Tokens are made by the machine on the operator's command line (demo and development)."""
    return actor.kind == "system"


def may_keep_passkeys(actor: Actor, account: Account) -> bool:
    """Passkeys belong to whoever the account belongs to."""
    if actor.is_person:
        return Person.objects.filter(pk=actor.known_id, account=account).exists()
    return actor.is_staff and Staff.objects.filter(pk=actor.known_id, account=account).exists()


def may_set_up_first_factor(actor: Actor, account: Account) -> bool:
    """An official who has given the password only counts as nobody yet, and may set up a first second factor."""
    is_official = Staff.objects.filter(account=account, is_active=True).exists()
    return actor.kind == "anonymous" and is_official and not _second_factors(account).exists()


def may_go_without(actor: Actor, account: Account, passkey_id: int) -> bool:
    """A person has the password as well; an official keeps at least one second factor."""
    return not actor.is_staff or _second_factors(account).exclude(pk=passkey_id).exists()


def _second_factors(account: Account) -> "models.QuerySet[Authenticator]":
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=account.pk, type__in=kinds)
