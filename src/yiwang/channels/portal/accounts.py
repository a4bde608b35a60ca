"""How django-allauth meets our accounts: phone numbers and secrets are encrypted, a person stands behind each account."""

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.channels.portal.stages import stages_of
from yiwang.channels.ui.addresses import visitor_address, whose_limit
from yiwang.channels.ui.guard import note
from yiwang.channels.ui.people import identity_of
from yiwang.domains.identity.actions import open_account, set_phone
from yiwang.domains.identity.models import Account
from yiwang.domains.identity.queries import account_by_phone, phone_of
from yiwang.domains.seals.pades.qr import qr_svg
from yiwang.foundation import vault
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import ANONYMOUS
from yiwang.foundation.codes import mobile_problem, plain_mobile
from yiwang.foundation.masking import mask_phone
from yiwang.foundation.ports import connector

DESK = ("/desk/", "/console/", "/admin/")
"""Where officials go; people are never sent there, nor officials anywhere else."""

RECENT = 15 * 60
"""Seconds after signing in during which one may change one's second factor without signing in again."""

WRONG_PAIR = gettext_lazy("手机号、邮箱或密码不对，请再看看。")
TOO_MANY = gettext_lazy("试的次数太多了。请等 5 分钟再试，账号没有被锁。")


def landing(request: HttpRequest, wanted: str | None) -> str:
    """Return where somebody who has signed in goes: where they were going, if it is theirs, else their first page."""
    wanted = wanted or ""
    identity = identity_of(request)
    if identity.needs_second_factor:
        place = reverse("mfa_activate_totp")
        return f"{place}?{urlencode({'next': wanted})}" if wanted else place
    for_desk = wanted.startswith(DESK)
    if identity.staff is not None:
        return wanted if for_desk else "/desk/"
    if identity.person is None:
        return "/"
    return wanted if wanted and not for_desk else reverse("portal:me")


def is_own_path(request: HttpRequest, url: str) -> bool:
    """Return whether an address that came with a request is a page of ours, so that one may be sent there."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def wanted_of(request: HttpRequest) -> str:
    """Return the page of ours that somebody was going to; nothing where it is not ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_own_path(request, wanted) else ""


class MobileField(forms.CharField):
    """A mobile number of the mainland, typed with or without +86 and spaces; its value is the 11 digits."""

    def clean(self, value: Any) -> str:
        """Return the 11 digits."""
        typed = super().clean(value)
        if typed and mobile_problem(typed):
            raise forms.ValidationError(_("填 11 位手机号，例如 19900000000。"), code="invalid_phone")
        return plain_mobile(typed) if typed else ""


class Adapter(DefaultAccountAdapter):
    """Stores the phone through actions, opens the person with the account, says things in plain words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG_PAIR,
        "phone_password_mismatch": WRONG_PAIR,
        "username_password_mismatch": WRONG_PAIR,
        "incorrect_password": gettext_lazy("密码不对，请再看看。"),
        "enter_current_password": gettext_lazy("现在的密码不对，请再看看。"),
        "incorrect_code": gettext_lazy("验证码不对，请看最新的一条。"),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": gettext_lazy("太快了，请过 1 分钟再试。"),
    }

    # Accounts ---------------------------------------------------------------------------------------------------------

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Make the account, and the person behind it, whose name is not checked yet.

        Raises:
            Refused: where somebody else signed up with this number a moment ago.
        """
        try:
            with transaction.atomic():
                account: Account = super().save_user(request, user, form, commit=commit)
                if commit:
                    open_account(account=account, by=ANONYMOUS)
        except IntegrityError as error:
            raise Refused(_("这个手机号刚刚注册过，请直接登录。"), code="phone_taken") from error
        return account

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Return the field for a mobile number."""
        return MobileField(**{"max_length": 30, **kwargs})

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        """Return the phone number of an account and whether it was proved."""
        phone = phone_of(user)
        return (phone, user.phone_verified) if phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        """Store a phone number."""
        set_phone(account_id=user.pk, phone=phone, verified=verified, by=ANONYMOUS)
        user.refresh_from_db(fields=["phone_sealed", "phone_index", "phone_verified"])

    def set_phone_verified(self, user: Account, phone: str) -> None:
        """Note that the phone number was proved."""
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> Account | None:
        """Return the account of a phone number."""
        return account_by_phone(phone)

    # Messages ---------------------------------------------------------------------------------------------------------

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **kwargs: Any) -> None:
        """Send the code. A demonstration also shows it on the page, since its messages go nowhere."""
        self._text(phone, _("你的验证码是 {code}，15 分钟内有效。不要告诉别人。").format(code=code), f"code:{code}")

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Tell a number without an account that it has none."""
        self._text(phone, _("这个手机号还没有注册。"), "unknown")

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell a number that signs up again that it has an account."""
        self._text(phone, _("这个手机号已经注册过，请直接登录。忘了密码可以重设。"), "exists")

    def _text(self, phone: str, words: str, what: str) -> None:
        number = vault.blind_index(phone, "sms").hex()
        connector("sms").send(phone=phone, text=words, key=f"{what}:{number}:{int(time.time()) // 60}")
        self.show_in_demo(_("演示短信：{words}").format(words=words))

    def show_in_demo(self, words: str) -> None:
        """Put what was sent on the page as well, where this is a demonstration and nothing is really sent."""
        if settings.YIWANG_DEMO and self.request is not None:
            messages.info(self.request, words)

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, message: str | None = None, **kwargs: Any
    ) -> None:
        """Pass on what was said in our own words; allauth's ready-made messages say only what the page shows anyway."""
        if message:
            super().add_message(request, level, message=message)

    # Signing in -------------------------------------------------------------------------------------------------------

    def get_login_stages(self) -> list[str]:
        """Return the steps of signing in."""
        return stages_of(super().get_login_stages())

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether one may be sent there after signing in: to paths of this site only."""
        return bool(url) and is_own_path(context.request, str(url))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by who tries and whom they try: a stranger's guesses never lock the owner out."""
        login = str(credentials.get("email") or credentials.get("phone") or credentials.get("username") or "")
        whom = login.lower() if "@" in login else plain_mobile(login)
        return f"{whose_limit(self.get_client_ip(request))}:{whom}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count by, allauth's too: the visitor's, not that of a proxy of ours."""
        return visitor_address(request) or "unknown"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note that somebody could not sign in; not with what."""
        note(request, "sign-in failed")

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Send officials to their desk (or to setting up their second factor) and people where they were going."""
        note(request, "signed in", account=user.pk)
        return super().post_login(request, user, **kwargs | {"redirect_url": landing(request, kwargs["redirect_url"])})

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes who is signed in already."""
        return landing(request, None)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes who has just signed up."""
        return landing(request, None)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where one goes with a new password."""
        return landing(request, None)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether one has to sign in again first: not within the first minutes."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > RECENT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return how one shows again who one is: by the password."""
        return [{"id": "reauthenticate", "url": reverse("account_reauthenticate"), "description": ""}]


class SecondFactors(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted and draws their QR code."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("验证码不对。它每 30 秒换一次，请填现在显示的 6 位。"),
        "too_many_login_attempts": TOO_MANY,
        "passkey": gettext_lazy("这个通行密钥没有通过。请再试一次，或者用密码登录。"),
    }
    PLACE = "mfa_authenticator:secret"

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(vault.seal(text, self.PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return vault.open_text(base64.b64decode(encrypted_text), self.PLACE)

    def get_totp_label(self, user: Account) -> str:
        """Return what the authenticator app calls the account."""
        return user.email or str(user.pk)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom a passkey is for: this host, and the name that the person's device shows."""
        return {"id": context.request.get_host().partition(":")[0], "name": _("一网")}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        """Return what a device shows beside a passkey: no full number, for others may look at the screen."""
        phone = phone_of(user)
        shown = mask_phone(phone) if phone else user.email or _("一网账号")
        return {"id": user_pk_to_url_str(user).encode(), "name": shown, "display_name": shown}

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code that an authenticator app scans."""
        return qr_svg(url)


# Demonstration --------------------------------------------------------------------------------------------------------


def demo_code(account: Account) -> str:
    """Return a code that an official of a demonstration can sign in with now; nothing for anybody else."""
    if not settings.YIWANG_DEMO or not account.email.endswith("@demo.example"):
        return ""
    held = account.authenticator_set.filter(type="totp").first()  # type: ignore[attr-defined]
    if held is None:
        return ""
    factor, secret = totp.TOTP(held), SecondFactors().decrypt(held.data["secret"])
    before, present, after = (totp.format_hotp_value(totp.hotp_value(secret, at)) for at in _counters())
    unused = (code for code in (present, after, before) if not cache.get(factor._get_used_cache_key(code)))
    return next(unused, present)


def code_of(secret: str) -> str:
    """Return the present code of a secret that is being set up."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, _counters()[1])))


def _counters() -> tuple[int, int, int]:
    """The thirty seconds before, these, and the next: all three are taken (MFA_TOTP_TOLERANCE)."""
    now = int(time.time()) // 30
    return now - 1, now, now + 1
