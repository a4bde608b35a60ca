"""The door: the one layer around every page. Headers, cookies, session, look and language, who is there, what is refused.

It does what nine middleware of Django, django-csp and ours did one around the other, in the same order, and an anonymous
page pays only for what it uses. Tokens against forged forms and the accounts have theirs behind it.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import auser, get_user
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject, empty

from yiwang.channels.ui import errors
from yiwang.channels.ui.guard import forget_unreadable_cookies, note, note_refused, stopped
from yiwang.channels.ui.looks import look_of
from yiwang.channels.ui.people import introduce
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.outages import is_outage

GetResponse = Callable[[HttpRequest], HttpResponse]
VARY = "Accept-Language, Cookie"
LONGEST_ACCEPT = 500


def page_headers() -> dict[str, str]:
    """Return the headers that every page has: those of every answer, the content security policy, no framing."""
    return {**settings.HEADERS, "X-Frame-Options": settings.X_FRAME_OPTIONS, "Content-Security-Policy": build_policy()}


@lru_cache(maxsize=512)
def _language(cookie: str | None, accepted: str) -> str:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    if cookie is not None:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    return translation.get_language_from_request(request)


def language_of(cookie: str | None, accepted: str) -> str:
    """Return the language of a page: the cookie first, then `Accept-Language`, then Chinese."""
    return _language(cookie if cookie is None or len(cookie) < 20 else "", accepted[:LONGEST_ACCEPT])


class DoorMiddleware:
    """Stands around every view; `process_view` stops what no view should see, `process_exception` explains refusals."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.sessions = SessionMiddleware(get_response)
        self.common = CommonMiddleware(get_response)
        self.headers = page_headers()
        self.transport = f"max-age={settings.SECURE_HSTS_SECONDS}" if settings.SECURE_HSTS_SECONDS else ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the visitor's language, with the headers of a page."""
        if request.COOKIES:
            forget_unreadable_cookies(request)
        self.sessions.process_request(request)
        request.look = look_of(request)  # type: ignore[attr-defined]
        accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        language = language_of(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), accepted)
        request.LANGUAGE_CODE = language
        request.user = SimpleLazyObject(partial(get_user, request))  # type: ignore[assignment]
        request.auser = partial(auser, request)
        request._messages = SimpleLazyObject(partial(default_storage, request))  # type: ignore[attr-defined]
        introduce(request)
        with translation.override(language):
            try:
                request.get_host()  # a host that is not ours is refused before anything is done for it
                response: HttpResponseBase = self.get_response(request)
                response = self._leave(request, response)
            except Exception as problem:  # whatever broke here, its page has the headers of a page too
                is_out = is_outage(problem)  # the session could not be kept
                response = errors.outage(request, problem) if is_out else response_for_exception(request, problem)
        self._dress(request, response, "en" if language.startswith("en") else "zh-CN")
        return response

    def _leave(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Keep what the view changed: messages, then the session. A missing slash is mended."""
        status = response.status_code
        if status in (401, 403, 429):
            note_refused(request, status)
        messages = request._messages  # type: ignore[attr-defined]
        if getattr(messages, "_wrapped", None) is not empty:
            messages.update(response)
        if status == 404:
            response = self.common.process_response(request, response)
        elif not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        session = request.session
        if session.modified or session.accessed or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = self.sessions.process_response(request, response)  # type: ignore[arg-type]
        return response

    def _dress(self, request: HttpRequest, response: HttpResponseBase, language: str) -> None:
        headers = response.headers
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        if self.transport and request.is_secure():
            headers.setdefault("Strict-Transport-Security", self.transport)
        headers.setdefault("Content-Language", language)
        if "Cache-Control" not in headers:
            is_somebody = settings.SESSION_COOKIE_NAME in request.COOKIES
            headers["Cache-Control"] = "private, no-store" if is_somebody else "private, no-cache"
        if "Vary" in headers:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        else:
            headers["Vary"] = VARY

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer 400 to what cannot be read, 405 to methods that pages do not have, 429 to floods."""
        return stopped(request, view)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for `Refused`, 404 for `NotVisible`, 503 for an outage; leave anything else alone."""
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, NotVisible):
            note(request, "not visible", 404)
            return errors.not_found(request, exception)
        if is_outage(exception):
            return errors.outage(request, exception)
        return None
