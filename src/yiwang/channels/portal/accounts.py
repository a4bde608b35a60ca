"""How django-allauth meets our accounts: phone numbers are encrypted, a person stands behind each account."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yiwang.domains.identity.actions import open_account, set_phone
from yiwang.domains.identity.models import Account
from yiwang.domains.identity.queries import account_by_phone, phone_of
from yiwang.foundation.actors import ANONYMOUS
from yiwang.foundation.ports import connector


class Adapter(DefaultAccountAdapter):
    """Stores the phone through actions and opens the person with the account."""

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Make the account, and the person behind it, whose name is not checked yet."""
        account: Account = super().save_user(request, user, form, commit=commit)
        if commit:
            open_account(account=account, by=ANONYMOUS)
        return account

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        """Return the phone number of an account and whether it was proved."""
        phone = phone_of(user)
        return (phone, user.phone_verified) if phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        """Store a phone number."""
        set_phone(account_id=user.pk, phone=phone, verified=verified, by=ANONYMOUS)

    def set_phone_verified(self, user: Account, phone: str) -> None:
        """Note that the phone number was proved."""
        set_phone(account_id=user.pk, phone=phone, verified=True, by=ANONYMOUS)

    def get_user_by_phone(self, phone: str) -> Account | None:
        """Return the account of a phone number."""
        return account_by_phone(phone)

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **kwargs: Any) -> None:
        """Send the code. A demonstration also shows it on the page, since its messages go nowhere."""
        connector("sms").send(phone=phone, text=_("你的验证码是 {code}，10 分钟内有效。").format(code=code), key=f"code:{code}")
        if settings.YIWANG_DEMO and self.request is not None:
            messages.info(self.request, _("演示短信：验证码 {code}").format(code=code))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Tell a number without an account that it has none."""
        connector("sms").send(phone=phone, text=_("这个手机号还没有注册。"), key=f"unknown:{phone}")

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell a number that signs up again that it has an account."""
        connector("sms").send(phone=phone, text=_("这个手机号已经注册过，请直接登录。"), key=f"exists:{phone}")
