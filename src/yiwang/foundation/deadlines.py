"""How long somebody waits for us: a request has a deadline, a worker waits longer, a migration as long as it takes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

REQUEST_SECONDS = 4.5
"""What a request may take in all while it waits for its database: an answer within five seconds, be it 503."""

STATEMENT_SECONDS = 30
"""What one statement of a worker or a command may take."""


LEAST_SECONDS = 0.5
"""What a request gets even where it has waited long for its turn."""

IN_LINE_SECONDS = 0.02
"""A request that begins so soon after the last one on its thread has stood in line for it."""


class _Here(threading.local):
    end: float | None = None
    has_time: bool = False
    slowest: float = 0.0
    slowest_at: float = 0.0
    ended_at: float = 0.0


_here = _Here()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give what this thread does in the block so much time in all."""
    before, _here.end = _here.end, monotonic() + seconds
    try:
        yield
    finally:
        _here.end = before


@contextmanager
def request_time() -> Iterator[None]:
    """Give a request its time, less what it has probably waited in line: as long as the slowest before it took lately."""
    began, waited = monotonic(), 0.0
    if began - _here.ended_at < IN_LINE_SECONDS and began - _here.slowest_at < REQUEST_SECONDS:
        waited = _here.slowest
    try:
        with within(max(REQUEST_SECONDS - waited, LEAST_SECONDS)):
            yield
    finally:
        _here.ended_at = ended = monotonic()
        if ended - began > _here.slowest or ended - _here.slowest_at > REQUEST_SECONDS:
            _here.slowest, _here.slowest_at = ended - began, ended


@contextmanager
def as_long_as_it_takes() -> Iterator[None]:
    """Let this thread wait without limit in the block, on connections that it opens there: for migrations."""
    before, _here.has_time = _here.has_time, True
    try:
        yield
    finally:
        _here.has_time = before


def seconds_left() -> float | None:
    """Return what is left until the deadline, negative after it; None where nobody set one."""
    return None if _here.end is None else _here.end - monotonic()


def has_all_time() -> bool:
    """Return whether this thread may wait without limit."""
    return _here.has_time
