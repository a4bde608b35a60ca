"""Who is at the other end of a request: the actor, and what the header of a page says about them."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, logout
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yiwang.domains.identity.queries import ANONYMOUS_IDENTITY, Identity, identify, identify_session

FIRM_IN_SESSION = "acting_for_firm"
STANDING_IN = "stands_in_for"
SEEN_IN_SESSION = "seen_at"
NOTED_EVERY = 60
"""Seconds: a session is not written at every request."""


def introduce(request: HttpRequest) -> None:
    """Give a request its `actor`, and `person` or `staff` for the header of the page; read when first asked for.

    Nobody is behind a request that only reads and brings no session.
    """
    asks: Any = request
    if request.method in ("GET", "HEAD") and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        asks.actor, asks.person, asks.staff = ANONYMOUS_IDENTITY.actor, None, None
        return
    found: list[Identity] = []

    def identity() -> Identity:
        if not found:
            found.append(identity_of(request))
        return found[0]

    asks.actor = SimpleLazyObject(lambda: identity().actor)
    asks.person = SimpleLazyObject(lambda: identity().person)
    asks.staff = SimpleLazyObject(lambda: identity().staff)


def identity_of(request: HttpRequest) -> Identity:
    """Return who the session says this is. An official counts as one only after the second factor.

    One statement checks the session against the password that it was opened with and reads who it is; where the two
    disagree Django looks again (a new secret key may have been set) and ends the session if it has to.
    """
    session = request.session
    account_id = session.get(SESSION_KEY) if session.session_key else None
    if not account_id or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return ANONYMOUS_IDENTITY
    methods = session.get("account_authentication_methods", [])
    how: dict[str, Any] = {
        "firm_id": session.get(FIRM_IN_SESSION),
        "has_second_factor": any(m.get("method") == "mfa" for m in methods),
    }
    standing = session.get(STANDING_IN)
    found = identify_session(account_id, session.get(HASH_SESSION_KEY) or "", stands_in_for=standing, **how)
    if found is None:
        if not request.user.is_authenticated:
            return ANONYMOUS_IDENTITY
        found = identify(request.user.pk, **how)
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
