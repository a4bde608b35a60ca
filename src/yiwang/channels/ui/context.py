"""What every template can count on: the globals of the engine and the variables of one request."""

import secrets
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static as static_url
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from yiwang.channels.ui.looks import DEFAULT
from yiwang.channels.ui.wording import is_english, said, text_of


def _filled(message: str, values: dict[str, Any]) -> str:
    """Put values into a message; a value that is markup makes the whole markup, with the rest escaped."""
    if not values:
        return message
    if any(hasattr(value, "__html__") for value in values.values()):
        safe = {name: conditional_escape(value) for name, value in values.items()}
        return mark_safe(conditional_escape(message).format(**safe))
    return message.format(**values)


def gettext(message: str, **values: Any) -> str:
    """Return the message in the language of the page, with `{name}` filled from the keywords."""
    return _filled(said(message), values)


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """Return the form for `n` things; `{n}` and the keywords are filled in."""
    return _filled(translation.ngettext(one, many, n), {"n": n, **values})


SAFE = "!$&'()*+,;=~:@"
"""What stands in a piece of a path as it is (RFC 3986)."""


@lru_cache(maxsize=4096)
def _reversed(name: str, args: tuple[Any, ...], keywords: tuple[tuple[str, Any], ...]) -> str | None:
    try:
        return reverse(name, args=args or None, kwargs=dict(keywords) or None)
    except NoReverseMatch:
        return None


def url(name: str, *args: Any, **keywords: Any) -> str:
    """Return the address of a view.

    Raises:
        NoReverseMatch: when no route has this name and these arguments.
    """
    found = _reversed(name, args, tuple(sorted(keywords.items())))
    return found if found is not None else reverse(name, args=args or None, kwargs=keywords or None)


def url_if(name: str, *args: Any, **keywords: Any) -> str:
    """Return the address of a view, or nothing where this installation does not have it: links never lead nowhere."""
    return _reversed(name, args, tuple(sorted(keywords.items()))) or ""


@lru_cache(maxsize=256)
def _around(name: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=["0"]).rpartition("0")
    return before, after


def url_with(name: str, value: str) -> str:
    """Return the address of a view that takes one text, for long lists: nothing is looked up for each."""
    before, after = _around(name)
    return f"{before}{value if value.isascii() and value.isalnum() else quote(value, safe=SAFE)}{after}"


@lru_cache(maxsize=256)
def static(path: str) -> str:
    """Return the address of a static file, with its hash where the storage gives one."""
    return static_url(path)


@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Return an icon of the sprite; it is always decoration, the words stand beside it."""
    kind = "mark" if name == "mark" else "ic"
    sprite = static("yiwang/icons.svg")
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', kind, sprite, name)


TOKEN_MARK = f"token-{secrets.token_hex(16)}"
"""Stands for the form token until the page is made: only a page that shows one sets its cookie."""

TOKEN_INPUT = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', TOKEN_MARK)


GLOBALS: dict[str, Any] = {
    "_": gettext,
    "gettext": gettext,
    "ngettext": ngettext,
    "url": url,
    "url_if": url_if,
    "static": static,
    "icon": icon,
    "t": text_of,
    "is_english": is_english,
}


@lru_cache(maxsize=2)
def _fixed(english: bool, is_demo: bool) -> dict[str, Any]:
    """Return what all pages of a language have in common."""
    return {
        "lang": "en" if english else "zh-hans",
        "html_lang": "en" if english else "zh-CN",
        "section": "",
        "is_demo": is_demo,
        "csrf_token": TOKEN_MARK,
        "csrf_input": TOKEN_INPUT,
    }


WHO = ("person", "staff", "place")


def page_context(request: HttpRequest | None, given: Collection[str] = ()) -> dict[str, Any]:
    """Return the variables of one page. Without a request (the last error page) they have safe defaults.

    `person`, `staff` and `place` are what the door and other channels put on the request, or None: `person.name`;
    `staff.name`, `staff.office_name`; `place.code`, `place.name`. They are not asked for where the page gives its own:
    who asks for them may ask the database.
    """
    values = {
        **_fixed(is_english(), settings.YIWANG_DEMO),
        "request": request,
        "look": getattr(request, "look", DEFAULT),
        "here": request.get_full_path() if request else "/",
    }
    for name in WHO:
        if name not in given:
            values[name] = getattr(request, name, None) or None
    return values


def with_token(page: str, request: HttpRequest | None) -> str:
    """Return the page with the visitor's form token where one is asked for."""
    if TOKEN_MARK not in page:
        return page
    return page.replace(TOKEN_MARK, get_token(request) if request else "")


def _forget(*, setting: str, **_: Any) -> None:
    """Tests change routes and storages; what was remembered of them goes."""
    if setting in ("ROOT_URLCONF", "STORAGES", "STATIC_URL", "FORCE_SCRIPT_NAME"):
        _reversed.cache_clear()
        _around.cache_clear()
        static.cache_clear()
        icon.cache_clear()


setting_changed.connect(_forget, dispatch_uid="yiwang.channels.ui.context")
