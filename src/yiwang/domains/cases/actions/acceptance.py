"""Accept: in the ordinary way, or because five days of silence went by (art. 32 (4), (5))."""

import datetime as dt
from typing import Any
from uuid import UUID

from yiwang.domains.cases.actions.asking_offices import ask_offices
from yiwang.domains.cases.actions.places import take_place
from yiwang.domains.cases.actions.steps import move, notice_data, start_clock, stop_clock, take_step
from yiwang.domains.cases.events import CaseAccepted, CaseDeemedAccepted
from yiwang.domains.cases.models import Case, CaseClock, Deferral
from yiwang.domains.cases.procedure.clocks import ACCEPTANCE_WORKDAYS, Deadline, decision_deadline
from yiwang.domains.cases.queries import case_content
from yiwang.domains.cases.queries.single import in_whose_hands
from yiwang.domains.catalogue.content import Limit
from yiwang.domains.documents.actions import draw_up
from yiwang.foundation.actions import action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record

UNITS = {"workday": "个工作日", "day": "日", "month": "个月", "year": "年"}


def limit_words(limit: Limit | None) -> str:
    """Return a limit as a document says it."""
    if limit is None:
        return "未公布"
    return "当场" if limit.amount == 0 else f"{limit.amount} {UNITS[limit.unit]}"


def begin_decision(
    case: Case, event: str, by: Actor, *, since: dt.date | None = None, at: dt.datetime | None = None
) -> tuple[Deadline, dict[str, Any]]:
    """End the acceptance clock, start the decision clock, and ask the other offices.

    Returns the deadline, and what the notice of acceptance says. `since` and `at` are the day and the time of receipt
    where the case is deemed accepted.
    """
    deadline = decision_deadline(since or today(), case_content(case), calendar())
    stop_clock(case)
    start_clock(case, "decision", deadline)
    changes: dict[str, Any] = {"accepted_at": at or now(), "due_on": case.due_on, "legal_due_on": case.legal_due_on}
    if by.is_staff and case.assignee_id is None:
        changes["assignee_id"] = in_whose_hands(by)
    move(case, event, **changes)
    take_place(case)
    ask_offices(case)
    return deadline, notice_data(
        case,
        accepted_on=since or today(),
        limit=limit_words(deadline.legal),
        due_on=deadline.legal_due_on or "",
        promised_on=deadline.promised_due_on or "",
    )


@action
def accept_case(*, case_id: UUID, revision: int | None = None, by: Actor) -> Case:
    """受理: end the acceptance clock, start the decision clock, issue the notice (art. 32 (5), 42)."""
    case = take_step(case_id=case_id, event="accept", revision=revision, by=by)
    _, data = begin_decision(case, "accept", by)
    draw_up(kind="acceptance", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseAccepted(case_id=case.pk), by=by)
    return case


@action
def deem_accepted(*, case_id: UUID, by: Actor) -> Case:
    """视为受理: nobody spoke for five working days, so the case is accepted from the day of receipt (art. 32 (4)).

    The decision clock has run since that day. Materials that were to follow are due with the decision, and not within five
    working days from now.
    """
    case = take_step(case_id=case_id, event="deem_accepted", revision=None, by=by)
    clock = CaseClock.objects.get(case_id=case.pk, ended_on__isnull=True)
    correction = getattr(case, "correction", None)
    received = correction.supplied_at if correction and correction.supplied_at else case.submitted_at
    deadline, data = begin_decision(case, "deem_accepted", by, since=clock.started_on, at=received)
    open_ = Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True, due_on__isnull=True)
    # The silence was the office's: whoever has a paper to follow has at least five days from now, as they were told.
    earliest = calendar().add_workdays(today(), ACCEPTANCE_WORKDAYS)
    open_.update(due_on=max(deadline.due_on or today(), earliest))
    data |= {
        "received_on": clock.started_on.isoformat(),
        "basis": ["《中华人民共和国行政许可法》第三十二条第一款第四项：逾期不告知的，自收到申请材料之日起即为受理。"],
    }
    draw_up(kind="deemed_acceptance", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseDeemedAccepted(case_id=case.pk), by=by)
    return case
