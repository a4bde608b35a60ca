"""Pages of a list: a cursor that means nothing to the caller, and never a count."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, TypeVar

from ninja import Query

from yiwang.channels.openapi.problems import ApiProblem

T = TypeVar("T")
Limit = Annotated[int, Query(default=20, ge=1, le=100, description="How many at most.", examples=[20])]
Cursor = Annotated[
    str,
    Query(
        default="",
        max_length=200,
        pattern="^[0-9A-Za-z_-]*$",
        description="`next` of the page before; empty for the first.",
    ),
]


def cursor_for(*keys: str) -> str:
    """Return the cursor that stands for the last row of a page."""
    return base64.urlsafe_b64encode("\n".join(keys).encode()).decode().rstrip("=")


def keys_of(cursor: str, count: int = 1) -> list[str] | None:
    """Return what a cursor stands for; None for an empty one.

    Raises:
        ApiProblem: 422 for one that we did not give.
    """
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        text = ""
    keys = text.split("\n")
    if len(keys) != count or not text or "\0" in text:
        raise strange_cursor()
    return keys


def strange_cursor() -> ApiProblem:
    """Return the answer to a cursor that is not ours."""
    return ApiProblem(422, "bad_cursor", "用上一页给的 next，不要自己写。", "Use `next` of the page before as it is.")


def page(rows: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """Return the rows of one page and whether there are more; ask for one more than the limit."""
    return list(rows[:limit]), len(rows) > limit
