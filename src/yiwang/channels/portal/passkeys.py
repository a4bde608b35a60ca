"""Passkeys: sign in with one, add, name and remove them (W3C Web Authentication, by allauth and fido2).

Every passkey here is kept by the device itself and asks for its owner (finger, face or PIN), so one alone is both
factors. It says who holds the account, no more: a person's level stays what the check of their name made it.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.models import Login
from allauth.account.views import ReauthenticateView
from allauth.core.internal import ratelimit
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.channels.portal.accounts import landing, wanted_of
from yiwang.channels.portal.passkey_forms import AddPasskeyForm, NameForm, UsePasskeyForm, options_of
from yiwang.channels.portal.sign_in import Page, nothing_to_set_up, page, sign_in_anew, to_recovery_codes
from yiwang.channels.ui.guard import note
from yiwang.channels.ui.people import identity_of
from yiwang.domains.identity.actions import MOST_PASSKEYS, add_passkey, remove_passkey, rename_passkey
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import Actor

# Signing in -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@ratelimit.decorator(app="allauth.mfa", action="webauthn_login")
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """/sign-in/passkey: GET gives the script its challenge, POST takes the answer; no name and no password."""
    if request.user.is_authenticated:
        return redirect(landing(request, wanted_of(request)))
    if request.method == "GET":
        if "application/json" not in request.headers.get("Accept", ""):
            return redirect("account_login")
        return JsonResponse(json.loads(options_of(auth.begin_authentication(user=None))))
    form = UsePasskeyForm(user=None, data=request.POST)
    if not form.is_valid():
        note(request, "sign-in failed")
        messages.error(request, str(get_mfa_adapter().error_messages["passkey"]))
        wanted = wanted_of(request)
        return redirect(reverse("account_login") + (f"?{urlencode({'next': wanted})}" if wanted else ""))
    passkey = form.cleaned_data["credential"]
    request.session.set_expiry(0)
    login = Login(user=passkey.user, redirect_url=wanted_of(request) or None)
    response: HttpResponse = perform_passwordless_login(request, passkey, login)
    return response


# One's own --------------------------------------------------------------------------------------------------------------


View = Callable[..., HttpResponse]


def holders(view: View) -> View:
    """Let in whoever has signed in, an official only with the second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if identity_of(request).needs_second_factor:
            return redirect(landing(request, None))
        return view(request, *args, **keywords)

    return never_cache(guarded)


def just_signed_in(view: View) -> View:
    """Ask for the password again where signing in was a while ago: this changes how one signs in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if is_reauthentication_required(request, app="allauth.mfa"):
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
        return view(request, *args, **keywords)

    return guarded


def _back(request: HttpRequest) -> str:
    return "/desk/me" if identity_of(request).staff else reverse("portal:me")


def _mine(request: HttpRequest) -> list[dict[str, Any]]:
    kept = request.user.authenticator_set  # type: ignore[union-attr]
    found = kept.filter(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [
        {"pk": one.pk, "name": one.data["name"] or _("没有名字"), "since": one.created_at, "used": one.last_used_at}
        for one in found
    ]


@require_http_methods(["GET"])
@holders
def passkeys(request: HttpRequest) -> HttpResponse:
    """/me/passkeys: the passkeys of an account."""
    mine = _mine(request)
    return page(request, "passkeys", passkeys=mine, may_add=len(mine) < MOST_PASSKEYS, back=_back(request))


@require_http_methods(["GET", "POST"])
@holders
@just_signed_in
def add(request: HttpRequest) -> HttpResponse:
    """/me/passkeys/add: add one; the script of the page asks the device for it."""
    form = AddPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _add(request, form, identity_of(request).actor)
        messages.success(request, _("通行密钥加好了。下次登录不用密码。"))
        return redirect("mfa_list_webauthn")
    options = options_of(auth.begin_registration(request.user, passwordless=True))
    return page(request, "passkey_add", form, options=options, suggested=_suggested(request))


def _suggested(request: HttpRequest) -> str:
    """Return a name that says which device it is: the owner sees a list of them later."""
    said = request.headers.get("User-Agent", "")
    words = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Macintosh": "Mac", "Windows": "Windows"}
    return next((name for mark, name in words.items() if mark in said), "")


def _add(request: HttpRequest, form: AddPasskeyForm, by: Actor) -> Authenticator:
    credential, name = form.cleaned_data["credential"], form.cleaned_data["name"] or _suggested(request)
    passkey: Authenticator = add_passkey(account_id=request.user.pk, name=name, credential=credential, by=by)
    signals.authenticator_added.send(sender=Authenticator, request=request, user=request.user, authenticator=passkey)
    note(request, "passkey added", account=request.user.pk)
    return passkey


@require_http_methods(["GET", "POST"])
@holders
@just_signed_in
def rename(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """/me/passkeys/…/name: call one by another name."""
    found = next((one for one in _mine(request) if one["pk"] == passkey_id), {"name": ""})
    form = NameForm(request.POST or None, initial={"name": found["name"]})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        rename_passkey(account_id=request.user.pk, passkey_id=passkey_id, name=name, by=identity_of(request).actor)
        return redirect("mfa_list_webauthn")
    return page(request, "passkey_name", form)


@require_http_methods(["GET", "POST"])
@holders
@just_signed_in
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """/me/passkeys/…/remove: asks on GET, removes on POST."""
    if request.method == "POST":
        try:
            remove_passkey(account_id=request.user.pk, passkey_id=passkey_id, by=identity_of(request).actor)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("mfa_list_webauthn")
        note(request, "passkey removed", account=request.user.pk)
        messages.success(request, _("通行密钥删掉了。它再也打不开这个账号。"))
        return redirect("mfa_list_webauthn")
    found = next((one for one in _mine(request) if one["pk"] == passkey_id), None)
    return page(request, "passkey_remove", passkey=found) if found else redirect("mfa_list_webauthn")


# As second factor of officials ------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def set_up_passkey(request: HttpRequest) -> HttpResponse:
    """/sign-in/second-factor/passkey: an official without a second factor takes a passkey for it."""
    wanted = wanted_of(request)
    if stop := nothing_to_set_up(request, wanted):
        return stop
    if get_adapter().is_reauthentication_required(app="mfa"):
        return sign_in_anew(request, wanted)
    form = AddPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        post_authentication(request, _add(request, form, identity_of(request).actor))
        generate_recovery_codes(request)
        return to_recovery_codes(request, wanted)
    options = options_of(auth.begin_registration(request.user, passwordless=True))
    return page(request, "passkey_add", form, options=options, suggested=_suggested(request), is_first=True)


class Confirm(Page, ReauthenticateView):
    """/me/confirm: the password again, before something about signing in is changed."""

    name = "confirm"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in whoever has signed in."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)
