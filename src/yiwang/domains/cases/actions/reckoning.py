"""Work running clocks out anew after a change of the calendar: many in one act."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from yiwang.domains.cases.events import ClockReckoned
from yiwang.domains.cases.models import Case, CaseClock, ClockStop, Extension
from yiwang.domains.cases.procedure.clocks import (
    Deadline,
    Pause,
    acceptance_deadline,
    correction_deadline,
    decision_deadline,
    delivery_deadline,
)
from yiwang.domains.catalogue.queries import content_of
from yiwang.domains.deliveries.actions import set_due
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.queries import calendar, forget_calendar
from yiwang.foundation.inserting import together
from yiwang.foundation.journal.recording import database_uuid, record

AT_ONCE = 1_000
"""Cases in one act: few enough that nobody waits long for one of them."""

_CLOCK = "UPDATE cases_caseclock SET legal_due_on = %s, promised_due_on = %s, is_provisional = %s WHERE id = %s"
_CASE = "UPDATE cases_case SET due_on = %s, legal_due_on = %s WHERE id = %s"
_CORRECTION = "UPDATE cases_correction SET due_on = %s WHERE case_id = %s"


class Running(NamedTuple):
    """A clock that runs, with what its case says about it."""

    clock_id: UUID
    case_id: UUID
    kind: str
    started_on: dt.date
    legal_due_on: dt.date | None
    promised_due_on: dt.date | None
    is_provisional: bool
    version_id: UUID


_RUNNING = (
    "pk", "case_id", "kind", "started_on", "legal_due_on", "promised_due_on", "is_provisional", "case__version_id",
)  # fmt: skip


@action
def reckon_clocks(*, case_ids: Sequence[UUID], by: Actor) -> int:
    """Set the running clocks of these cases by the calendar as it stands now; return how many moved.

    The cases' own dates and those of their corrections follow, so that applicant, official and API see one number. A
    clock that stands still (for a special procedure, for the applicant's turn) is frozen with what is left: its case keeps the planned end.
    """
    require(by.kind == "system")
    forget_calendar()
    ids = sorted(case_ids)
    list(Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    found = CaseClock.objects.filter(case_id__in=ids, ended_on__isnull=True).order_by("case_id")
    running = [Running(*one) for one in found.values_list(*_RUNNING)]
    stops = ClockStop.objects.filter(case_id__in=ids).order_by("case_id", "sequence")
    pauses, more = _pauses(stops), {one.case_id: one for one in Extension.objects.filter(case_id__in=ids)}
    moved = []
    for one in running:
        deadline = _deadline(one, pauses.get((one.case_id, one.kind), ()), more.get(one.case_id))
        new = (deadline.legal_due_on, deadline.promised_due_on, deadline.is_provisional)
        if new != (one.legal_due_on, one.promised_due_on, one.is_provisional):
            moved.append((one, deadline))
    _write(moved, frozen=set(stops.filter(ended_on__isnull=True).values_list("case_id", flat=True)))
    _tell_deliveries(moved, by)
    with together():
        for one, _new in moved:
            record(ClockReckoned(case_id=one.case_id, clock_kind=one.kind), by=by)
    return len(moved)


def _tell_deliveries(moved: list[tuple[Running, Deadline]], by: Actor) -> None:
    """Let the results that are on their way be due when their clocks are."""
    days = {one.case_id: deadline.due_on for one, deadline in moved if one.kind == "delivery"}
    for case_id, number in Case.objects.filter(pk__in=days).values_list("pk", "number"):
        if due_on := days[case_id]:
            set_due(reference=number, due_on=due_on, by=by)


def _pauses(stops: QuerySet[ClockStop]) -> dict[tuple[UUID, str], list[Pause]]:
    """Return case and kind of clock → the times that it did not count."""
    found: dict[tuple[UUID, str], list[Pause]] = {}
    for case_id, clock, begun, ended in stops.values_list("case_id", "clock", "started_on", "ended_on"):
        if ended:
            found.setdefault((case_id, clock), []).append(Pause(begun, ended))
    return found


def _deadline(one: Running, pauses: Sequence[Pause], more: Extension | None) -> Deadline:
    content, days = content_of(one.version_id), calendar()
    assert content is not None
    if one.kind == "acceptance":
        return acceptance_deadline(one.started_on, days)
    if one.kind == "correction":
        return correction_deadline(one.started_on, content.processing.correction_days, days)
    if one.kind == "delivery":
        return delivery_deadline(one.started_on, days, pauses=pauses)
    extended_on = more.decided_at.astimezone(ZONE).date() if more else None
    return decision_deadline(
        one.started_on,
        content,
        days,
        pauses=pauses,
        more_workdays=more.workdays if more else 0,
        extended_on=extended_on,
    )


def _write(moved: list[tuple[Running, Deadline]], *, frozen: set[UUID]) -> None:
    stored = connection.ops.adapt_datefield_value
    clocks: list[tuple[Any, ...]] = []
    cases: list[tuple[Any, ...]] = []
    corrections: list[tuple[Any, ...]] = []
    for one, deadline in moved:
        legal, promised, due = (
            stored(day) for day in (deadline.legal_due_on, deadline.promised_due_on, deadline.due_on)
        )
        clocks.append((legal, promised, deadline.is_provisional, database_uuid(one.clock_id)))
        if one.case_id not in frozen:
            cases.append((due, legal, database_uuid(one.case_id)))
        if one.kind == "correction":
            corrections.append((due, database_uuid(one.case_id)))
    with connection.cursor() as cursor:
        for sql, rows in ((_CLOCK, clocks), (_CASE, cases), (_CORRECTION, corrections)):
            if rows:
                cursor.executemany(sql, rows)
