"""颁发、送达: the clock that a grant starts (art. 44), which stands still while it is the applicant's turn."""

from uuid import UUID

from yiwang.domains.cases.actions.steps import clock_values, follow_clock, move, next_number, running_clock, take_step
from yiwang.domains.cases.events import CaseAwaitsApplicant, CaseGoesOn
from yiwang.domains.cases.models import Case, CaseClock, ClockStop
from yiwang.domains.cases.models.special import WAITS
from yiwang.domains.cases.procedure.clocks import DELIVERY_WORKDAYS, delivery_deadline
from yiwang.domains.cases.queries.fees import pay_until
from yiwang.domains.cases.queries.procedure import delivery_dates
from yiwang.domains.deliveries.actions import set_due
from yiwang.foundation.actions import action
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.journal.recording import record


def start_delivery(case: Case) -> str:
    """Start the clock of issue and delivery with the grant; return its kind. The caller saves the case."""
    deadline = delivery_deadline(today(), calendar())
    insert(row(CaseClock, **clock_values(case, "delivery", deadline)))
    case.due_on, case.legal_due_on = deadline.due_on, deadline.legal_due_on
    return "delivery"


@action
def await_applicant(*, case_id: UUID, reason: str, by: Actor) -> Case:
    """Stop the clock of issue and delivery: it is the applicant's turn to pay, to pick up, or to choose a way anew."""
    case = take_step(case_id=case_id, event="await_applicant", revision=None, by=by)
    until = pay_until(case) if reason == "fees" else calendar().add_workdays(today(), DELIVERY_WORKDAYS)
    ClockStop.objects.create(
        case=case,
        sequence=next_number(ClockStop.objects.filter(case_id=case.pk)),
        clock="delivery",
        kind=reason,
        basis=dict(WAITS)[reason],
        started_on=today(),
        planned_end_on=until,
    )
    state = move(case, "await_applicant", due_on=until, legal_due_on=None)
    record(CaseAwaitsApplicant(case_id=case.pk, reason=reason, state=state), by=by)
    return case


@action
def go_on(*, case_id: UUID, by: Actor) -> Case:
    """Let the clock of issue and delivery go on with what was left: the applicant has done their part."""
    case = take_step(case_id=case_id, event="go_on", revision=None, by=by)
    end_wait(case)
    state = move(case, "go_on", due_on=case.due_on, legal_due_on=case.legal_due_on)
    record(CaseGoesOn(case_id=case.pk, state=state), by=by)
    return case


def end_wait(case: Case) -> None:
    """End the time in which it was the applicant's turn, and let the clock end later by it. The caller saves the case.

    What was chosen anew meanwhile is to be there by the same day.
    """
    ClockStop.objects.filter(case_id=case.pk, ended_on__isnull=True).update(ended_on=today())
    clock = running_clock(case)
    follow_clock(case, clock, delivery_dates(case, clock))
    if case.legal_due_on:
        set_due(reference=case.number, due_on=case.legal_due_on, by=SYSTEM)
