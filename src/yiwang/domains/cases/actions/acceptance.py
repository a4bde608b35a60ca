"""The outcomes of article 32: accept, ask once for what is missing, refuse to accept."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.domains.cases.actions.drafting import sealed
from yiwang.domains.cases.actions.steps import (
    REMEDIES,
    move,
    notice_data,
    start_clock,
    stop_clock,
    take_step,
    write_opinion,
)
from yiwang.domains.cases.events import AcceptanceRefused, CaseAccepted, CorrectionRequested
from yiwang.domains.cases.models import Case, Correction
from yiwang.domains.cases.procedure.clocks import correction_deadline, decision_deadline
from yiwang.domains.cases.queries import case_content, case_form
from yiwang.domains.catalogue.content import Limit
from yiwang.domains.documents.actions import draw_up
from yiwang.foundation.actions import InvalidInput, Refused, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record

UNITS = {"workday": "个工作日", "day": "日", "month": "个月", "year": "年"}
GROUNDS = {
    "not_needed": gettext_noop("依法不需要办理这项手续"),
    "no_power": gettext_noop("不属于本机关职权范围"),
    "incomplete": gettext_noop("材料不齐或者不合法定形式，经告知仍未补正"),
    "untrue": gettext_noop("隐瞒有关情况或者提供虚假材料"),
}
"""Grounds on which acceptance is refused: art. 32 (1), (2), (5) a contrario, art. 78."""


def limit_words(limit: Limit | None) -> str:
    """Return a limit as a document says it."""
    if limit is None:
        return "未公布"
    return "当场" if limit.amount == 0 else f"{limit.amount} {UNITS[limit.unit]}"


@action
def accept_case(*, case_id: UUID, revision: int | None = None, by: Actor) -> Case:
    """受理: end the acceptance clock, start the decision clock, issue the notice (art. 32 (5), 42)."""
    case = take_step(case_id=case_id, event="accept", revision=revision, by=by)
    deadline = decision_deadline(today(), case_content(case), calendar())
    stop_clock(case)
    start_clock(case, "decision", deadline)
    changes: dict[str, Any] = {"accepted_at": now(), "due_on": case.due_on, "legal_due_on": case.legal_due_on}
    if by.is_staff and case.assignee_id is None:
        changes["assignee_id"] = by.id
    move(case, "accept", **changes)
    data = notice_data(
        case,
        accepted_on=today(),
        limit=limit_words(deadline.legal),
        due_on=deadline.legal_due_on or "",
        promised_on=deadline.promised_due_on or "",
    )
    draw_up(kind="acceptance", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseAccepted(case_id=case.pk), by=by)
    return case


@action
def request_correction(*, case_id: UUID, items: list[dict[str, str]], revision: int | None = None, by: Actor) -> Case:
    """补正: tell the applicant once, with all items and a date, what has to be supplied (art. 32 (4)).

    `items` are `{field, text}`: a key of the form, or empty for something else, and what to do in plain words.

    Raises:
        Refused: where the applicant was told before: 一次告知.
    """
    case = take_step(case_id=case_id, event="request_correction", revision=revision, by=by)
    if Correction.objects.filter(case_id=case.pk).exists():
        raise Refused(_("这一件已经告知过一次补正。法律只许一次告知全部内容。"), code="told_already")
    form = case_form(case)
    wanted = [{"field": i.get("field", ""), "text": i.get("text", "").strip()} for i in items]
    wanted = [i for i in wanted if i["text"]]
    if not wanted:
        raise InvalidInput(_("写清楚要补什么，一条一件事。"), code="no_items")
    if any(i["field"] and i["field"] not in form.fields for i in wanted):
        raise InvalidInput(_("有一条指的栏目不在这张表里。"), code="unknown_field")
    deadline = correction_deadline(today(), case_content(case).processing.correction_days, calendar())
    assert deadline.due_on is not None
    Correction.objects.create(
        case=case,
        items_sealed=sealed(wanted, f"cases_correction:{case.pk}:items"),
        due_on=deadline.due_on,
        requested_at=now(),
    )
    stop_clock(case)
    start_clock(case, "correction", deadline)
    move(case, "request_correction", due_on=case.due_on, legal_due_on=case.legal_due_on)
    problems = [
        {"name": form.fields[i["field"]].label.zh if i["field"] else "其他", "problem": i["text"]} for i in wanted
    ]
    data = notice_data(case, problems=problems, due_on=deadline.due_on)
    draw_up(kind="correction", case_id=case.pk, office=case.office, data=data, by=by)
    record(CorrectionRequested(case_id=case.pk, count=len(wanted)), by=by)
    return case


@action
def refuse_to_accept(
    *,
    case_id: UUID,
    ground: str,
    reason: str,
    basis: str = "",
    authority: str = "",
    revision: int | None = None,
    by: Actor,
) -> Case:
    """不予受理: end the case with a reason, where to go instead, and remedies (art. 32 (1), (2))."""
    case = take_step(case_id=case_id, event="refuse_to_accept", revision=revision, by=by)
    if ground not in GROUNDS:
        raise InvalidInput(_("选一个不予受理的理由。"), code="no_ground")
    if not reason.strip():
        raise InvalidInput(_("写清楚为什么不予受理，申请人要看得懂。"), code="no_reason")
    if ground == "no_power" and not authority.strip():
        raise InvalidInput(_("写清楚该向哪个部门申请。"), code="no_authority")
    write_opinion(case, step="refuse_to_accept", text=reason, verdict=ground, by=by)
    stop_clock(case)
    move(case, "refuse_to_accept", outcome="not_accepted", due_on=None, legal_due_on=None)
    data = notice_data(case, reasons=[GROUNDS[ground], reason.strip()], **REMEDIES)
    if basis.strip():
        data["basis"] = [basis.strip()]
    if authority.strip():
        data["authority"] = authority.strip()
    draw_up(kind="not_accepted", case_id=case.pk, office=case.office, data=data, by=by)
    record(AcceptanceRefused(case_id=case.pk, ground=ground), by=by)
    return case
