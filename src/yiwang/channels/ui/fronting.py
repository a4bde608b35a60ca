"""Pages that everybody gets alike: the mark that lets `config.front` keep one before Django."""

from collections.abc import Callable
from functools import lru_cache, wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie

from yiwang.channels.ui.door import language_of
from yiwang.channels.ui.looks import COOKIE, look_in

View = Callable[..., HttpResponse]
LONGEST_COOKIES = 400
LONGEST_ACCEPT = 200


def for_everybody(view: View) -> View:
    """Mark what a view answers as the same for all visitors of one language and look, where it is.

    It is not where somebody is signed in, where the session was looked at, where a form token was drawn, where a cookie is
    set, or for anything but a page that was found. A page without a tag gets one.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **arguments: Any) -> HttpResponse:
        response = view(request, *args, **arguments)
        if is_for_everybody(request, response):
            response.for_everybody = True  # type: ignore[attr-defined]
            if "ETag" not in response.headers:
                response.headers["ETag"] = f'W/"{blake2b(response.content, digest_size=16).hexdigest()}"'
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return marked


def is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether nothing personal can be in an answer."""
    return (
        request.method == "GET"
        and response.status_code == 200
        and not response.streaming
        and request.actor.kind == "anonymous"  # type: ignore[attr-defined]
        and not request.session.accessed
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not response.cookies
    )


@lru_cache(maxsize=1_024)
def _variant(cookies: str, accepted: str) -> tuple[str, str, str] | None:
    given = parse_cookie(cookies) if cookies else {}
    if not given.keys() <= {settings.LANGUAGE_COOKIE_NAME, COOKIE, settings.CSRF_COOKIE_NAME}:
        return None
    look = look_in(given.get(COOKIE, ""))
    return language_of(given.get(settings.LANGUAGE_COOKIE_NAME), accepted), look.size, look.scheme


def variant_of(cookies: str, accepted: str) -> tuple[str, str, str] | None:
    """Return the language and the look that a request asks for; None where it brings anything else of its own."""
    if len(cookies) > LONGEST_COOKIES or len(accepted) > LONGEST_ACCEPT:
        return None
    return _variant(cookies, accepted)
