"""What a process keeps for a while of what it has read or worked out: never much, never for long, never about a person."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """At most `most` values, each for at most `seconds`; the oldest go first."""

    everything: "list[Kept]" = []

    def __init__(self, *, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._found: dict[Hashable, tuple[float, T]] = {}
        self._lock = Lock()
        Kept.everything.append(self)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under a key, or make it and keep it."""
        found = self._found.get(key)
        at = time.monotonic()
        if found is not None and at < found[0]:
            return found[1]
        value = make()
        with self._lock:
            self._found.pop(key, None)
            while len(self._found) >= self.most:
                del self._found[next(iter(self._found))]
            self._found[key] = (at + self.seconds, value)
        return value

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._found.clear()

    @classmethod
    def forget_everything(cls) -> None:
        """Keep nothing anywhere: for tests, whose rows are gone after each."""
        for kept in cls.everything:
            kept.forget()
