"""End a case without a decision: it has lost its object, its time, or should never have been."""

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
from yiwang.domains.cases.events import CaseLapsed, CaseTerminated, CaseVoided
from yiwang.domains.cases.models import Case, ClockStop, Deferral, SpecialProcedure
from yiwang.domains.documents.actions import draw_up
from yiwang.foundation.actions import InvalidInput, Refused, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.journal.recording import record

TERMINATION_GROUNDS = {
    "died": gettext_noop("申请人死亡或者丧失行为能力"),
    "dissolved": gettext_noop("申请的法人或者其他组织依法终止"),
    "object_gone": gettext_noop("申请事项的标的灭失，或者已无必要"),
    "deferral_overdue": gettext_noop("容缺的材料逾期没有补齐，或者补齐后不符合要求"),
    "promise_false": gettext_noop("承诺不实"),
    "other_law": gettext_noop("法律、法规规定应当终止的其他情形"),
}
VOID_GROUNDS = {"test": gettext_noop("测试件"), "duplicate": gettext_noop("重复的件")}


def end_stops(case: Case) -> None:
    """End what a special procedure left open, where the case ends in the middle of it."""
    ClockStop.objects.filter(case_id=case.pk, ended_on__isnull=True).update(ended_on=today())
    open_ = SpecialProcedure.objects.filter(case_id=case.pk, ended_on__isnull=True)
    open_.update(ended_on=today(), outcome="cancelled")


@action
def terminate_case(*, case_id: UUID, ground: str, reason: str = "", revision: int | None = None, by: Actor) -> Case:
    """终止办理: end the procedure because who asked, or what was asked about, is no more, or a promise was not kept.

    Only the head may, and the machine where deferred materials did not come. This is not a refusal.
    """
    case = take_step(case_id=case_id, event="terminate", revision=revision, by=by)
    if ground not in TERMINATION_GROUNDS:
        raise InvalidInput(_("选一个终止办理的理由。"), code="no_ground")
    if by.kind == "system" and ground != "deferral_overdue":
        raise Refused(_("只有负责人能终止办理。"), code="not_by_machine")
    if by.kind == "system" and not _is_deferral_overdue(case):
        raise Refused(_("容缺的材料还没有到期，或者已经补齐。"), code="not_due")
    if by.is_staff:
        reason = written(reason, _("写清楚为什么终止办理，申请人要看得懂。"), "no_reason")
        write_opinion(case, step="terminate", text=reason, verdict=ground, by=by)
    stop_clock(case)
    end_stops(case)
    move(case, "terminate", outcome="terminated", due_on=None, legal_due_on=None)
    reasons = [TERMINATION_GROUNDS[ground], *([reason.strip()] if reason.strip() else [])]
    data = notice_data(case, reasons=reasons, **remedies(case))
    draw_up(kind="termination", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseTerminated(case_id=case.pk, ground=ground), by=by)
    return case


def _is_deferral_overdue(case: Case) -> bool:
    return Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True, due_on__lt=today()).exists()


@action
def void_case(*, case_id: UUID, ground: str, reason: str, revision: int | None = None, by: Actor) -> Case:
    """作废: only for a test or a case that is there twice, by the head; it stays in the records and is counted."""
    case = take_step(case_id=case_id, event="void", revision=revision, by=by)
    if ground not in VOID_GROUNDS:
        raise InvalidInput(_("只有测试件和重复的件可以作废。"), code="no_ground")
    reason = written(reason, _("写清楚为什么作废；重复的，写明另一件的编号。"), "no_reason")
    write_opinion(case, step="void", text=reason, verdict=ground, by=by)
    stop_clock(case)
    end_stops(case)
    move(case, "void", outcome="voided", due_on=None, legal_due_on=None)
    data = notice_data(case, reasons=[VOID_GROUNDS[ground], reason])
    draw_up(kind="void", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseVoided(case_id=case.pk, ground=ground), by=by)
    return case


@action
def lapse_case(*, case_id: UUID, by: Actor) -> Case:
    """End a case whose correction was not supplied by its date; this is not a refusal (补交不来办结)."""
    case = take_step(case_id=case_id, event="lapse", revision=None, by=by)
    stop_clock(case)
    move(case, "lapse", outcome="lapsed", due_on=None, legal_due_on=None)
    record(CaseLapsed(case_id=case.pk), by=by)
    return case
