"""特别程序: hearing, tender, auction, inspection, testing, quarantine, appraisal, expert review (art. 45-48).

They alone stop the decision clock: what is left is frozen, told in writing with how long it will take, and goes on the
day after the procedure ends. A hearing that somebody asked for is held after the legal end too; then nothing stops.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.steps import (
    follow_clock,
    move,
    next_number,
    notice_data,
    running_clock,
    sealed_texts,
    take_step,
    written,
)
from yiwang.domains.cases.events import SpecialProcedureClosed, SpecialProcedureOpened
from yiwang.domains.cases.models import Case, ClockStop, SpecialKind, SpecialProcedure
from yiwang.domains.cases.queries import decision_dates, has_run_out, reviewer_ids
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.identity.models import Staff
from yiwang.foundation.actions import InvalidInput, Refused, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal import recording

OUTCOMES = {"passed": "符合要求", "failed": "不符合要求", "done": "已完成", "cancelled": "已取消"}
NOTICE_WORKDAYS = 7
"""行政许可法 art. 48 (1): time and place of a hearing are told seven days before."""
HEARING_WORKDAYS = 20
"""行政许可法 art. 47: organised within twenty days."""
LONGEST_WORKDAYS = 250
LATE_NOTE = "法定期限已经过了，期限没有停；听证结束以后要尽快决定。"


def _told_too_late() -> str:
    return _("听证的日子要在七个工作日以后、预计结束以前（行政许可法第四十八条）。")


@action
def open_special(
    *,
    case_id: UUID,
    kind: str,
    reason: str,
    basis: str,
    planned_workdays: int,
    chair_id: UUID | None = None,
    held_on: dt.date | None = None,
    begins_at: dt.time | None = None,
    place: str = "",
    revision: int | None = None,
    by: Actor,
) -> Case:
    """Begin a special procedure: the decision clock stops, the applicant is told in writing for how long (art. 45).

    A hearing has a chair of the office who has not reviewed the case (art. 48 (3)), and day, hour and place, told at
    least seven working days ahead (art. 48 (1)). It ends on its day where `planned_workdays` is 0.

    Raises:
        InvalidInput: without reason, legal basis, plan, or for a hearing without a sound chair, day, hour and place.
        Refused: where the chair has reviewed the case, or the legal time has run out.
    """
    case = take_step(case_id=case_id, event="open_special", revision=revision, by=by)
    is_hearing, is_late = kind == SpecialKind.HEARING, has_run_out(case)
    if is_late and not is_hearing:
        raise Refused(_("法定期限已经过了，只能举行有人要求的听证。"), code="too_late")
    if is_hearing and held_on:
        _is_workday(held_on)
    if is_hearing and held_on and not planned_workdays:
        planned_workdays = max(0, calendar().workdays_between(today(), held_on))
        if planned_workdays < NOTICE_WORKDAYS:
            raise InvalidInput(_told_too_late(), code="told_too_late")
    reason, basis = _plan(kind, reason, basis, planned_workdays)
    day = today()
    planned_end = calendar().add_workdays(day, planned_workdays)
    hearing: dict[str, Any] = {}
    if is_hearing:
        hearing = {
            "chair": _chair(case, chair_id),
            "held_on": _hearing_day(day, planned_workdays, planned_end, held_on),
            **_hour_and_place(begins_at, place),
        }
    _enter(case, kind, reason, basis, planned_end, hearing)
    if not is_late:
        _stop(case, kind, basis, planned_end)
    move(case, "open_special", **({} if is_late else {"due_on": planned_end, "legal_due_on": None}))
    data = notice_data(
        case,
        procedure=SpecialKind(kind).label,
        reasons=[reason],
        basis=[basis],
        planned_workdays=planned_workdays,
        planned_end_on=planned_end,
        **_told(hearing),
        **({"late_note": LATE_NOTE} if is_late else {}),
    )
    draw_up(kind="special", case_id=case.pk, office=case.office, data=data, by=by)
    recording.record(SpecialProcedureOpened(case_id=case.pk, procedure_kind=kind, is_late=is_late), by=by)
    return case


def _told(hearing: dict[str, Any]) -> dict[str, Any]:
    """What the notice says of a hearing: when, where, who leads it (art. 48 (1))."""
    if not hearing:
        return {}
    return hearing | {"begins_at": f"{hearing['begins_at']:%H:%M}", "chair": hearing["chair"].name}


def _enter(case: Case, kind: str, reason: str, basis: str, planned_end: dt.date, hearing: dict[str, Any]) -> None:
    """Enter the procedure."""
    special_id = uuid7()
    SpecialProcedure.objects.create(
        id=special_id,
        case=case,
        sequence=next_number(SpecialProcedure.objects.filter(case_id=case.pk)),
        kind=kind,
        basis=basis,
        started_on=today(),
        planned_end_on=planned_end,
        **hearing,
        **sealed_texts("cases_specialprocedure", special_id, reason=reason),
    )


def _stop(case: Case, kind: str, basis: str, planned_end: dt.date) -> None:
    """Enter that the decision clock stands still for the procedure."""
    number = next_number(ClockStop.objects.filter(case_id=case.pk))
    ClockStop.objects.create(
        case=case, sequence=number, kind=kind, basis=basis, started_on=today(), planned_end_on=planned_end
    )


def _plan(kind: str, reason: str, basis: str, planned_workdays: int) -> tuple[str, str]:
    if kind not in SpecialKind.values:
        raise InvalidInput(_("选一种特别程序。"), code="no_kind")
    reason = written(reason, _("写清楚为什么要进行这个程序。"), "no_reason")
    basis = written(basis, _("写明法律依据。没有依据不能停止计时。"), "no_basis")
    if not 1 <= planned_workdays <= LONGEST_WORKDAYS:
        raise InvalidInput(_("写明预计多少个工作日。"), code="days_out_of_range")
    return reason, basis[:300]


def _chair(case: Case, chair_id: UUID | None) -> Staff:
    chair = Staff.objects.filter(pk=chair_id, office_id=case.office_id, is_active=True).first() if chair_id else None
    if chair is None:
        raise InvalidInput(_("选一位本部门的同事主持听证。"), code="no_chair")
    if chair.pk in reviewer_ids(case):
        raise Refused(
            _("{name} 审查过这一件，不能主持听证（行政许可法第四十八条）。").format(name=chair.name),
            code="chair_reviewed",
        )
    return chair


def _hearing_day(day: dt.date, planned: int, planned_end: dt.date, held_on: dt.date | None) -> dt.date:
    if not NOTICE_WORKDAYS <= planned <= HEARING_WORKDAYS:
        raise InvalidInput(
            _("听证要在七个工作日前通知，并在二十个工作日内组织（行政许可法第四十七、四十八条）。"),
            code="days_out_of_range",
        )
    if held_on is None:
        raise InvalidInput(_("选听证举行的日子。"), code="no_day")
    if not calendar().add_workdays(day, NOTICE_WORKDAYS) <= held_on <= planned_end:
        raise InvalidInput(_told_too_late(), code="told_too_late")
    return held_on


def _is_workday(held_on: dt.date) -> None:
    if not calendar().is_workday(held_on):
        raise InvalidInput(_("听证要在工作日举行，{date} 不上班。").format(date=held_on.isoformat()), code="no_workday")


def _hour_and_place(begins_at: dt.time | None, place: str) -> dict[str, Any]:
    if begins_at is None:
        raise InvalidInput(_("写听证几点开始。"), code="no_hour")
    return {"begins_at": begins_at, "place": written(place, _("写听证在哪里举行。"), "no_place")[:200]}


@action
def close_special(*, case_id: UUID, outcome: str, record: str = "", revision: int | None = None, by: Actor) -> Case:
    """End the special procedure: the decision clock goes on with exactly what was left (art. 45).

    A hearing that was held has a record, whose number the decision has to cite (art. 48 (5)).

    Raises:
        InvalidInput: without an outcome, or without the record of a hearing.
        Refused: where the day of the hearing has not come.
    """
    case = take_step(case_id=case_id, event="close_special", revision=revision, by=by)
    special = SpecialProcedure.objects.select_for_update().get(case_id=case.pk, ended_on__isnull=True)
    if outcome not in OUTCOMES:
        raise InvalidInput(_("选一个结果。"), code="no_outcome")
    held = special.kind == SpecialKind.HEARING and outcome != "cancelled"
    if held and special.held_on and special.held_on > today():
        raise Refused(_("听证的日子还没有到。"), code="not_held_yet")
    if held:
        record = written(record, _("写下听证笔录。决定要根据笔录作出。"), "no_record")
    was_stopped = ClockStop.objects.filter(case_id=case.pk, ended_on__isnull=True).update(ended_on=today())
    clock = running_clock(case)
    follow_clock(case, clock, decision_dates(case, clock))
    move(case, "close_special", due_on=case.due_on, legal_due_on=case.legal_due_on)
    data = notice_data(
        case,
        procedure=special.get_kind_display(),
        outcome=OUTCOMES[outcome],
        ended_on=today(),
        due_on=clock.legal_due_on or "",
        promised_on=clock.promised_due_on or "",
        **({"record": record.strip()} if record.strip() else {}),
        **({} if was_stopped else {"late_note": LATE_NOTE}),
    )
    document = draw_up(kind="special_end", case_id=case.pk, office=case.office, data=data, by=by)
    special.ended_on, special.outcome, special.record_document = today(), outcome, document.pk
    if record.strip():
        special.record_number = document.number
        special.record_sealed = sealed_texts("cases_specialprocedure", special.pk, record=record.strip())[
            "record_sealed"
        ]
    special.save(update_fields=["ended_on", "outcome", "record_document", "record_number", "record_sealed"])
    recording.record(SpecialProcedureClosed(case_id=case.pk, procedure_kind=special.kind, outcome=outcome), by=by)
    return case
