"""What others may hear of people and accounts: ids only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class AccountOpened:
    """Somebody signed up; a person without a checked name stands behind the account."""

    account_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class RealNameConfirmed:
    """A person's name and document were found equal to the register's (统一身份认证, level 2 or 3)."""

    person_id: UUID
    level: int


@dataclass(frozen=True)
class RealNameRejected:
    """The register did not know this name with this number."""

    person_id: UUID
    outcome: str


@dataclass(frozen=True)
class FirmJoined:
    """A person may act for a firm."""

    firm_id: UUID
    person_id: UUID
    role: str


@dataclass(frozen=True)
class PersonRegistered:
    """Somebody without an account was registered at a window, on sight of their document (窗口客户)."""

    person_id: UUID
    level: int


@dataclass(frozen=True)
class RegisterAskedAtWindow:
    """An official asked the population register about a document; `person_id` where its number is known here."""

    outcome: str
    id_kind: str
    person_id: UUID | None


@dataclass(frozen=True)
class PersonTakenUnconfirmed:
    """The register was silent: somebody is served on sight of document and face, and the register is asked again."""

    person_id: UUID


@dataclass(frozen=True)
class WindowNameRefuted:
    """The register, asked again, does not know what somebody's document said at a window: their level is gone."""

    person_id: UUID
    outcome: str


@dataclass(frozen=True)
class WindowRecordJoined:
    """Somebody who was known from a window signed up: the account belongs to that person from now on."""

    account_id: UUID
    person_id: UUID
    former_person_id: UUID


@dataclass(frozen=True)
class StaffAppointed:
    """An official was given a place in an office."""

    staff_id: UUID
    office_code: str


@dataclass(frozen=True)
class TokenIssued:
    """A bearer token was made for an account."""

    account_id: UUID
    scope: str


@dataclass(frozen=True)
class PasskeyAdded:
    """A passkey may open an account from now on (W3C Web Authentication)."""

    account_id: UUID


@dataclass(frozen=True)
class PasskeyRemoved:
    """A passkey opens an account no more."""

    account_id: UUID


@dataclass(frozen=True)
class FirstPasswordReplaced:
    """An official chose a password of their own in place of the one that they were given."""

    account_id: UUID


@dataclass(frozen=True)
class AbsenceEntered:
    """An official is away for some days, and a colleague stands in for them."""

    absence_id: UUID
    staff_id: UUID
    deputy_id: UUID
    from_date: date
    until_date: date


@dataclass(frozen=True)
class AbsenceEnded:
    """An absence ended early or was taken back: nobody stands in any more."""

    absence_id: UUID
    staff_id: UUID
    deputy_id: UUID
