"""Limits against floods and guessing. They count by address and purpose: a stranger's tries never lock anybody else out.

Guesses are counted in the shared cache (`YIWANG_CACHE_URL`), so that all processes count together. Floods are counted
by each process in its own memory: a count must not cost more than what it protects.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from yiwang.channels.ui.addresses import visitor_address, whose_limit


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `seconds`, for one address and purpose."""

    most: int
    seconds: int


FLOODS = {
    "search": Limit(300, 60),
    "api_read": Limit(3_000, 60),
    "api_write": Limit(600, 60),
    "sign_in": Limit(120, 60),
}
"""What no person does: whole offices behind one address stay far below."""

GUESSES = {"progress": Limit(30, 15 * 60), "verify": Limit(120, 15 * 60)}


def flooded(request: HttpRequest, purpose: str) -> int:
    """Count a request; return after how many seconds to come back where there were too many, else 0."""
    if not settings.YIWANG_LIMITS:
        return 0
    limit = FLOODS[purpose]
    return _wait(limit) if _count("process", request, purpose, limit) > limit.most else 0


def guessed(request: HttpRequest, purpose: str) -> int:
    """Count a try to guess something; return after how many seconds to come back where there were too many, else 0."""
    limit = GUESSES[purpose]
    return _wait(limit) if _count("default", request, purpose, limit) > limit.most else 0


def guessed_too_often(request: HttpRequest, purpose: str) -> int:
    """Return the same without counting: for what counts only the tries that were wrong."""
    limit = GUESSES[purpose]
    so_far = caches["default"].get(_key(request, purpose, limit), 0)
    return _wait(limit) if so_far >= limit.most else 0


def is_news(request: HttpRequest) -> bool:
    """Return whether this address was not held up before within a minute: a flood must not flood the log as well."""
    return bool(caches["process"].add(f"held up:{whose_limit(visitor_address(request))}", 1, 60))


def _key(request: HttpRequest, purpose: str, limit: Limit) -> str:
    return f"limit:{purpose}:{whose_limit(visitor_address(request))}:{int(time.time()) // limit.seconds}"


def _count(cache: str, request: HttpRequest, purpose: str, limit: Limit) -> int:
    key = _key(request, purpose, limit)
    if caches[cache].add(key, 1, limit.seconds):
        return 1
    try:
        return int(caches[cache].incr(key))
    except ValueError:  # it ended between the two
        return 1


def _wait(limit: Limit) -> int:
    return limit.seconds - int(time.time()) % limit.seconds
