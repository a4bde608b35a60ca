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
from yiwang.domains.identity.queries import StaffView
from yiwang.domains.notices.queries import unread_notices
from yiwang.foundation.actors import Actor

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request as a view behind `officials` gets it: somebody of an office is at the other end."""

    actor: Actor
    staff: StaffView


SECOND_FACTOR = "mfa_activate_totp"
"""Where an official sets up the second factor; one who has it is asked for it while signing in."""

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
    to = (url_if(SECOND_FACTOR) if identity_of(request).needs_second_factor else "") or settings.LOGIN_URL
    return HttpResponseRedirect(f"{to}?{urlencode({'next': back})}")


def staff_page(request: StaffRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a page for officials, with what was said by the request before it at the top (`said`).

    `unread` is how many notices wait for the official; the header says it on every page.
    """
    said = [{"color": COLORS.get(m.level, "info"), "words": str(m)} for m in messages.get_messages(request)]
    return render(request, template, {"said": said, "unread": unread_notices(request.actor), **context}, status=status)
