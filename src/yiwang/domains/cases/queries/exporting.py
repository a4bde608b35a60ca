"""A whole queue, page after page: each page is a statement of its own, so nothing is held for long and nothing grows."""

from collections.abc import Iterator
from typing import Any

from yiwang.domains.cases.policies import may_export
from yiwang.domains.cases.queries.lists import Asked, finished_cases, queue_rows
from yiwang.foundation.actors import Actor

PAGE = 1_000
MORE = ", c.applicant_id, c.accepted_at"


def exported_pages(actor: Actor, asked: Asked, *, most: int) -> Iterator[list[dict[str, Any]]]:
    """Give the cases of a queue in its order, or with `done` what the office finished; so many at most, a page at a time."""
    if not may_export(actor):
        return
    after: Any = None
    left = most
    while left > 0:
        wanted = min(PAGE, left)
        if asked.which == "done":
            rows = finished_cases(actor, limit=wanted, before=after, more=MORE)
        else:
            rows = queue_rows(actor, asked, limit=wanted, after=after, more=MORE)
        if rows:
            yield rows
        if len(rows) < wanted:
            return
        last, left = rows[-1], left - len(rows)
        after = (last["closed_at"], last["id"]) if asked.which == "done" else (last["due_on"], last["id"])
