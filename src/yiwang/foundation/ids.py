"""Identifiers that sort by the moment they were made: UUID version 7 (RFC 9562)."""

import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

_TAIL_BITS = 74
_TAIL_MAX = (1 << _TAIL_BITS) - 1
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)


class UuidMaker:
    """Makes version 7 identifiers, each greater than the one before, whatever the clock does.

    `now` returns milliseconds since 1970. Within one millisecond, or when the clock steps back, the last identifier is
    counted on by a random step, so that ids stay in order and stay hard to guess.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self.forget()

    def forget(self) -> None:
        """Drop what was made last (after a fork, so that two processes never count on from the same id)."""
        self._lock = threading.Lock()
        self._millisecond = -1
        self._tail = 0

    def __call__(self) -> UUID:
        """Return a new identifier."""
        with self._lock:
            millisecond = self._now()
            if millisecond > self._millisecond:
                self._millisecond = millisecond
                self._tail = secrets.randbits(_TAIL_BITS - 1)  # top bit clear: room to count on
            else:
                self._tail += 1 + secrets.randbits(32)
                if self._tail > _TAIL_MAX:
                    self._millisecond += 1
                    self._tail = secrets.randbits(_TAIL_BITS - 1)
            millisecond, tail = self._millisecond, self._tail
        high, low = tail >> 62, tail & ((1 << 62) - 1)
        return UUID(int=(millisecond << 80) | (high << 64) | low | _VERSION_AND_VARIANT)


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000


_make = UuidMaker(_wall_clock)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_make.forget)


def uuid7() -> UUID:
    """Return a new identifier, greater than every one this process made before."""
    return _make()


def uuid_of(text: str) -> UUID:
    """Return the identifier (version 8) that a text always leads to: who asks again under the same key gets the same one."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16]) & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=number | (0x8 << 76) | (0x2 << 62))


def made_at(identifier: UUID) -> int:
    """Return when a version 7 identifier was made, in milliseconds since 1970.

    Raises ValueError for an identifier of another version.
    """
    if identifier.version != 7:
        raise ValueError("not a version 7 identifier")
    return identifier.int >> 80


def as_uuid(value: Any) -> UUID:
    """Return an identifier as a database driver gave it: native from PostgreSQL, 32 hex places from SQLite."""
    return value if isinstance(value, UUID) else UUID(value)
