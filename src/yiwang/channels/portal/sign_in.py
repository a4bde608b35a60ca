"""Sign in, sign up, sign out, the second factor: allauth's flows on our addresses and pages."""

import base64
from functools import lru_cache
from typing import Any

import yaml
from allauth.account import forms as account_forms
from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.core.exceptions import RateLimited, ReauthenticationRequired
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import views as mfa_views
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yiwang.channels.portal.accounts import code_of, demo_code, landing, wanted_of
from yiwang.channels.portal.passkey_forms import UsePasskeyForm, options_of
from yiwang.channels.ui import errors
from yiwang.channels.ui.people import identity_of
from yiwang.foundation.masking import mask_phone

WORDS = {
    ("login", "required"): gettext_lazy("填手机号或邮箱。"),
    ("password", "required"): gettext_lazy("填密码。"),
    ("name", "required"): gettext_lazy("填一个名字，例如“我的手机”。"),
    ("oldpassword", "required"): gettext_lazy("填现在的密码。"),
    ("password1", "required"): gettext_lazy("填一个新密码。"),
    ("phone", "required"): gettext_lazy("填 11 位手机号，例如 19900000000。"),
    ("code", "required"): gettext_lazy("填验证码。"),
    ("password1", "password_too_short"): gettext_lazy("密码至少 10 位。"),
    ("password1", "password_too_common"): gettext_lazy("这个密码太常见，换一个别人猜不到的。"),
}
"""(field, what is wrong) → how to mend it; anything else says its own words."""

HIDDEN = frozenset({"password", "password1", "oldpassword", "credential"})
"""What a page never says back."""

LIMITED = frozenset({"too_many_login_attempts", "rate_limited"})

hide_passwords = sensitive_post_parameters("password", "password1", "oldpassword", "code")


def problems_of(form: forms.BaseForm | None) -> list[dict[str, str]]:
    """Return what is to be mended in a form, in the order of its fields: {field, href, message, code}."""
    if form is None or not form.is_bound:
        return []
    found = []
    names = list(form.fields)
    for name, faults in form.errors.as_data().items():
        field = name if name in form.fields else names[0]
        fault = faults[0]
        words = WORDS.get((field, fault.code or ""), fault.messages[0])
        found.append({"field": field, "href": f"#{field}", "message": str(words), "code": fault.code or ""})
    return sorted(found, key=lambda problem: names.index(problem["field"]))


def page(request: HttpRequest, name: str, form: forms.BaseForm | None = None, **context: Any) -> HttpResponse:
    """Return a page of an account: the form's problems, what was typed (never passwords), what was said before."""
    problems = problems_of(form)
    limited = any(problem["code"] in LIMITED for problem in problems)
    response = render(request, f"portal/accounts/{name}.html", _context(request, form) | context)
    if limited:
        response.status_code = 429
        response.headers["Retry-After"] = "300"
    return response


def _context(request: HttpRequest, form: forms.BaseForm | None) -> dict[str, Any]:
    problems = problems_of(form)
    typed = {name: form[name].value() or "" for name in form.fields if name not in HIDDEN} if form else {}
    return {
        "problems": problems,
        "mistakes": {problem["field"]: problem["message"] for problem in reversed(problems)},
        "typed": typed,
        "notes": [str(message) for message in messages.get_messages(request)],
        "next": wanted_of(request),
    }


class Page:
    """Shows one of allauth's views as a page of ours; `name` is its template under portal/accounts/."""

    name = ""
    request: HttpRequest

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Return the page."""
        return page(self.request, self.name, context.get("form"), **self.more(context))

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        """Return what this page shows besides its form."""
        return {}

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on; where too many messages were sent to this number, say when to try again."""
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except RateLimited:
            return errors.too_many(self.request, retry_after=60)
        return response


@lru_cache
def demo_accounts() -> dict[str, Any]:
    """Return the accounts of the demonstration, as its file describes them: {password, people, staff}."""
    told = yaml.safe_load((settings.DEMO_DATA / "people.yaml").read_text(encoding="utf-8"))
    shown = {kind: [one for one in told[kind] if one.get("featured")] for kind in ("people", "staff")}
    return {"password": told["password"], **shown}


# Signing in and out ---------------------------------------------------------------------------------------------------


class SignIn(Page, account_views.LoginView):
    """/sign-in: telephone or e-mail, and password; or a passkey alone, where the browser can."""

    name = "sign_in"

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        """Return the accounts that a demonstration may be tried with."""
        return {"demo": demo_accounts() if settings.YIWANG_DEMO else None}

    def get_authenticated_redirect_url(self) -> str:
        """Return where somebody goes who is signed in already; never back to a page that sent them here for nothing."""
        return landing(self.request, self.get_next_url())


class SignUpForm(account_forms.SignupForm):
    """A telephone number and a password; nothing else is needed to begin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]


class SignUp(Page, account_views.SignupView):
    """/sign-up: telephone and password; the code of the next page proves the telephone."""

    name = "sign_up"
    form_class = SignUpForm

    def get_authenticated_redirect_url(self) -> str:
        """Return where somebody goes who is signed in already."""
        return landing(self.request, self.get_next_url())


class ProvePhone(Page, account_views._VerifyPhoneSignupView):
    """/sign-up/code: the code that was sent to the telephone."""

    name = "code"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, and whether the code can be sent again."""
        return {"form": kwargs.get("form") or self.get_form(), "can_resend": self.process.can_resend}

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        """Return the number that the code went to, most of it hidden."""
        return {"sent_to": mask_phone(self.process.phone), "by_phone": True, "can_resend": context["can_resend"]}


class SignOut(Page, account_views.LogoutView):
    """/sign-out: asks on GET, does it on POST; also leaves a sign-in that is half done."""

    name = "sign_out"


class SecondFactor(Page, mfa_views.AuthenticateView):
    """/sign-in/second-factor: the code of the authenticator app, a passkey, or a recovery code."""

    name = "second_factor"

    webauthn_form_class = UsePasskeyForm

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        """Return the code that a demonstration shows, and the challenge for a passkey where there is one."""
        user = self.stage.login.user
        factors = {one.type for one in user.authenticator_set.all()}
        has_passkey = "webauthn" in factors
        return {
            "demo_code": demo_code(user),
            "has_app": "totp" in factors,
            "options": options_of(context["js_data"]["request_options"]) if has_passkey else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form that was sent; a passkey's own faults are said where the code is asked for."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.webauthn_form is not None and self.webauthn_form.is_bound:
            context["form"] = self.webauthn_form
        return context

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read what is posted as a code where it is no answer of a passkey."""
        if "credential" not in request.POST:
            typed = request.POST.copy()
            typed.setdefault("code", "")
            setattr(request, "POST", typed)  # noqa: B010  (what Django lets one do only by name)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class Inactive(Page, account_views.AccountInactiveView):
    """/sign-in/inactive: the account was closed."""

    name = "inactive"


# The second factor of officials ---------------------------------------------------------------------------------------


def nothing_to_set_up(request: HttpRequest, wanted: str) -> HttpResponse | None:
    """Return where somebody goes who may not set a second factor up here; None for an official who has none yet."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not identity_of(request).needs_second_factor:
        return redirect(landing(request, wanted))
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    if get_mfa_adapter().is_mfa_enabled(request.user, kinds):  # signed in without it: by no way that we know
        return sign_in_anew(request, wanted)
    return None


def sign_in_anew(request: HttpRequest, wanted: str) -> HttpResponse:
    """End the session of an official whose sign-in does not suffice for this."""
    get_adapter().logout(request)
    return redirect_to_login(wanted or "/desk/")


def to_recovery_codes(request: HttpRequest, wanted: str) -> HttpResponse:
    """Lead on from a second factor that was just set up, under a new session key."""
    request.session.cycle_key()
    to = reverse("mfa_view_recovery_codes")
    return redirect(f"{to}?{urlencode({'next': wanted})}" if wanted else to)


@never_cache
@hide_passwords
@require_http_methods(["GET", "POST"])
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """/sign-in/second-factor/set-up: an official without one sets it up here, and gets nothing else before."""
    wanted = wanted_of(request)
    if stop := nothing_to_set_up(request, wanted):
        return stop
    form = ActivateTOTPForm(user=request.user, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            factor, _codes = activate_totp(request, form)
        except ReauthenticationRequired:
            return sign_in_anew(request, wanted)
        post_authentication(request, factor)
        return to_recovery_codes(request, wanted)
    adapter = get_mfa_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(request.user, form.secret))
    return page(
        request,
        "set_up",
        form,
        secret=form.secret,
        qr="data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode(),
        demo_code=code_of(form.secret) if settings.YIWANG_DEMO else "",
    )


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """/sign-in/second-factor/codes: the recovery codes, shown once; POST makes new ones soon after signing in."""
    identity = identity_of(request)
    if identity.staff is None:
        return redirect(landing(request, None) if request.user.is_authenticated else reverse("account_login"))
    try:
        if request.method == "POST":
            generate_recovery_codes(request)
            return redirect(request.get_full_path())
        held, may_see = view_recovery_codes(request)
    except ReauthenticationRequired:
        return page(request, "codes", codes=[], left=None, after=landing(request, None))
    codes = held.get_unused_codes() if held else []
    after = landing(request, wanted_of(request))
    return page(request, "codes", codes=codes if may_see else [], left=len(codes), after=after)
