"""Pages for officials: who is let in, where the others are sent, and what is said at the top of the next page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from yiwang.channels.ui.context import url_if
from yiwang.channels.ui.people import identity_of

View = Callable[..., HttpResponse]

SECOND_FACTOR = ("portal:second_factor", "mfa_activate_totp")
"""Names of the page where an official proves or sets up the second factor; the first that is installed."""

COLORS = {messages.SUCCESS: "success", messages.WARNING: "warning", messages.ERROR: "danger"}


def officials(*roles: str) -> Callable[[View], View]:
    """Let only officials into a view, those with one of these duties where any are named.

    A visitor is sent to sign in, an official without the second factor to that page, and both come back here. A citizen,
    or an official with other duties, gets 403.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **arguments: Any) -> HttpResponse:
            staff = request.staff  # type: ignore[attr-defined]
            if staff:
                if roles and staff.roles.isdisjoint(roles):
                    raise PermissionDenied
                response = view(request, *args, **arguments)
                response.headers.setdefault("Cache-Control", "private, no-store")
                return response
            if request.person:  # type: ignore[attr-defined]
                raise PermissionDenied
            return _sent_away(request)

        return guarded

    return guard


def _sent_away(request: HttpRequest) -> HttpResponseRedirect:
    back = request.get_full_path() if request.method == "GET" else request.path.rsplit("/", 1)[0] + "/"
    second = next(filter(None, map(url_if, SECOND_FACTOR)), "")
    to = second if second and identity_of(request).needs_second_factor else settings.LOGIN_URL
    return HttpResponseRedirect(f"{to}?{urlencode({'next': back})}")


def staff_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a page for officials, with what was said by the request before it at the top (`said`)."""
    said = [{"color": COLORS.get(m.level, "info"), "words": str(m)} for m in messages.get_messages(request)]
    return render(request, template, {"said": said, **context}, status=status)
