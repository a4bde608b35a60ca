"""Several offices on one case: each gives its own opinion in its own time; one visit to the place for all (art. 26, 34, 35)."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.asking_offices import ask_those_who_waited
from yiwang.domains.cases.actions.steps import next_number, sealed_texts, written
from yiwang.domains.cases.events import OpinionGiven, VisitArranged, VisitRecorded
from yiwang.domains.cases.models import Case, JointOpinion, SiteVisit
from yiwang.domains.cases.policies import may_give_opinion, may_review
from yiwang.domains.identity.models import Staff
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal import recording

VERDICTS = ("support", "oppose")
UNDER_REVIEW = ("accepted", "in_review", "suspended")
VISITORS = 2
"""行政许可法 art. 34, 55: two officials or more."""


def _case_under_review(case_id: UUID, by: Actor) -> Case:
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    return case


def _still_under_review(case: Case) -> None:
    if case.state not in UNDER_REVIEW:
        raise Refused(_("这一件现在不在审查中。"), code="illegal_step")


@action
def give_joint_opinion(*, case_id: UUID, verdict: str, opinion: str, by: Actor) -> JointOpinion:
    """联办意见, 初审意见: give one's office's opinion on a case of another office. Those who waited for it are asked now.

    Raises:
        NotVisible: where one's office was not asked.
        Refused: where it has answered, its turn has not come, or the case is decided.
    """
    case = _case_under_review(case_id, by)
    row = JointOpinion.objects.select_for_update().filter(case_id=case.pk, office_id=by.office).first()
    require(row is not None and may_give_opinion(by, row))
    assert row is not None
    _still_under_review(case)
    if row.given_at is not None:
        raise Refused(_("你们部门已经给过意见。"), code="given_already")
    if row.asked_on is None:
        raise Refused(_("要先等别的部门的意见。"), code="not_asked_yet")
    if verdict not in VERDICTS:
        raise InvalidInput(_("选一个结论：同意，还是不同意。"), code="no_verdict")
    text = written(opinion, _("写下你们核对了什么、结果怎样。"), "no_opinion")
    row.verdict, row.given_at, row.staff_id = verdict, now(), by.known_id
    row.text_sealed = sealed_texts("cases_jointopinion", row.pk, text=text)["text_sealed"]
    row.save(update_fields=["verdict", "given_at", "staff", "text_sealed"])
    ask_those_who_waited(case)
    recording.record(OpinionGiven(case_id=case.pk, office_code=row.office_id, verdict=verdict), by=by)
    return row


@action(silent="the offices were named by the item when the case was accepted; their turn has come by the calendar")
def ask_waiting_offices(*, case_id: UUID, by: Actor) -> None:
    """Ask the offices whose turn has come because the time of those before them is over: nobody waits for ever."""
    require(by.kind == "system")
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.state in UNDER_REVIEW:
        ask_those_who_waited(case)


@action
def arrange_visit(*, case_id: UUID, visit_on: dt.date, by: Actor) -> SiteVisit:
    """联合踏勘: set one day on which all offices look at the place together.

    Raises:
        Refused: where the case is not under review, or a visit is arranged and not yet recorded.
        InvalidInput: for a day that has gone by.
    """
    case = _case_under_review(case_id, by)
    require(may_review(by, case))
    _still_under_review(case)
    if visit_on < today():
        raise InvalidInput(_("选今天或以后的一天。"), code="day_gone")
    visits = SiteVisit.objects.filter(case_id=case.pk)
    if visits.filter(held_at__isnull=True).exists():
        raise Refused(_("已经约好一次现场核查，先记下它的结果。"), code="visit_open")
    visit = SiteVisit.objects.create(
        id=uuid7(),
        case=case,
        sequence=next_number(visits),
        visit_on=visit_on,
        arranged_by_id=by.known_id,
        arranged_at=now(),
    )
    recording.record(VisitArranged(case_id=case.pk, visit_on=visit_on), by=by)
    return visit


@action
def record_visit(*, case_id: UUID, staff_ids: list[UUID], record: str, by: Actor) -> SiteVisit:
    """Write down what was found at the place, and which officials were there: two or more (art. 34, 55).

    Raises:
        InvalidInput: with fewer than two officials of the offices concerned, or without a record.
        Refused: where no visit is arranged, or its day has not come.
    """
    case = _case_under_review(case_id, by)
    require(may_review(by, case))
    visit = SiteVisit.objects.select_for_update().filter(case_id=case.pk, held_at__isnull=True).first()
    if visit is None:
        raise Refused(_("没有约好的现场核查。"), code="no_visit")
    if visit.visit_on > today():
        raise Refused(_("现场核查的日子还没有到。"), code="not_yet")
    offices = {case.office_id, *JointOpinion.objects.filter(case_id=case.pk).values_list("office_id", flat=True)}
    there = Staff.objects.filter(pk__in=staff_ids, office_id__in=offices, is_active=True).values_list("pk", flat=True)
    if len(there) < VISITORS:
        raise InvalidInput(_("现场核查要有两名以上工作人员（行政许可法第三十四条）。"), code="too_few")
    text = written(record, _("写下现场看到了什么。"), "no_record")
    visit.staff, visit.held_at = [str(one) for one in there], now()
    visit.record_sealed = sealed_texts("cases_sitevisit", visit.pk, record=text)["record_sealed"]
    visit.save(update_fields=["staff", "held_at", "record_sealed"])
    recording.record(VisitRecorded(case_id=case.pk, officials=len(there)), by=by)
    return visit
