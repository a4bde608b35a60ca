"""A new password: for somebody who is signed in, and for somebody who forgot theirs."""

import time
from typing import Any

from allauth.account import forms as account_forms
from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.password_reset import finalize_password_reset
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView

from yiwang.channels.portal.accounts import landing
from yiwang.channels.portal.sign_in import Page, hide_passwords, page
from yiwang.channels.portal.stages import FirstPasswordStage
from yiwang.channels.ui import errors
from yiwang.channels.ui.people import identity_of
from yiwang.domains.identity.actions import replace_first_password
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import ANONYMOUS
from yiwang.foundation.codes import mobile_problem, plain_mobile
from yiwang.foundation.masking import mask_email, mask_phone


class NewPasswordForm(account_forms.ChangePasswordForm):
    """The present password and a new one, which may be shown while it is typed, so once is enough."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ChangePassword(Page, account_views.PasswordChangeView):
    """/me/password: a new password for somebody who is signed in; other devices are signed out by it."""

    name = "change_password"
    form_class = NewPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let nobody in who still owes the second factor."""
        if identity_of(request).needs_second_factor:
            return redirect(landing(request, None))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that it was done."""
        response = super().form_valid(form)
        messages.success(self.request, _("密码改好了。别的设备要重新登录。"))
        return response


@method_decorator(hide_passwords, name="dispatch")
@method_decorator(login_stage_required(stage=FirstPasswordStage.key, redirect_urlname="account_login"), name="dispatch")
class FirstPassword(Page, FormView):
    """/sign-in/password: a password of one's own, before an official is let in with the one that was given."""

    name = "first_password"

    def get_form(self, form_class: Any = None) -> forms.BaseForm:
        """Return the form for the account that is signing in."""
        user = self.request._login_stage.login.user  # type: ignore[attr-defined]
        return ReplacePasswordForm(self.request.POST or None, user=user)

    def form_valid(self, form: Any) -> HttpResponse:
        """Replace it, and go on signing in."""
        stage = self.request._login_stage  # type: ignore[attr-defined]
        try:
            account = replace_first_password(
                account_id=stage.login.user.pk, password=form.cleaned_data["password1"], by=ANONYMOUS
            )
        except Refused as refusal:
            form.add_error("password1", str(refusal))
            return self.render_to_response({"form": form})
        stage.login.user = account
        response: HttpResponse = stage.exit()
        return response


# A forgotten one -------------------------------------------------------------------------------------------------------


class ResetProcess(PasswordResetVerificationProcess):
    """Asking for a new password, by a code to the telephone or by e-mail; allauth knows only the latter."""

    def send(self) -> None:
        """Send the code to whoever asked, or word that there is no account: the page says the same."""
        adapter = get_adapter()
        phone = self.state.get("phone")
        if phone is None:
            super().send()
            if self.user:
                adapter.show_in_demo(_("演示邮件：验证码是 {code}").format(code=self.code))
        elif self.user:
            self.state["code"] = adapter.generate_phone_verification_code(user=self.user, phone=phone)
            adapter.send_verification_code_sms(user=self.user, phone=phone, code=self.code)
        else:
            adapter.send_unknown_account_sms(phone)

    def confirm_code(self) -> None:
        """Note that the code was right; a telephone is proved by it."""
        self.state |= {"code_confirmed": True, "at": time.time()}
        self.persist()
        if self.state.get("phone"):
            get_adapter().set_phone_verified(self.user, self.state["phone"])

    def finish(self) -> HttpResponse | None:
        """Forget the codes and tell whoever listens."""
        self.abort()
        response: HttpResponse | None = finalize_password_reset(self.request, self.user)
        return response

    @classmethod
    def begin(cls, request: HttpRequest, login: str) -> None:
        """Send a code for a telephone number or an e-mail address."""
        if mobile_problem(login) is None:
            phone = plain_mobile(login)
            user, state = get_adapter().get_user_by_phone(phone), {"phone": phone}
        else:
            users = filter_users_by_email(login.lower(), is_active=True, prefer_verified=True, for_login=True)
            user, state = (users[0] if users else None), {"email": login.lower()}
        process = cls(request, state=cls.initial_state(user, **state), user=user)
        process.send()
        process.persist()

    @classmethod
    def of(cls, request: HttpRequest) -> "ResetProcess | None":
        """Return what goes on in this session, unless it is too late."""
        going_on = super().resume(request)
        return cls(request, state=going_on.state) if going_on else None


class ForgottenForm(forms.Form):
    """Whose password it is: a telephone number or an e-mail address."""

    login = forms.CharField(max_length=254)

    def clean_login(self) -> str:
        """Return the number or address."""
        typed = str(self.cleaned_data["login"]).strip()
        if mobile_problem(typed):
            try:
                forms.EmailField().clean(typed)
            except forms.ValidationError:
                raise forms.ValidationError(_("填 11 位手机号，或者完整的邮箱。"), code="invalid") from None
        return typed


class ReplacePasswordForm(account_forms.ResetPasswordKeyForm):
    """A new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """/password/reset: say whose password it is; a code is sent."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login = form.cleaned_data["login"]
        if not ratelimit.consume(request, action="reset_password", key=plain_mobile(login).lower()):
            return errors.too_many(request, retry_after=600)
        ResetProcess.begin(request, login)
        return redirect("account_confirm_password_reset_code")
    return page(request, "forgotten", form)


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten_code(request: HttpRequest) -> HttpResponse:
    """/password/reset/code: the code that was sent; three tries."""
    process = ResetProcess.of(request)
    if process is None:
        return redirect("account_reset_password")
    form = account_forms.ConfirmPasswordResetCodeForm(request.POST or None, code=process.code)
    if request.method == "POST":
        if form.is_valid():
            process.confirm_code()
            return redirect("account_complete_password_reset")
        if not process.record_invalid_attempt():
            messages.error(request, _("验证码错了三次，已经作废。请重新要一个。"))
            return redirect("account_reset_password")
    phone = process.state.get("phone")
    sent_to = mask_phone(phone) if phone else mask_email(process.state["email"])
    return page(request, "code", form, sent_to=sent_to, by_phone=bool(phone), can_resend=False)


@never_cache
@hide_passwords
@require_http_methods(["GET", "POST"])
def replace_password(request: HttpRequest) -> HttpResponse:
    """/password/reset/new: the new password; every device is signed out by it."""
    process = ResetProcess.of(request)
    if process is None or not process.state.get("code_confirmed"):
        return redirect("account_reset_password")
    form = ReplacePasswordForm(request.POST or None, user=process.user)
    if request.method == "POST" and form.is_valid():
        get_adapter().set_password(process.user, form.cleaned_data["password1"])
        process.finish()
        messages.success(request, _("密码改好了，请用新密码登录。"))
        return redirect("account_login")
    return page(request, "replace_password", form)
