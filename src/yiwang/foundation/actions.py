"""What makes a function a business action: whole, in order, and answered for by somebody."""

import inspect
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from yiwang.foundation.failpoints import fail_at

_acting: ContextVar[bool] = ContextVar("acting", default=False)

P = ParamSpec("P")
R = TypeVar("R")


class Refused(Exception):
    """The rules of the domain do not allow this now; the message is for the person who asked.

    `code` is stable for machines; `errors` are the field problems of bad input, where there are any.
    """

    def __init__(self, message: Any, *, code: str = "refused", errors: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.errors = list(errors)

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(Refused):
    """What was sent does not hold; `errors` says where and how to mend it. Nothing was written."""


class NotVisible(Exception):
    """The thing does not exist, or this actor may not know that it does. A page answers 404."""


def action(function: Callable[P, R] | None = None, *, silent: str = "") -> Any:
    """Make a function one all-or-nothing act that somebody answers for.

    Args:
        function: takes only keywords, among them `by: Actor`.
        silent: why this action leaves no fact in the journal; empty means that it records one.

    Raises:
        TypeError: at import, where the signature is not keyword-only with `by`.
    """

    def make(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        if any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()) or "by" not in parameters:
            raise TypeError(f"{function.__qualname__} must take only keywords, among them `by`")
        if parameters["by"].default is not inspect.Parameter.empty:
            raise TypeError(f"{function.__qualname__} must not have a default actor")

        @wraps(function)
        def run(*args: P.args, **arguments: P.kwargs) -> R:
            # Within another action no savepoint: an inner failure undoes the whole act, never a part of it.
            outermost = not _acting.get()
            token = _acting.set(True)
            try:
                with transaction.atomic(savepoint=outermost):
                    result = function(*args, **arguments)
                    fail_at("action.uncommitted")
                if outermost:
                    fail_at("action.unanswered")
                return result
            finally:
                _acting.reset(token)

        run.is_action = True  # type: ignore[attr-defined]
        run.silent = silent  # type: ignore[attr-defined]
        return run

    return make(function) if function else make


def require(allowed: bool) -> None:
    """Go on only if the policy said yes.

    Raises:
        PermissionDenied: a page answers 403.
    """
    if not allowed:
        raise PermissionDenied
