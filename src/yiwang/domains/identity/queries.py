"""Who somebody is, and what may be shown of them."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare as same_text
from django.utils.crypto import salted_hmac

from yiwang.domains.identity.models import Absence, Account, Firm, FirmMember, Person, Staff
from yiwang.domains.identity.policies import LENDERS, is_lent
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.foundation import vault
from yiwang.foundation.actors import ANONYMOUS, Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.codes import plain_mobile
from yiwang.foundation.journal.recording import database_uuid
from yiwang.foundation.masking import mask_name
from yiwang.foundation.ports import connector
from yiwang.foundation.prepared import prepared_cursor


@dataclass(frozen=True, slots=True)
class PersonView:
    """What the header and the forms know of the person who is signed in."""

    id: UUID
    name: str
    level: int
    firm_id: UUID | None
    firm_name: str

    @property
    def masked(self) -> str:
        """The name with its middle hidden, for a header that others may look at."""
        return mask_name(self.name)


@dataclass(frozen=True, slots=True)
class StaffView:
    """What the desk knows of the official who is signed in."""

    id: UUID
    name: str
    office_code: str
    office_name: str
    roles: frozenset[str]
    for_id: UUID | None = None
    for_name: str = ""
    """The absent colleague for whom the official stands in now."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An actor and what pages show of them. `needs_second_factor`: an official who has only given the password."""

    actor: Actor
    person: PersonView | None = None
    staff: StaffView | None = None
    needs_second_factor: bool = False
    scope: str = ""
    """What a bearer token may be used for, its parts with spaces between (RFC 6749 section 3.3); empty: everything."""


ANONYMOUS_IDENTITY = Identity(ANONYMOUS)


_WHO = """
SELECT s.id, s.name, s.roles, o.code, o.name, p.id, p.name, p.level, a.password
FROM identity_account a
LEFT JOIN identity_staff s ON s.account_id = a.id AND s.is_active
LEFT JOIN organisations_office o ON o.code = s.office_id
LEFT JOIN identity_person p ON p.account_id = a.id
"""
_BY_ACCOUNT = _WHO + "WHERE a.id = %s AND a.is_active"
_BY_TOKEN = (
    _WHO.replace("a.password", "a.password, t.scope")
    + "JOIN identity_accesstoken t ON t.account_id = a.id WHERE t.hash = %s AND t.expires_at > %s AND a.is_active"
)


def identify(
    account_id: UUID, *, firm_id: str | UUID | None = None, has_second_factor: bool = False, channel: str = "portal"
) -> Identity:
    """Return who signs in with an account. A firm counts only while the person is a member of it."""
    return _identity(_row(_BY_ACCOUNT, [database_uuid(account_id)]), firm_id, has_second_factor, channel)


def identify_session(
    account_id: str,
    proof: str,
    *,
    firm_id: str | UUID | None = None,
    has_second_factor: bool = False,
    stands_in_for: str | None = None,
) -> Identity | None:
    """Return who an open session belongs to; None where it does not hold.

    `proof` is what the session keeps of the password that opened it: a new password ends the other sessions. An official
    who stands in for an absent colleague has that one's duties instead of their own, as long as the absence lasts.
    """
    try:
        key = UUID(account_id)
    except ValueError:
        return None
    row = _row(_BY_ACCOUNT, [database_uuid(key)])
    if row is None or not same_text(proof, proof_of(row[8])):
        return None
    found = _identity(row, firm_id, has_second_factor, "portal")
    return _standing_in(found, stands_in_for) if stands_in_for and found.staff else found


def _standing_in(identity: Identity, staff_id: str) -> Identity:
    """Return the official in the place of the absent one; themselves where the absence is over."""
    own = identity.staff
    assert own is not None
    try:
        wanted = UUID(staff_id)
    except ValueError:
        return identity
    absent = next((one for one in absent_now(own.id) if one.staff_id == wanted), None)
    if absent is None:
        return identity
    roles = duties_lent(absent)
    actor = replace(identity.actor, roles=roles, on_behalf_of=absent.staff_id)
    return replace(
        identity, actor=actor, staff=replace(own, roles=roles, for_id=absent.staff_id, for_name=absent.staff.name)
    )


def proof_of(password: str) -> str:
    """Return what a session keeps of a password's hash; the same as `Account.get_session_auth_hash`."""
    return salted_hmac(_PROOF_SALT, password, algorithm="sha256").hexdigest()


_PROOF_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


def _row(statement: str, parameters: list[Any]) -> tuple[Any, ...] | None:
    """Read who somebody is in one statement: every request of somebody signed in does this."""
    with prepared_cursor() as cursor:
        cursor.execute(statement, parameters)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _identity(
    row: tuple[Any, ...] | None, firm_id: str | UUID | None, has_second_factor: bool, channel: str
) -> Identity:
    if row is None:
        return ANONYMOUS_IDENTITY
    if row[0] is not None:
        if not has_second_factor:
            return Identity(ANONYMOUS, needs_second_factor=True)
        staff_id, roles = _uuid(row[0]), frozenset(json.loads(row[2]) if isinstance(row[2], str) else row[2])
        actor = Actor(kind="staff", id=staff_id, office=row[3], channel="desk", assurance=3, roles=roles)
        return Identity(actor, staff=StaffView(staff_id, row[1], row[3], row[4], roles))
    if row[5] is None:
        return ANONYMOUS_IDENTITY
    person_id, name, level = _uuid(row[5]), row[6], row[7]
    firm = _firm_of(person_id, firm_id) if firm_id else None
    actor = Actor(kind="person", id=person_id, on_behalf_of=firm[0] if firm else None, channel=channel, assurance=level)
    return Identity(actor, PersonView(person_id, name, level, *(firm or (None, ""))))


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _firm_of(person_id: UUID, firm_id: str | UUID) -> tuple[UUID, str] | None:
    try:
        wanted = UUID(str(firm_id))
    except ValueError:
        return None
    found = FirmMember.objects.filter(person_id=person_id, firm_id=wanted).values_list("firm_id", "firm__name")
    return found.first()


def identify_token(token: str) -> Identity:
    """Return who a bearer token stands for; an unknown or expired one is nobody."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    moment = connection.ops.adapt_datetimefield_value(now())
    row = _row(_BY_TOKEN, [digest, moment])
    found = _identity(row, None, True, "api")
    return replace(found, scope=row[9]) if row and row[9] else found


def account_by_phone(phone: str) -> Account | None:
    """Return the account of a mobile number, however it is typed."""
    return Account.objects.filter(phone_index=vault.blind_index(plain_mobile(phone), "phone")).first()


def phone_of(account: Account) -> str | None:
    """Return the mobile number of an account."""
    if not account.phone_sealed:
        return None
    return vault.open_sealed(bytes(account.phone_sealed), f"identity_account:{account.pk}:phone").decode()


def id_number_of(person: Person) -> str:
    """Return the document number in clear. For the person's own forms and for signing only; never for a screen of others."""
    if not person.id_number_sealed:
        return ""
    return vault.open_sealed(bytes(person.id_number_sealed), f"identity_person:{person.pk}:id_number").decode()


def address_of(person: Person) -> str:
    """Return the address that the register gave."""
    if not person.address_sealed:
        return ""
    return vault.open_sealed(bytes(person.address_sealed), f"identity_person:{person.pk}:address").decode()


def me(actor: Actor) -> Person | None:
    """Return the person who acts."""
    return Person.objects.select_related("account").filter(pk=actor.known_id).first() if actor.is_person else None


def my_firms(actor: Actor) -> list[tuple[Firm, str]]:
    """Return the firms that the person may act for, each with the role."""
    if not actor.is_person:
        return []
    members = FirmMember.objects.filter(person_id=actor.known_id).select_related("firm").order_by("firm__name")
    return [(m.firm, m.role) for m in members]


def firm_acted_for(actor: Actor) -> Firm | None:
    """Return the firm that the person acts for now."""
    return Firm.objects.filter(pk=actor.on_behalf_of).first() if actor.on_behalf_of else None


def prefill_values(actor: Actor) -> dict[str, str]:
    """Return what a form may be prefilled with: `person.…` and `firm.…` → value, from the person's own record."""
    person = me(actor)
    if person is None:
        return {}
    values = {"person.name": person.name, "person.sex": person.sex, "person.id_number": id_number_of(person)}
    values |= {"person.address": address_of(person), "person.id_kind": person.id_kind}
    values["person.birth_date"] = person.birth_date.isoformat() if person.birth_date else ""
    values["person.phone"] = (phone_of(person.account) or "") if person.account else ""
    if firm := firm_acted_for(actor):
        values |= {"firm.name": firm.name, "firm.credit_code": firm.credit_code, "firm.address": firm.address}
        values["firm.legal_representative"] = firm.legal_representative
    return {key: value for key, value in values.items() if value}


def colleagues(actor: Actor) -> list[tuple[UUID, str]]:
    """Return the active officials of the same office: id and name."""
    if not actor.is_staff:
        return []
    found = Staff.objects.filter(office_id=actor.office, is_active=True).order_by("name")
    return list(found.values_list("id", "name"))


def _lasting(**of: Any) -> QuerySet[Absence]:
    """Return the absences of today, both officials still in one office."""
    here = Absence.objects.filter(ended_at=None, from_date__lte=today(), until_date__gte=today(), **of)
    here = here.filter(staff__is_active=True, deputy__is_active=True, deputy__office_id=F("staff__office_id"))
    return here.select_related("staff", "deputy")


def duties_lent(absence: Absence) -> frozenset[str]:
    """Return what the deputy does in the place of the absent one."""
    return frozenset(duty for duty in LENDERS if is_lent(duty, absence))


def absent_now(deputy_id: UUID) -> list[Absence]:
    """Return the absences of today in which an official stands in for somebody."""
    return list(_lasting(deputy_id=deputy_id).order_by("until_date"))


def away_today(actor: Actor) -> dict[UUID, str]:
    """Return who of one's office is away today → the name of who stands in."""
    return {one.staff_id: one.deputy.name for one in _lasting(staff__office_id=actor.office)} if actor.is_staff else {}


def deputy_of(staff_id: UUID, duty: str = "") -> UUID | None:
    """Return who stands in for an official today, in one duty where it is named; None where they are there."""
    away = _lasting(staff_id=staff_id).first()
    return None if away is None or (duty and duty not in duties_lent(away)) else away.deputy_id


def absences_of_office(actor: Actor) -> list[Absence]:
    """Return the absences of one's office that last or are to come, the next first."""
    found = _of_office(actor).filter(ended_at=None, until_date__gte=today())
    return list(found.order_by("from_date", "pk")[:200])


def past_absences_of_office(actor: Actor, limit: int = 20) -> list[Absence]:
    """Return the absences of one's office that are over or were taken back, the latest first: the record stays."""
    found = _of_office(actor).filter(Q(ended_at__isnull=False) | Q(until_date__lt=today()))
    return list(found.order_by("-entered_at", "-pk")[:limit])


def _of_office(actor: Actor) -> QuerySet[Absence]:
    found = Absence.objects.filter(staff__office_id=actor.office) if actor.is_staff else Absence.objects.none()
    return found.select_related("staff", "deputy", "entered_by", "ended_by")


def officials_with(role: str, office_code: str) -> list[UUID]:
    """Return the active officials of an office that have a duty, in order of appointment."""
    found = Staff.objects.filter(office_id=office_code, is_active=True).order_by("pk").values_list("pk", "roles")
    return [staff_id for staff_id, roles in found if role in roles]


def staff_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return official id → name: those who act for the state do so under their name."""
    wanted = set(ids)
    return dict(Staff.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def ask_register(*, name: str, id_kind: str, id_number: str) -> RegisterAnswer:
    """Ask the population register, outside any transaction. The answer goes to `confirm_real_name`."""
    answer: RegisterAnswer = connector("realname").look_up(name=name, id_kind=id_kind, id_number=id_number)
    return answer


def unconfirmed_people() -> list[tuple[UUID, dt.datetime]]:
    """Return those whom a window took while the register was silent, and since when; who waits longest first."""
    waiting = Person.objects.filter(unconfirmed_since__isnull=False).order_by("unconfirmed_since")
    return [(pk, since) for pk, since in waiting.values_list("pk", "unconfirmed_since") if since]


def doubt_about(person_id: UUID) -> str:
    """Return what is open about who somebody is: `waiting` for the register, `refuted` by it; empty where nothing is."""
    found = Person.objects.filter(pk=person_id).values_list("level", "unconfirmed_since", "id_number_sealed").first()
    if found is None or found[2] is None:
        return ""
    return "waiting" if found[1] else "refuted" if found[0] < Person.Level.CHECKED else ""


def token_expiry(days: int) -> dt.datetime:
    """Return when a token made now for so many days ends."""
    return now() + dt.timedelta(days=days)
