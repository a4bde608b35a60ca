"""Timed work on cases."""

from yiwang.domains.cases.actions import forget_held_answers, lapse_case
from yiwang.domains.cases.models import Case
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.registry import every


@every(3600, name="cases.lapse_overdue_corrections")
def lapse_overdue_corrections() -> None:
    """End the cases whose correction was not supplied by its date."""
    overdue = Case.objects.filter(state="correction", correction__due_on__lt=today()).values_list("pk", flat=True)
    for case_id in list(overdue[:500]):
        lapse_case(case_id=case_id, by=SYSTEM)


@every(3600, name="cases.forget_held_answers")
def forget_old_held_answers() -> None:
    """Delete what was held for an expired sign-in and not fetched within a day."""
    forget_held_answers(by=SYSTEM)
