"""What granian serves."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import reset_queries
from django.urls import get_resolver

from yiwang.foundation.deadlines import request_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_answer = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (every view is loaded now, and not in the five seconds of the first request)

# The log of statements is for DEBUG, and neither cache has anything to close.
request_started.disconnect(reset_queries)
request_finished.disconnect(close_caches)


def in_time(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request within its deadline; what is sent as a stream may take longer."""
    with request_time():
        return _answer(environ, start_response)


def front() -> Application:
    """Return what answers first: pages that everybody gets alike from memory, all else by Django."""
    from django.conf import settings

    from yiwang.config.front import THE_FRONT, Front, edition

    if not settings.YIWANG_FRONT_BYTES:
        return in_time
    THE_FRONT.append(Front(in_time, edition, most_bytes=settings.YIWANG_FRONT_BYTES))
    return THE_FRONT[-1]


application = front()


# What is loaded now stays: the collector need not walk it again and again. A request makes few cycles, so it may wait
# for more of them (measured: a fifth of a guide's CPU was full collections).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
