"""End a case before acceptance: no permit is needed, or the office may not accept it (art. 32 (1), (2))."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.domains.cases.actions.steps import (
    move,
    notice_data,
    remedies,
    stop_clock,
    take_step,
    write_opinion,
    written,
)
from yiwang.domains.cases.events import AcceptanceRefused, CaseNotNeeded
from yiwang.domains.cases.models import Case
from yiwang.domains.documents.actions import draw_up
from yiwang.foundation.actions import InvalidInput, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record

GROUNDS = {
    "no_power": gettext_noop("不属于本机关职权范围"),
    "incomplete": gettext_noop("材料不齐或者不合法定形式，经告知仍未补正"),
    "untrue": gettext_noop("隐瞒有关情况或者提供虚假材料"),
}
"""Grounds on which acceptance is refused: art. 32 (2), (5) a contrario, art. 78."""


@action
def tell_not_needed(*, case_id: UUID, reason: str, basis: str, revision: int | None = None, by: Actor) -> Case:
    """告知不受理: tell the applicant at once that the law asks for no permit here, and by which rule (art. 32 (1))."""
    case = take_step(case_id=case_id, event="tell_not_needed", revision=revision, by=by)
    reason = written(reason, _("写清楚为什么不需要办理，申请人要看得懂。"), "no_reason")
    basis = written(basis, _("写清楚依据哪条规定不需要办理。"), "no_basis")
    write_opinion(case, step="tell_not_needed", text=reason, by=by)
    stop_clock(case)
    move(case, "tell_not_needed", outcome="not_needed", due_on=None, legal_due_on=None)
    data = notice_data(case, reasons=[reason], basis=[basis], **remedies(case))
    draw_up(kind="not_needed", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseNotNeeded(case_id=case.pk), by=by)
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
    reason = written(reason, _("写清楚为什么不予受理，申请人要看得懂。"), "no_reason")
    if ground == "no_power" and not authority.strip():
        raise InvalidInput(_("写清楚该向哪个部门申请。"), code="no_authority")
    write_opinion(case, step="refuse_to_accept", text=reason, verdict=ground, by=by)
    stop_clock(case)
    move(case, "refuse_to_accept", outcome="not_accepted", due_on=None, legal_due_on=None)
    data = notice_data(case, reasons=[GROUNDS[ground], reason], **remedies(case))
    if basis.strip():
        data["basis"] = [basis.strip()]
    if authority.strip():
        data["authority"] = authority.strip()
    draw_up(kind="not_accepted", case_id=case.pk, office=case.office, data=data, by=by)
    record(AcceptanceRefused(case_id=case.pk, ground=ground), by=by)
    return case
