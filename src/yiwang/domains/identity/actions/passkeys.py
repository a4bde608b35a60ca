"""Passkeys, in allauth's table."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from yiwang.domains.identity.events import (
    PasskeyAdded,
    PasskeyRemoved,
)
from yiwang.domains.identity.models import Account
from yiwang.domains.identity.policies import (
    may_go_without,
    may_keep_passkeys,
    may_set_up_first_factor,
)
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record

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
