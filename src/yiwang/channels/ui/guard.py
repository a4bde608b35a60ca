"""What no view should have to think of: input that cannot be text, floods, and a line in the log for what was refused."""

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError

from yiwang.channels.ui import errors
from yiwang.channels.ui.addresses import visitor_address
from yiwang.channels.ui.limits import flooded, is_news
from yiwang.foundation import vault

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
LONGEST_PATH = 2_000
LONGEST_QUERY = 8_000
FLOODS = {
    "portal:search": ("search", "GET"),
    "portal:suggestions": ("suggestions", "GET"),
    "portal:search-person": ("search", "POST"),
    "account_login": ("sign_in", "POST"),
    "account_signup": ("sign_in", "POST"),
}

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NO_PATH = re.compile("[\x00-\x1f\x7f\ud800-\udfff]|%[89A-F][0-9A-F]")
"""What is no part of a path of ours; Django writes bytes that are no UTF-8 as %FF."""

_access = logging.getLogger("yiwang.access")


def unreadable(request: HttpRequest) -> bool:
    """Return whether path or query are too long, no UTF-8, or hold control characters."""
    path, query = request.path, request.META.get("QUERY_STRING", "")
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return True
    if not query:
        return bool(_NO_PATH.search(path))
    try:
        typed = unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return True
    return bool(_NO_PATH.search(path) or _CONTROL.search(typed))


def unreadable_form(request: HttpRequest) -> bool:
    """Return whether a posted form holds NUL, half a character, or bytes that are no UTF-8.

    Other control characters are left to the fields, which say what to remove.
    """
    try:
        values = [text for name, listed in request.POST.lists() for text in (name, *listed)]
    except UnreadablePostError:  # it broke off, or its parts say something else than its head
        return True
    if any("\0" in text or re.search("[\ud800-\udfff]", text) for text in values):
        return True
    if request.content_type != "application/x-www-form-urlencoded" or not any("\ufffd" in text for text in values):
        return False
    try:
        unquote_to_bytes(request.body).decode()
    except UnicodeDecodeError:
        return True
    return False


def forget_unreadable_cookies(request: HttpRequest) -> None:
    """Drop cookies that hold control characters: a session key goes into the database as it comes."""
    for name in [name for name, value in request.COOKIES.items() if _CONTROL.search(value)]:
        del request.COOKIES[name]


def stopped(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """Return 400 for what cannot be read, 405 for methods that pages do not have and 429 for floods, before any view.

    The API (`answers_problems` on its views) does the same in its own form.
    """
    if getattr(view, "answers_problems", False):
        return None
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if unreadable(request) or (request.method == "POST" and unreadable_form(request)):
        return errors.bad_request(request)
    match = request.resolver_match
    default = ("page_write", "POST") if request.method == "POST" else ("", "")
    purpose, method = FLOODS.get(match.view_name if match else "", default)
    wait = flooded(request, purpose) if purpose and request.method == method else 0
    return errors.too_many(request, wait) if wait else None


def note_refused(request: HttpRequest, status: int) -> None:
    """Note in the log of access who was refused; a flood only once a minute."""
    if status != 429 or is_news(request):
        note(request, "refused", status)


def note(request: HttpRequest, what: str, status: int = 0, *, account: object = None) -> None:
    """Write one line about access: what, which view, whose account, from where. No name, number, address or path."""
    match = request.resolver_match
    actor = _actor(request)
    _access.info(
        "%s status=%s view=%s method=%s actor=%s from=%s",
        what,
        status or "-",
        (match.view_name or match.url_name) if match else "-",
        re.sub("[^A-Z]", "", request.method or "")[:10],
        f"account:{account}" if account else actor,
        vault.blind_index(visitor_address(request), "address").hex()[:12],
    )


def _actor(request: HttpRequest) -> str:
    identity = getattr(request, "auth", None)
    actor = getattr(identity, "actor", None) or getattr(request, "actor", None)
    kind = getattr(actor, "kind", "anonymous")
    return f"{kind}:{actor.id}" if actor is not None and getattr(actor, "id", None) else str(kind)
