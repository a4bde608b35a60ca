"""Limits against floods and guessing. They count by address and purpose: a stranger's tries never lock anybody else out.

Guesses are counted in the shared cache (`YIWANG_CACHE_URL`), so that all processes count together. Floods are counted
by each process in its own memory: a count must not cost more than what it protects.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, transaction
from django.http import HttpRequest

from yiwang.channels.ui.addresses import visitor_address, whose_limit


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `seconds`, for one address and purpose."""

    most: int
    seconds: int


FLOODS = {
    "search": Limit(300, 60),
    "suggestions": Limit(1_200, 60),
    "api_read": Limit(3_000, 60),
    "api_write": Limit(600, 60),
    "page_write": Limit(600, 60),
    "sign_in": Limit(120, 60),
}
"""What no person does: whole offices behind one address stay far below."""

GUESSES = {"progress": Limit(30, 15 * 60), "verify": Limit(120, 15 * 60), "payment": Limit(30, 15 * 60)}


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
    return bool(caches["process"].add(f"held-up:{whose_limit(visitor_address(request))}", 1, 60))


def _key(request: HttpRequest, purpose: str, limit: Limit) -> str:
    return f"limit:{purpose}:{whose_limit(visitor_address(request))}:{int(time.time()) // limit.seconds}"


def _count(cache: str, request: HttpRequest, purpose: str, limit: Limit) -> int:
    key, store = _key(request, purpose, limit), caches[cache]
    if store.add(key, 1, limit.seconds):
        return 1
    if isinstance(store, DatabaseCache):
        return _count_in_table(store, key, limit)
    try:
        return int(store.incr(key))
    except ValueError:  # it ended between the two
        return 1


def _count_in_table(store: DatabaseCache, key: str, limit: Limit) -> int:
    """Add one, in a transaction of its own: the cache's `incr` loses counts of two processes, and ends them too early."""
    with transaction.atomic():  # on SQLite it begins by taking the lock of the whole database
        if connection.features.has_select_for_update:
            table, row = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"])), store.make_key(key)
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {table} WHERE cache_key = %s FOR UPDATE", [row])  # noqa: S608
        so_far = int(store.get(key, 0)) + 1
        store.set(key, so_far, _wait(limit))
    return so_far


def _wait(limit: Limit) -> int:
    return limit.seconds - int(time.time()) % limit.seconds
