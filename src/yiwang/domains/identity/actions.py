"""Open accounts, confirm names, appoint officials, issue tokens."""

import datetime as dt
import hashlib
import secrets
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from yiwang.domains.identity.events import (
    AbsenceEnded,
    AbsenceEntered,
    AccountOpened,
    FirmJoined,
    FirstPasswordReplaced,
    PasskeyAdded,
    PasskeyRemoved,
    PersonRegistered,
    RealNameConfirmed,
    RealNameRejected,
    StaffAppointed,
    TokenIssued,
    WindowRecordJoined,
)
from yiwang.domains.identity.models import Absence, AccessToken, Account, Firm, FirmMember, Person, Staff
from yiwang.domains.identity.policies import (
    SCOPES,
    may_appoint_staff,
    may_confirm_own_name,
    may_enter_absence,
    may_go_without,
    may_identify,
    may_issue_token,
    may_keep_passkeys,
    may_set_up_first_factor,
)
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.domains.identity.queries import token_expiry
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.codes import identity_document_problem, plain_code, plain_mobile
from yiwang.foundation.journal.recording import record


@action
def open_account(*, account: Account, name: str = "", by: Actor) -> Person:
    """Put a person behind a new account; the name is not checked yet."""
    require(by.kind in {"anonymous", "system"})
    person = Person.objects.create(account=account, name=name)
    record(AccountOpened(account_id=account.pk, person_id=person.pk), by=by)
    return person


@action(silent="the person or official behind it is recorded by the action that follows")
def create_account(*, email: str, password: str, phone: str = "", is_first: bool = False, by: Actor) -> Account:
    """Make an account with an e-mail address and, where given, a verified phone; for set-up by the machine.

    A first password (`is_first`), which whoever made it knows, lets one in only to replace it.
    """
    require(by.kind == "system")
    account = Account(email=email.strip().lower(), has_first_password=is_first)
    account.set_password(password)
    if phone:
        seal_phone(account, phone, verified=True)
    account.save()
    return account


def seal_phone(account: Account, phone: str, *, verified: bool) -> None:
    """Put a phone number on an account that is about to be saved: encrypted, with its blind index."""
    phone = plain_mobile(phone)
    account.phone_sealed = vault.seal(phone, f"identity_account:{account.pk}:phone")
    account.phone_index = vault.blind_index(phone, "phone")
    account.phone_verified = verified


@action(silent="part of signing up, which is recorded")
def set_phone(*, account_id: UUID, phone: str, verified: bool, by: Actor) -> None:
    """Store the phone number that somebody signs in with."""
    account = Account.objects.select_for_update().get(pk=account_id)
    require(by.kind in {"anonymous", "system"} or (by.is_person and by.id == account.person.pk))
    seal_phone(account, phone, verified=verified)
    account.save(update_fields=["phone_sealed", "phone_index", "phone_verified"])


@action
def confirm_real_name(*, name: str, id_kind: str, id_number: str, answer: RegisterAnswer, by: Actor) -> Person:
    """Raise a person to a real name that the register confirmed; the number is stored encrypted.

    Raises:
        InvalidInput: where the number cannot be one of its kind (GB 11643 and the like).
        Refused: where the register does not know the pair, or the document belongs to another account.
    """
    require(may_confirm_own_name(by))
    if problem := identity_document_problem(id_kind, id_number):
        raise InvalidInput(_("证件号码不对，请照证件再填一次。"), code="id_number", errors=[("id_number", problem)])
    person = Person.objects.select_for_update().get(pk=by.known_id)
    if person.level >= Person.Level.CHECKED:
        raise Refused(_("你已经完成实名。要改名，请到公安窗口。"), code="already_confirmed")
    if answer.outcome != "match":
        raise Refused(_("姓名和号码对不上。请照证件再看一遍，两样都要和证件上一样。"), code="not_confirmed")
    id_kind, number = id_kind.replace("-", "_"), plain_code(id_number)
    index = vault.blind_index(number, f"id:{id_kind}")
    known = Person.objects.select_for_update().filter(id_kind=id_kind, id_number_index=index).exclude(pk=person.pk)
    if taken := known.first():
        if taken.account_id is not None:
            raise Refused(_("这个证件已经在另一个账号上实名。忘了账号可以用手机号找回。"), code="document_taken")
        if answer.level < taken.level or taken.name != name:
            # What was shown at a window with one's face is not given to who only knows name and number.
            raise Refused(
                _("你在窗口办过事。要在网上看到，请用刷脸完成实名，或者带证件到窗口。"), code="known_at_window"
            )
        return _join_window_record(person, taken, by)
    person.name, person.id_kind, person.id_number_index = name, id_kind, index
    person.id_number_sealed = vault.seal(number, f"identity_person:{person.pk}:id_number")
    person.sex, person.birth_date = answer.sex, answer.birth_date
    if answer.address:
        person.address_sealed = vault.seal(answer.address, f"identity_person:{person.pk}:address")
    person.level, person.checked_at = answer.level, now()
    person.save()
    record(RealNameConfirmed(person_id=person.pk, level=person.level), by=by)
    return person


def _join_window_record(person: Person, known: Person, by: Actor) -> Person:
    """Give the account to the person who is known from a window, so that what was begun there is found online."""
    account_id = person.account_id
    person.account, known.account_id = None, account_id
    person.save(update_fields=["account"])
    known.save(update_fields=["account"])
    assert account_id is not None
    record(WindowRecordJoined(account_id=account_id, person_id=known.pk, former_person_id=person.pk), by=by)
    return known


@action
def identify_at_window(
    *, name: str, id_kind: str, id_number: str, answer: RegisterAnswer, in_person: bool, by: Actor
) -> Person:
    """Return the person of a document that an official holds; one who is not known yet is registered (窗口客户).

    Level 3 where the official compared the face with the document, else 2. What the register answers may be silence, as
    for a passport: then the document that was seen is what counts. A register that says otherwise is believed.

    Raises:
        InvalidInput: where the number cannot be one of its kind.
        Refused: where the name is not that of the number.
    """
    require(may_identify(by))
    if problem := identity_document_problem(id_kind, id_number):
        raise InvalidInput(_("证件号码不对，请照证件再填一次。"), code="id_number", errors=[("id_number", problem)])
    kind, number, level = id_kind.replace("-", "_"), plain_code(id_number), 3 if in_person else 2
    index = vault.blind_index(number, f"id:{kind}")
    known = Person.objects.select_for_update().filter(id_kind=kind, id_number_index=index)
    person = known.first()
    if answer.outcome == "mismatch" or not name or (person and person.name != name):
        raise Refused(_("姓名和号码对不上。请照证件再看一遍。"), code="not_confirmed")
    if person is None:
        new = Person(name=name, id_kind=kind, id_number_index=index, level=level, checked_at=now())
        new.id_number_sealed = vault.seal(number, f"identity_person:{new.pk}:id_number")
        new.sex, new.birth_date = answer.sex, answer.birth_date
        if answer.address:
            new.address_sealed = vault.seal(answer.address, f"identity_person:{new.pk}:address")
        Person.objects.bulk_create([new], ignore_conflicts=True)  # another window may have been faster
        person = known.get()
        record(PersonRegistered(person_id=person.pk, level=level), by=by)
    elif person.level < level:
        person.level, person.checked_at = level, now()
        person.save(update_fields=["level", "checked_at"])
        record(RealNameConfirmed(person_id=person.pk, level=level), by=by)
    return person


@action
def reject_real_name(*, outcome: str, by: Actor) -> None:
    """Note that the register did not confirm the person; nothing that was typed is kept."""
    require(may_confirm_own_name(by))
    record(RealNameRejected(person_id=by.known_id, outcome=outcome), by=by)


@action
def join_firm(
    *, person_id: UUID, name: str, credit_code: str, legal_representative: str, address: str, role: str, by: Actor
) -> Firm:
    """Enter a firm from the register of firms and let a person act for it."""
    require(by.kind == "system")
    firm, _created = Firm.objects.get_or_create(
        credit_code=credit_code,
        defaults={"name": name, "legal_representative": legal_representative, "address": address},
    )
    FirmMember.objects.get_or_create(firm=firm, person_id=person_id, defaults={"role": role})
    record(FirmJoined(firm_id=firm.pk, person_id=person_id, role=role), by=by)
    return firm


@action
def appoint_staff(*, account: Account, office_code: str, name: str, roles: list[str], by: Actor) -> Staff:
    """Give an account a place in an office, with duties. It signs in with a second factor from then on."""
    require(may_appoint_staff(by))
    unknown = set(roles) - set(Staff.Role.values)
    if unknown:
        raise Refused(f"没有这些职责：{'、'.join(sorted(unknown))}。", code="unknown_role")
    staff = Staff.objects.create(account=account, office_id=office_code, name=name, roles=sorted(roles))
    record(StaffAppointed(staff_id=staff.pk, office_code=office_code), by=by)
    return staff


@action
def issue_token(*, account_id: UUID, scope: str = "", days: int = 30, by: Actor) -> str:
    """Make a bearer token and return it, once; only its hash is kept (RFC 6750).

    Raises:
        Refused: for a scope that there is not.
    """
    require(may_issue_token(by))
    if unknown := set(scope.split()) - SCOPES:
        raise Refused(f"没有这种范围：{'、'.join(sorted(unknown))}。", code="unknown_scope")
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        hash=hashlib.sha256(token.encode()).hexdigest(),
        account_id=account_id,
        scope=scope,
        created_at=now(),
        expires_at=token_expiry(days),
    )
    record(TokenIssued(account_id=account_id, scope=scope), by=by)
    return token


@action
def replace_first_password(*, account_id: UUID, password: str, by: Actor) -> Account:
    """Put the holder's own password in place of the first one; who signs in is not let in before.

    Raises:
        Refused: where there is no first password any more, or the new one is the same.
    """
    require(by.kind == "anonymous")
    account = Account.objects.select_for_update().get(pk=account_id)
    if not account.has_first_password:
        raise Refused(_("密码已经换过了，请用新密码登录。"), code="already_replaced")
    if account.check_password(password):
        raise Refused(_("请换一个和第一次的密码不同的。"), code="same_password")
    account.set_password(password)
    account.has_first_password = False
    account.save(update_fields=["password", "has_first_password"])
    record(FirstPasswordReplaced(account_id=account.pk), by=by)
    return account


# Passkeys, in allauth's table ----------------------------------------------------------------------------------------

MOST_PASSKEYS = 10
LONGEST_NAME = 40


@action
def add_passkey(*, account_id: UUID, name: str, credential: dict[str, Any], by: Actor) -> Authenticator:
    """Let a passkey open an account; the caller has checked the credential (WebAuthn section 7.1).

    Raises:
        Refused: where the account has as many as it may have, or this very one.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    require(may_keep_passkeys(by, account) or may_set_up_first_factor(by, account))
    kept = list(Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, user_id=account_id))
    if len(kept) >= MOST_PASSKEYS:
        raise Refused(_("最多留 {n} 个通行密钥，请先删掉不用的。").format(n=MOST_PASSKEYS), code="too_many_passkeys")
    if any(one.data["credential"]["id"] == credential["id"] for one in kept):
        raise Refused(_("这个通行密钥已经加过了。"), code="known_passkey")
    data = {"name": name.strip()[:LONGEST_NAME], "credential": credential}
    passkey = Authenticator.objects.create(user_id=account_id, type=Authenticator.Type.WEBAUTHN, data=data)
    record(PasskeyAdded(account_id=account_id), by=by)
    return passkey


@action(silent="what its owner calls a passkey concerns nobody else")
def rename_passkey(*, account_id: UUID, passkey_id: int, name: str, by: Actor) -> None:
    """Call a passkey by another name.

    Raises:
        NotVisible: where the account has no such passkey.
    """
    passkey = _own_passkey(account_id, passkey_id, by)
    passkey.data["name"] = name.strip()[:LONGEST_NAME]
    passkey.save(update_fields=["data"])


@action
def remove_passkey(*, account_id: UUID, passkey_id: int, by: Actor) -> None:
    """Let a passkey open the account no more.

    Raises:
        NotVisible: where the account has no such passkey.
        Refused: where it is the only second factor of an official.
    """
    passkey = _own_passkey(account_id, passkey_id, by)
    if not may_go_without(by, Account(pk=account_id), passkey.pk):
        raise Refused(_("这是你唯一的第二步验证。先加一个别的，再删它。"), code="last_second_factor")
    passkey.delete()
    record(PasskeyRemoved(account_id=account_id), by=by)


def _own_passkey(account_id: UUID, passkey_id: int, by: Actor) -> Authenticator:
    account = Account.objects.select_for_update().get(pk=account_id)
    require(may_keep_passkeys(by, account))
    found = Authenticator.objects.filter(pk=passkey_id, user_id=account_id, type=Authenticator.Type.WEBAUTHN).first()
    if found is None:
        raise NotVisible
    return found


LONGEST_ABSENCE_DAYS = 366


@action
def enter_absence(*, staff_id: UUID, deputy_id: UUID, from_date: dt.date, until_date: dt.date, by: Actor) -> Absence:
    """Note that an official is away, and who stands in for them: that one sees and does what they would, for that time.

    Raises:
        InvalidInput: where the days make no sense, or the deputy is not of the office.
        Refused: where the two are away themselves, or stand in for somebody, in those days: nobody passes a duty on.
    """
    staff = Staff.objects.select_for_update().filter(pk=staff_id, is_active=True, office_id=by.office).first()
    if staff is None:
        raise NotVisible
    require(may_enter_absence(by, staff))
    if from_date < today() or until_date < from_date or (until_date - from_date).days > LONGEST_ABSENCE_DAYS:
        raise InvalidInput(_("从今天或以后的一天起，到同一天或更晚的一天止，最长一年。"), code="days")
    deputy = Staff.objects.filter(pk=deputy_id, office_id=staff.office_id, is_active=True).first()
    if deputy is None or deputy.pk == staff.pk:
        raise InvalidInput(_("选一位本部门的同事代办。"), code="unknown_deputy")
    if by.id == deputy.pk:
        raise Refused(_("不能登记由自己代别人办理，请本人或者另一位负责人登记。"), code="own_deputy")
    during = Absence.objects.filter(ended_at=None, from_date__lte=until_date, until_date__gte=from_date)
    if during.filter(staff_id=staff.pk).exists():
        raise Refused(_("这几天已经登记过请假。先取消，再重新登记。"), code="absent_already")
    if during.filter(staff_id=deputy.pk).exists():
        raise Refused(_("{name} 这几天也不在，请另选一位。").format(name=deputy.name), code="deputy_absent")
    if during.filter(deputy_id=staff.pk).exists():
        raise Refused(_("{name} 这几天要代别人办理，先换人再请假。").format(name=staff.name), code="stands_in")
    absence = Absence.objects.create(
        staff=staff,
        deputy=deputy,
        from_date=from_date,
        until_date=until_date,
        entered_by_id=by.known_id,
        entered_at=now(),
    )
    record(
        AbsenceEntered(
            absence_id=absence.pk, staff_id=staff.pk, deputy_id=deputy.pk, from_date=from_date, until_date=until_date
        ),
        by=by,
    )
    return absence


@action
def end_absence(*, absence_id: UUID, by: Actor) -> Absence:
    """End an absence from now on: the deputy has no say any more. It stays on record."""
    found = Absence.objects.filter(pk=absence_id, staff__office_id=by.office).select_related("staff")
    absence = found.select_for_update(of=("self",)).first()
    if absence is None:
        raise NotVisible
    require(may_enter_absence(by, absence.staff))
    if absence.ended_at is None:
        absence.ended_at = now()
        absence.save(update_fields=["ended_at"])
        record(AbsenceEnded(absence_id=absence.pk, staff_id=absence.staff_id, deputy_id=absence.deputy_id), by=by)
    return absence
