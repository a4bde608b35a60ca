"""延长期限 and 利害关系人: more time, once; and those whom the case touches (art. 36, 42, 47)."""

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
from yiwang.domains.cases.events import CaseExtended, HearingAskedFor, InterestedHeard, InterestedTold
from yiwang.domains.cases.models import Case, Extension, InterestedParty
from yiwang.domains.cases.policies import is_own, may_work_on
from yiwang.domains.cases.procedure.clocks import extension_workdays
from yiwang.domains.cases.queries import case_content, decision_dates, hearing_until, promise_moved
from yiwang.domains.documents.actions import draw_up
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record

ANSWER_WORKDAYS = 5
"""行政许可法 art. 47: a hearing is asked for within five days of being told."""


@action
def extend_case(*, case_id: UUID, reason: str, revision: int | None = None, by: Actor) -> Case:
    """延长: add ten working days, or fifteen with joint offices; once, by the head, before the end, with a reason (art. 42).

    The promise moves by as many days, unless it has run out already: then it stays broken.
    """
    case = take_step(case_id=case_id, event="extend", revision=revision, by=by)
    reason = written(reason, _("写清楚为什么要延长，申请人要看得懂。"), "no_reason")
    clock = running_clock(case)
    old = clock.legal_due_on or clock.promised_due_on
    assert old is not None  # the guard has looked
    workdays = extension_workdays(case_content(case))
    extension = Extension(
        case=case,
        workdays=workdays,
        old_due_on=old,
        new_due_on=old,
        decided_by_id=by.known_id,
        decided_at=now(),
        **sealed_texts("cases_extension", case.pk, reason=reason),
    )
    extension.save(force_insert=True)
    deadline = decision_dates(case, clock)
    follow_clock(case, clock, deadline)
    extension.new_due_on = deadline.legal_due_on or deadline.due_on or old
    extension.save(update_fields=["new_due_on"])
    state = move(case, "extend", due_on=case.due_on, legal_due_on=case.legal_due_on)
    data = notice_data(
        case,
        reasons=[reason],
        workdays=workdays,
        old_due_on=old,
        due_on=extension.new_due_on,
        promised_on=promise_moved(case, extension) or "",
        basis=["《中华人民共和国行政许可法》第四十二条"],
    )
    draw_up(kind="extension", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseExtended(case_id=case.pk, workdays=workdays, state=state), by=by)
    return case


@action
def tell_interested(
    *, case_id: UUID, name: str, contact: str, reason: str, revision: int | None = None, by: Actor
) -> Case:
    """告知利害关系人: tell whom the case touches that they may state their case, and ask for a hearing within five days.

    The decision waits until they were heard or the time is over (art. 36, 47).
    """
    case = take_step(case_id=case_id, event="tell_interested", revision=revision, by=by)
    name = written(name, _("写明利害关系人是谁。"), "no_name")
    contact = written(contact, _("写明怎样联系利害关系人。"), "no_contact")
    reason = written(reason, _("写明这一件和利害关系人有什么重大利益关系。"), "no_reason")
    party_id = uuid7()
    answer_by = calendar().add_workdays(today(), ANSWER_WORKDAYS)
    InterestedParty.objects.create(
        id=party_id,
        case=case,
        sequence=next_number(InterestedParty.objects.filter(case_id=case.pk)),
        told_on=today(),
        answer_by=answer_by,
        **sealed_texts("cases_interestedparty", party_id, name=name, contact=contact, reason=reason),
    )
    state = move(case, "tell_interested")
    basis = ["《中华人民共和国行政许可法》第三十六条、第四十七条"]
    data = notice_data(case, reasons=[reason], answer_by=answer_by, basis=basis) | {"addressee": name}
    draw_up(kind="interested", case_id=case.pk, office=case.office, data=data, by=by)
    record(InterestedTold(case_id=case.pk, party_id=party_id, state=state), by=by)
    return case


@action
def hear_interested(
    *, case_id: UUID, party_id: UUID, statement: str, wants_hearing: bool = False, by: Actor
) -> InterestedParty:
    """听取陈述、申辩: write down what an interested party says, and whether they ask for a hearing (art. 36, 47).

    Raises:
        NotVisible: where case or party are not theirs to see.
        Refused: where the case has ended, the party was heard before, or asks for a hearing too late.
    """
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    require(may_work_on(by, case))
    if case.state not in {"accepted", "in_review", "suspended"}:
        raise Refused(_("这一件现在不在审查中。"), code="illegal_step")
    party = InterestedParty.objects.select_for_update().filter(case_id=case.pk, pk=party_id).first()
    if party is None:
        raise NotVisible
    if party.heard_at is not None:
        raise Refused(_("这位利害关系人的意见已经记下。"), code="heard_already")
    if wants_hearing and party.answer_by < today():
        raise Refused(_("申请听证的五个工作日已经过了（行政许可法第四十七条）。"), code="too_late")
    statement = written(statement, _("写下利害关系人说了什么。"), "no_statement")
    party.heard_at, party.wants_hearing = now(), wants_hearing
    party.statement_sealed = sealed_texts("cases_interestedparty", party.pk, statement=statement)["statement_sealed"]
    party.save(update_fields=["heard_at", "wants_hearing", "statement_sealed"])
    record(InterestedHeard(case_id=case.pk, party_id=party.pk, wants_hearing=wants_hearing), by=by)
    return party


@action
def ask_for_hearing(*, case_id: UUID, reason: str, by: Actor) -> InterestedParty:
    """申请听证: the applicant asks for a hearing, where the case touches others too; it stands in the case's record (art. 47).

    The decision waits until the hearing was held.

    Raises:
        NotVisible: where the case is not theirs.
        Refused: where nobody else's interest is touched, the five days are over, or they have asked before.
        InvalidInput: without a reason.
    """
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    require(is_own(by, case))
    if hearing_until(case) is None:
        raise Refused(_("这一件现在不能申请听证。"), code="no_hearing_now")
    reason = written(reason, _("写一句为什么要听证。"), "no_reason")
    party_id = uuid7()
    party = InterestedParty.objects.create(
        id=party_id,
        case=case,
        sequence=next_number(InterestedParty.objects.filter(case_id=case.pk)),
        is_applicant=True,
        told_on=today(),
        answer_by=today(),
        heard_at=now(),
        wants_hearing=True,
        **sealed_texts(
            "cases_interestedparty",
            party_id,
            name=case.applicant_name,
            contact="申请人",
            reason="申请人",
            statement=reason,
        ),
    )
    record(HearingAskedFor(case_id=case.pk, party_id=party.pk), by=by)
    return party
