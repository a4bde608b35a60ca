"""Who may go on: the sign-in that leads back, the real name, acting for a firm."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse

View = Callable[..., HttpResponse]
REAL_NAME_AT = "/me/real-name"


def signed_in(view: View) -> View:
    """Lead whoever is not signed in to the sign-in and back; officials have no pages here."""

    @wraps(view)
    def run(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor.is_staff:
            raise PermissionDenied
        if not actor.is_person:
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **named)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return run


def to_real_name(request: HttpRequest) -> HttpResponse:
    """Lead to where a name is checked against the register, and back."""
    try:
        address = reverse("portal:real-name")
    except NoReverseMatch:
        address = REAL_NAME_AT
    return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
