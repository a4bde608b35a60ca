"""How tests say that an action does not go through, and leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from yiwang.foundation.actions import NotVisible, Refused


@contextmanager
def refused(code: str, kind: type[Refused] = Refused) -> Iterator[Any]:
    """Expect a refusal with this code; what was written in the block is undone."""
    with pytest.raises(kind) as caught, transaction.atomic():
        yield caught
    assert caught.value.code == code


@contextmanager
def forbidden() -> Iterator[None]:
    """Expect that the policy says no (403)."""
    with pytest.raises(PermissionDenied), transaction.atomic():
        yield


@contextmanager
def hidden() -> Iterator[None]:
    """Expect that the thing is not there for this actor (404)."""
    with pytest.raises(NotVisible), transaction.atomic():
        yield
