"""Open accounts, and change what one signs in with."""

import hashlib
import secrets
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.identity.events import (
    AccountOpened,
    FirstPasswordReplaced,
    TokenIssued,
)
from yiwang.domains.identity.models import AccessToken, Account, Person
from yiwang.domains.identity.policies import (
    SCOPES,
    may_issue_token,
)
from yiwang.domains.identity.queries import token_expiry
from yiwang.foundation import vault
from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.codes import plain_mobile
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
