"""Pages for what went wrong: what happened, what to do now, and that nothing was lost.

`config.urls` names these as `handler400`, `handler403`, `handler404` and `handler500`.
"""

import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yiwang.foundation.actions import Refused
from yiwang.foundation.outages import RETRY_AFTER, is_outage

_log = logging.getLogger("yiwang.ui")

PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})


def error_page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """Return the page for a status, in the visitor's language. Statuses without a page of their own read as 500."""
    page = status if status in PAGES else 500
    response = render(request, f"ui/errors/{page}.html", {"status": status, **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: we could not read what was sent; 413 where it was more than we take."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this person may not do this."""
    return error_page(request, 403, stale=False)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open for too long or came from elsewhere (`CSRF_FAILURE_VIEW`)."""
    return error_page(request, 403, stale=True)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: it does not exist, or this person may not know that it does."""
    return error_page(request, 404)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """409: the rules do not allow it now; the page says the rule's own words."""
    return error_page(request, 409, message=refusal.message, code=refusal.code)


def too_many(request: HttpRequest, retry_after: int = 60) -> HttpResponse:
    """429: too many tries; the page and the header say when to try again (seconds)."""
    response = error_page(request, 429, retry_after=retry_after)
    response.headers["Retry-After"] = str(retry_after)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page shows a number under which the operator finds the log line.

    Where the database or the disk is what broke, 503: nothing was lost, and it is worth while to come back.
    """
    if is_outage(error := sys.exception()):
        return outage(request, error)
    reference = getattr(request, "request_id", "") or secrets.token_hex(4).upper()
    # Nobody is asked for: the database may be what broke.
    return error_page(request, 500, reference=reference, person=None, staff=None, place=None)


def outage(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503: the database or the disk does not serve now. What was sent counts if it was stored, and can be sent again."""
    _log.warning(
        "outage: %s %s: %s", request.method, request.resolver_match and request.resolver_match.view_name, error
    )
    # Nobody is asked for: that would ask the database.
    nobody = {"person": None, "staff": None, "place": None}
    response = error_page(request, 503, retry_after=RETRY_AFTER, is_outage=True, **nobody)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def unavailable(request: HttpRequest, retry_after: int = 300) -> HttpResponse:
    """503: closed for maintenance or overloaded; the header says when to come back (seconds)."""
    response = error_page(request, 503, retry_after=retry_after)
    response.headers["Retry-After"] = str(retry_after)
    return response
