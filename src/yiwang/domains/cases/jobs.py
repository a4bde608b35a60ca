"""Timed work on cases."""

from typing import Any
from uuid import UUID

from yiwang.domains.cases.actions import forget_held_answers, lapse_case
from yiwang.domains.cases.models import Case
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.registry import every, job


@every(3600, name="cases.lapse_overdue_corrections")
def lapse_overdue_corrections() -> None:
    """Ask for the end of the cases whose correction was not supplied by its date: each in a transaction of its own."""
    overdue = Case.objects.filter(state="correction", correction__due_on__lt=today()).values_list("pk", flat=True)
    for case_id in list(overdue[:500]):
        enqueue("lapse_case", {"case": str(case_id)}, key=str(case_id))


@job("lapse_case")
def lapse_overdue_case(payload: dict[str, Any]) -> None:
    """End one case, unless its correction came at the last moment."""
    if Case.objects.filter(pk=payload["case"], state="correction", correction__due_on__lt=today()).exists():
        lapse_case(case_id=UUID(payload["case"]), by=SYSTEM)


@every(3600, name="cases.forget_held_answers")
def forget_old_held_answers() -> None:
    """Delete what was held for an expired sign-in and not fetched within a day."""
    forget_held_answers(by=SYSTEM)
