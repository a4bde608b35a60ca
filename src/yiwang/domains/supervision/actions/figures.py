"""Keep the public figures: one row is counted up for each thing that happens, none is ever counted out."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from yiwang.domains.cases.models import Case, CaseClock
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.clock.queries import calendar

LONGEST_TIME = 250
"""Working days; whatever took longer counts as this."""

_ADD = """
INSERT INTO supervision_figure (office_code, year, measure, bucket, count) VALUES {rows}
ON CONFLICT (office_code, year, measure, bucket) DO UPDATE SET count = supervision_figure.count + 1
"""

Counted = tuple[str, int]
"""A measure, and the working days where it is a time."""


def add_to_figures(office_code: str, counted: Iterable[Counted], day: dt.date | None = None) -> None:
    """Count one up, for the office and for all of them, in the order of the key so that two workers never wait in a ring."""
    year = (day or today()).year
    rows = [(code, year, measure, min(days, LONGEST_TIME)) for code in ("", office_code) for measure, days in counted]
    if not rows:
        return
    marks = ", ".join(["(%s, %s, %s, %s, 1)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(rows=marks), [value for row in sorted(set(rows)) for value in row])


@action(silent="a figure that follows from the facts of cases, which are recorded")
def count_step(*, case_id: UUID, measure: str, by: Actor) -> None:
    """Count what happened to a case: the step itself, how long it took, and whether that was in time."""
    require(by.kind == "system")
    case = Case.objects.only(*_TIMES, "office_id").get(pk=case_id)
    at = getattr(case, HAPPENED_AT.get(measure, "closed_at")) or now()
    add_to_figures(case.office_id, [(measure, 0), *_time_taken(case, measure)], at.astimezone(ZONE).date())


HAPPENED_AT = {
    "submitted": "submitted_at", "accepted": "accepted_at", "granted": "decided_at", "refused": "decided_at",
}  # fmt: skip
"""Measure → the column that says when; a case that was decided last year counts for last year whenever it is counted."""
_TIMES = ("submitted_at", "accepted_at", "decided_at", "closed_at")


ENDED_BY = {
    "accepted": "acceptance", "deemed": "acceptance", "not_accepted": "acceptance", "not_needed": "acceptance",
    "granted": "decision", "refused": "decision",
    "closed": "delivery",
}  # fmt: skip
"""Measure → the clock that this step ends."""


def _time_taken(case: Case, measure: str) -> list[Counted]:
    kind = ENDED_BY.get(measure)
    found = CaseClock.objects.filter(case_id=case.pk, kind=kind, ended_on__isnull=False) if kind else None
    clock = found.order_by("-sequence").first() if found is not None else None
    if clock is None or clock.ended_on is None:
        return []
    counted: list[Counted] = [
        (f"days_{kind}", max(0, calendar().workdays_between(clock.started_on, clock.ended_on))),
    ]
    for name, due in (("promise", clock.promised_due_on), ("law", clock.legal_due_on)):
        if due:
            counted.append((f"{'in' if clock.ended_on <= due else 'after'}_{name}", 0))
    return counted
