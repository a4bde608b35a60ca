"""A cache before Django: pages that everybody gets alike are answered from memory, at nearly the cost of a static file.

What may be kept says `channels.ui.fronting.for_everybody`, page by page. A kept page counts for a minute at most, and only
as long as the catalogue is the one that it was made from: a publication shows within two seconds. Whoever brings a
session, a message or any cookie but those of language, look and form token goes past it, and so does every request that
is not a plain GET or HEAD. Nothing personal can be in it.
"""

import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from django.db import Error, connection

from yiwang.channels.ui.fronting import variant_of
from yiwang.domains.catalogue.queries import catalogue_version
from yiwang.foundation.deadlines import within

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

KEEP_SECONDS = 60
ASKING_SECONDS = 1.0
LARGEST_PAGE = 256 * 1024
LONGEST_ADDRESS = 300
OF_304 = {"cache-control", "etag", "vary", "content-location", "expires", "date", "content-language"}
SKIPPED = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


THE_FRONT: "list[Front]" = []
"""The one of this process, for its figures in /metrics."""


def edition() -> int | None:
    """Return the number of the catalogue in force; None where the database does not tell it in time."""
    try:
        with within(ASKING_SECONDS):
            return catalogue_version()
    except Error:
        connection.close_if_unusable_or_obsolete()
        return None


class Page:
    """One kept answer."""

    __slots__ = ("at", "body", "ends", "headers", "short", "tag", "version")

    def __init__(self, version: int, at: float, headers: Headers, body: bytes) -> None:
        self.version, self.at, self.ends, self.body = version, at, at + KEEP_SECONDS, body
        names = {name.lower() for name, _ in headers}
        self.headers = headers if "content-length" in names else [*headers, ("Content-Length", str(len(body)))]
        self.tag = next((value for name, value in headers if name.lower() == "etag"), "")
        self.short = [(name, value) for name, value in headers if name.lower() in OF_304]


class Front:
    """Wraps the application; `version` tells which edition of the catalogue is in force."""

    def __init__(self, application: Application, version: Callable[[], int | None], *, most_bytes: int) -> None:
        self.application, self.version, self.most_bytes = application, version, most_bytes
        self.hits = self.misses = self.bytes = 0
        self._pages: dict[tuple[Any, ...], Page] = {}
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer from memory where the page is there, or have it made and keep it where it may be kept."""
        key = self._key(environ)
        if key is None:
            return self.application(environ, start_response)
        version = self.version()
        if version is None:
            return self.application(environ, start_response)
        page = self._pages.get(key)
        now = time.monotonic()
        if page is not None and page.version == version and now < page.ends:
            self.hits += 1
            return self._answer(page, environ, start_response, int(now - page.at))
        if environ["REQUEST_METHOD"] == "HEAD":
            return self.application(environ, start_response)
        return self._make(key, version, environ, start_response)

    def _key(self, environ: dict[str, Any]) -> tuple[Any, ...] | None:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if len(path) + len(query) > LONGEST_ADDRESS or any(name in environ for name in SKIPPED):
            return None
        variant = variant_of(environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        if variant is None:
            return None
        return environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], path, query, variant

    def _answer(
        self, page: Page, environ: dict[str, Any], start_response: Callable[..., Any], age: int
    ) -> Iterable[bytes]:
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and page.tag and matches(known, page.tag):
            start_response("304 Not Modified", [*page.short, ("Age", str(age))])
            return []
        start_response("200 OK", [*page.headers, ("Age", str(age))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]

    def _make(
        self, key: tuple[Any, ...], version: int, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        begun: list[tuple[str, Headers]] = []

        def started(status: str, headers: Headers, *rest: Any) -> Any:
            begun.append((status, list(headers)))
            return start_response(status, headers, *rest)

        answer = self.application(environ, started)
        if not getattr(answer, "for_everybody", False) or not begun or not begun[0][0].startswith("200"):
            return answer
        headers = begun[0][1]
        body = b"".join(answer)
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        self.misses += 1
        if len(body) <= LARGEST_PAGE and not any(name.lower() == "set-cookie" for name, _ in headers):
            self._keep(key, Page(version, time.monotonic(), headers, body))
        return [body]

    def _keep(self, key: tuple[Any, ...], page: Page) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self.bytes += len(page.body) - (len(old.body) if old else 0)
            self._pages[key] = page
            while self.bytes > self.most_bytes and self._pages:
                oldest = next(iter(self._pages))
                self.bytes -= len(self._pages.pop(oldest).body)

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._pages.clear()
            self.bytes = 0


def matches(known: str, tag: str) -> bool:
    """Return whether `If-None-Match` names a tag, compared weakly (RFC 9110, 13.1.2)."""
    if known.strip() == "*":
        return True
    bare = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == bare for one in known.split(","))
