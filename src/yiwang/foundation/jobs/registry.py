"""Which function does which kind of work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Work = Callable[..., None]


@dataclass(frozen=True)
class Kind:
    """A kind of job. An inside one runs in one transaction with its own completion; an outside one may run twice.

    `batched`: its function takes the payloads of several at once. `urgent`: somebody sits and waits for it.
    """

    name: str
    work: Work
    outside: bool
    batched: bool = False
    urgent: bool = False


@dataclass(frozen=True)
class Regular:
    """Work that is due again and again."""

    name: str
    work: Callable[[], Any]
    seconds: int


kinds: dict[str, Kind] = {}
regular: dict[str, Regular] = {}


def job(name: str) -> Callable[[Work], Work]:
    """Have the function do jobs of this kind, called with the payload; its effect and its completion are one."""

    def register(function: Work) -> Work:
        kinds[name] = Kind(name, function, outside=False)
        return function

    return register


def outside_job(name: str, *, urgent: bool = False) -> Callable[[Work], Work]:
    """Have the function do jobs of this kind outside any transaction, called with the payload and the job's key."""

    def register(function: Work) -> Work:
        kinds[name] = Kind(name, function, outside=True, urgent=urgent)
        return function

    return register


def batch_job(name: str) -> Callable[[Work], Work]:
    """Have the function do jobs of this kind outside any transaction, called with the payloads of several at once.

    Where it fails, each of them is tried alone, so that one that cannot be done holds up no other. What it has done
    for some of them it must not do for them again.
    """

    def register(function: Work) -> Work:
        kinds[name] = Kind(name, function, outside=True, batched=True)
        return function

    return register


def every(seconds: int, *, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Have the function called every so many seconds by exactly one worker, within one transaction."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        regular[name] = Regular(name, function, seconds)
        return function

    return register
