"""Work running clocks out anew after a change of the calendar."""

from uuid import UUID

from yiwang.domains.cases.events import ClockReckoned
from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.procedure.clocks import acceptance_deadline, correction_deadline, decision_deadline
from yiwang.domains.cases.queries import case_content
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record


@action
def reckon_clock(*, case_id: UUID, by: Actor) -> bool:
    """Set the running clock of a case by the calendar as it stands now; return whether its dates moved.

    The case's own dates and those of a correction follow it, so that applicant, official and API see one number.
    """
    require(by.kind == "system")
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    clock = CaseClock.objects.filter(case_id=case_id, ended_on__isnull=True).first()
    if clock is None:
        return False
    content, days = case_content(case), calendar()
    deadline = {
        "acceptance": lambda: acceptance_deadline(clock.started_on, days),
        "correction": lambda: correction_deadline(clock.started_on, content.processing.correction_days, days),
        "decision": lambda: decision_deadline(clock.started_on, content, days),
    }[clock.kind]()
    new = (deadline.legal_due_on, deadline.promised_due_on, deadline.is_provisional)
    if new == (clock.legal_due_on, clock.promised_due_on, clock.is_provisional):
        return False
    clock.legal_due_on, clock.promised_due_on, clock.is_provisional = new
    clock.save(update_fields=["legal_due_on", "promised_due_on", "is_provisional"])
    case.due_on, case.legal_due_on = deadline.due_on, deadline.legal_due_on
    case.save(update_fields=["due_on", "legal_due_on"])
    if clock.kind == "correction" and deadline.due_on:
        case.correction.due_on = deadline.due_on
        case.correction.save(update_fields=["due_on"])
    record(ClockReckoned(case_id=case_id, clock_kind=clock.kind), by=by)
    return True
