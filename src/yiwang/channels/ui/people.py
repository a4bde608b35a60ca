"""Who is at the other end of a request: the actor, and what the header of a page says about them."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from yiwang.domains.identity.queries import ANONYMOUS_IDENTITY, Identity, identify

FIRM_IN_SESSION = "acting_for_firm"
SEEN_IN_SESSION = "seen_at"
NOTED_EVERY = 60
"""Seconds: a session is not written at every request."""


class ActorMiddleware:
    """Give each request its `actor`, and `person` or `staff` for the header of the page; read when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the identity on the request, to be worked out when somebody asks."""
        identity = SimpleLazyObject(lambda: identity_of(request))
        request.actor = SimpleLazyObject(lambda: identity.actor)  # type: ignore[attr-defined]
        request.person = SimpleLazyObject(lambda: identity.person)  # type: ignore[attr-defined]
        request.staff = SimpleLazyObject(lambda: identity.staff)  # type: ignore[attr-defined]
        return self.get_response(request)


def identity_of(request: HttpRequest) -> Identity:
    """Return who the session says this is. An official counts as one only after the second factor."""
    account_id = request.session.get("_auth_user_id") if request.session.session_key else None
    if not account_id or not request.user.is_authenticated:
        return ANONYMOUS_IDENTITY
    methods = request.session.get("account_authentication_methods", [])
    found = identify(
        request.user.pk,
        firm_id=request.session.get(FIRM_IN_SESSION),
        has_second_factor=any(m.get("method") == "mfa" for m in methods),
    )
    if found.staff is not None and _is_over(request, methods):
        logout(request)
        return ANONYMOUS_IDENTITY
    return found


def _is_over(request: HttpRequest, methods: list[dict[str, Any]]) -> bool:
    """Whether an official has done nothing for too long, or signed in too long ago; notes that something is done now."""
    now = int(time.time())
    seen = request.session.get(SEEN_IN_SESSION, now)
    began = methods[0].get("at") or now
    if now - seen > settings.OFFICIALS_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
        return True
    if now - seen >= NOTED_EVERY or SEEN_IN_SESSION not in request.session:
        request.session[SEEN_IN_SESSION] = now
    return False
