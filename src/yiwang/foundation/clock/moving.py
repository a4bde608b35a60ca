"""The one place where the platform asks what time it is."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_offset: ContextVar[dt.timedelta] = ContextVar("clock_offset", default=dt.timedelta())


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC) + _offset.get()


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def microseconds(moment: dt.datetime) -> int:
    """Return a moment as whole microseconds since 1970, exactly; what digests and signatures cover."""
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def today() -> dt.date:
    """Return the present date in China; every legal date is one of these."""
    return now().astimezone(ZONE).date()


def move_to(moment: dt.datetime) -> None:
    """Move this context's clock, which then goes on running from there. For the demo's past and for tests only."""
    _offset.set(moment - dt.datetime.now(dt.UTC))


@contextmanager
def moved_to(moment: dt.datetime) -> Iterator[None]:
    """Move the clock within a block."""
    token = _offset.set(moment - dt.datetime.now(dt.UTC))
    try:
        yield
    finally:
        _offset.reset(token)
