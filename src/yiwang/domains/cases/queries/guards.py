"""The conditions of the published table, each as one question: what stands in the way now, or nothing.

The actions refuse with these words, and the pages say them beforehand: there is one truth about what may be done now.
Conditions that only what somebody writes can meet (a reason, a legal basis, a record) are checked by the actions.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext as _

from yiwang.domains.cases.models import (
    Case,
    CaseClock,
    Correction,
    Deferral,
    Extension,
    InterestedParty,
    JointOpinion,
    MoreRequest,
    Promise,
    SpecialKind,
    SpecialProcedure,
)
from yiwang.domains.cases.policies import is_own_case_of_deputy
from yiwang.domains.cases.procedure import Arrow
from yiwang.domains.cases.queries.after_grant import renew_until
from yiwang.domains.cases.queries.machine_check import machine_misses
from yiwang.domains.cases.queries.places import line_of
from yiwang.domains.cases.queries.procedure import has_hearing_to_come, hearing_until, is_hearing_owed, reviewers_needed
from yiwang.domains.cases.queries.single import case_content, represented_reviewers, reviewer_ids
from yiwang.domains.certificates.models import Certificate
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, today


class Obstacle(NamedTuple):
    """Why a step is not possible now: a stable code, and words for whoever asked."""

    code: str
    words: str


def obstacle(case: Case, guards: list[str], actor: Actor) -> Obstacle | None:
    """Return the first of these conditions that stands in the way; None where all are met."""
    for name in guards:
        if (question := GUARDS.get(name)) and (found := question(case, actor)):
            return found
    return None


def deputy_obstacle(case: Case, arrow: Arrow, actor: Actor) -> Obstacle | None:
    """Return what keeps a deputy from this step: a case of their own, or a decision on what they reviewed themselves."""
    if is_own_case_of_deputy(actor, case):
        return Obstacle("own_case", _("这一件在你自己手上，不能代别人办。先回到自己，或者转给另一位同事。"))
    is_heads = "head" in arrow.actors and "reviewer" not in arrow.actors
    if actor.on_behalf_of and actor.is_staff and is_heads and actor.id in reviewer_ids(case):
        return Obstacle("reviewed_already", _("这一件的审查意见是你写的，不能再代负责人决定。"))
    return None


def _told_only_once(case: Case, _actor: Actor) -> Obstacle | None:
    if Correction.objects.filter(case_id=case.pk).exists():
        return Obstacle("told_already", _("这一件已经告知过一次补正。法律只许一次告知全部内容。"))
    return None


def _correction_overdue(case: Case, _actor: Actor) -> Obstacle | None:
    return Obstacle("not_due", _("补正的期限还没有到。")) if case.correction.due_on >= today() else None


def _nothing_deferred(case: Case, _actor: Actor) -> Obstacle | None:
    if Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True).exists():
        return Obstacle("deferred_open", _("还有容缺的材料没有补齐。补齐以前只能容缺受理，也不能作出准予的决定。"))
    return None


def _nothing_promised(case: Case, _actor: Actor) -> Obstacle | None:
    if Promise.objects.filter(case_id=case.pk).exists():
        return Obstacle("promised", _("申请人选了告知承诺，请按告知承诺受理。"))
    return None


def _deferral_asked_for(case: Case, _actor: Actor) -> Obstacle | None:
    if not Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True).exists():
        return Obstacle("no_deferral", _("申请人没有申请容缺。"))
    return None


def _promise_signed(case: Case, _actor: Actor) -> Obstacle | None:
    if not Promise.objects.filter(case_id=case.pk).exists():
        return Obstacle("no_promise", _("申请人没有签承诺书。"))
    return None


def _no_high_risk(case: Case, _actor: Actor) -> Obstacle | None:
    processing = case_content(case).processing
    if processing.promise is None or processing.high_risk:
        return Obstacle("high_risk", _("这个事项不适用告知承诺（国办发〔2020〕42号）。"))
    return None


def _acceptance_overdue(case: Case, _actor: Actor) -> Obstacle | None:
    clock = CaseClock.objects.filter(case_id=case.pk, kind="acceptance", ended_on__isnull=True).first()
    if clock is None or clock.legal_due_on is None or clock.legal_due_on >= today():
        return Obstacle("not_due", _("五个工作日还没有过完。"))
    return None


def _deferral_open(case: Case, _actor: Actor) -> Obstacle | None:
    if not Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True, due_on__isnull=False).exists():
        return Obstacle("nothing_awaited", _("没有要补的容缺材料。"))
    return None


def _more_was_asked(case: Case, _actor: Actor) -> Obstacle | None:
    if not MoreRequest.objects.filter(case_id=case.pk, supplied_at__isnull=True).exists():
        return Obstacle("nothing_awaited", _("没有要补充的材料。"))
    return None


def _extended_only_once(case: Case, _actor: Actor) -> Obstacle | None:
    if Extension.objects.filter(case_id=case.pk).exists():
        return Obstacle("extended_already", _("期限只能延长一次（行政许可法第四十二条）。"))
    return None


def _before_the_end(case: Case, _actor: Actor) -> Obstacle | None:
    end = case.legal_due_on or case.due_on
    if end is None:
        return Obstacle("no_limit", _("这个事项没有公布期限，没有可延长的。"))
    if end < today():
        return Obstacle("too_late", _("期限已经过了，不能再延长。"))
    return None


def _law_has_not_run_out(case: Case, _actor: Actor) -> Obstacle | None:
    """Nothing stops a clock that has run out already; a hearing that somebody asked for is held all the same."""
    if case.legal_due_on and case.legal_due_on < today() and not is_hearing_owed(case):
        return Obstacle("too_late", _("法定期限已经过了，不能再让期限停下来。请尽快决定。"))
    return None


def _hearing_was_given(case: Case, _actor: Actor) -> Obstacle | None:
    asked = InterestedParty.objects.filter(case_id=case.pk, is_applicant=True, wants_hearing=True)
    if asked.exists() and has_hearing_to_come(case):
        return Obstacle("hearing_wanted", _("申请人要求了听证，要先组织听证（行政许可法第四十七条）。"))
    return _hearing_may_be_asked_for(case)


def _hearing_may_be_asked_for(case: Case) -> Obstacle | None:
    """The applicant was told of the right, and has the days to use it before anything is decided."""
    until = hearing_until(case)
    if until is None:
        return None
    words = _("申请人到 {date} 为止可以要求听证，以前不能决定（行政许可法第四十七条）。")
    return Obstacle("hearing_may_be_asked_for", words.format(date=until.isoformat()))


def _reviewer_is_new(case: Case, actor: Actor) -> Obstacle | None:
    if actor.id in (known := reviewer_ids(case)):
        return Obstacle("reviewed_already", _("你已经写过审查意见，要由另一位同事审查。"))
    if actor.on_behalf_of in known or actor.id in represented_reviewers(case):
        return Obstacle("reviewed_already", _("审查意见一位同事本人和代办只能写一份，要由另一位同事审查。"))
    return None


def _reviewer_is_no_chair(case: Case, actor: Actor) -> Obstacle | None:
    who = [one for one in (actor.id, actor.on_behalf_of) if one]
    chaired = SpecialProcedure.objects.filter(case_id=case.pk, kind=SpecialKind.HEARING, chair_id__in=who)
    if who and chaired.exists():
        return Obstacle("chair_may_not_review", _("你主持过这一件的听证，不能再审查（行政许可法第四十八条）。"))
    return None


def _first_review_is_there(case: Case, _actor: Actor) -> Obstacle | None:
    awaited = JointOpinion.objects.filter(
        case_id=case.pk, is_first_review=True, given_at__isnull=True, due_on__gte=today()
    )
    if awaited.exists():
        return Obstacle("first_review_missing", _("先等下级机关的初审意见（行政许可法第三十五条）。"))
    return None


def _enough_reviewers(case: Case, _actor: Actor) -> Obstacle | None:
    if len(reviewer_ids(case)) < reviewers_needed(case):
        return Obstacle(
            "reviewers_missing", _("这个事项要核实实质内容，须有两位同事的审查意见（行政许可法第三十四条）。")
        )
    return None


def _interested_were_heard(case: Case, _actor: Actor) -> Obstacle | None:
    parties = list(InterestedParty.objects.filter(case_id=case.pk))
    if any(one.heard_at is None and one.answer_by >= today() for one in parties):
        return Obstacle("parties_not_heard", _("利害关系人还在陈述、申辩的期限内（行政许可法第三十六、四十七条）。"))
    if any(one.wants_hearing for one in parties) and has_hearing_to_come(case):
        return Obstacle("hearing_wanted", _("利害关系人申请了听证，要先组织听证（行政许可法第四十七条）。"))
    return _hearing_may_be_asked_for(case)


def _opinions_are_there(case: Case, _actor: Actor) -> Obstacle | None:
    waiting = JointOpinion.objects.filter(case_id=case.pk, given_at__isnull=True)
    if any(one.due_on is None or one.due_on >= today() for one in waiting):
        return Obstacle("opinions_missing", _("还有联办部门没有给出意见，期限也没有到。"))
    return None


def _nobody_opposes(case: Case, _actor: Actor) -> Obstacle | None:
    if JointOpinion.objects.filter(case_id=case.pk, verdict="oppose").exists():
        return Obstacle("office_opposes", _("有联办部门不同意，不能准予。可以不予许可，并写明理由。"))
    return None


def _item_is_instant(case: Case, _actor: Actor) -> Obstacle | None:
    if not case_content(case).processing.instant:
        return Obstacle("not_instant", _("这个事项不是即办件。"))
    if machine_misses(case):
        return Obstacle("not_met", _("有条件要由工作人员核对，不能自动办理。"))
    return None


def _renewal_overdue(case: Case, _actor: Actor) -> Obstacle | None:
    if case_content(case).processing.about != "renewal" or case.about_certificate_id is None:
        return Obstacle("no_renewal", _("这一件不是延续申请。"))
    old = Certificate.objects.filter(pk=case.about_certificate_id).first()
    if old is not None and old.state not in {"valid", "suspended"}:
        return Obstacle("not_in_force", _("这张证照已经不是有效的，不能延续。"))
    until = renew_until(old) if old else None
    if old is None or old.valid_until is None or until is None or old.valid_until >= today():
        return Obstacle("not_due", _("证照的有效期还没有届满。"))
    if case.submitted_at.astimezone(ZONE).date() > until:
        return Obstacle(
            "asked_too_late", _("延续申请不是在届满三十日前提出的，不适用逾期视为准予（行政许可法第五十条）。")
        )
    return None


def _in_order_of_acceptance(case: Case, _actor: Actor) -> Obstacle | None:
    """Who was accepted earlier goes first; a later one may be granted where enough is left for all who come before."""
    line = line_of(case)
    if line is None or line.left > line.ahead:
        return None
    if not line.left:
        return Obstacle("none_left", _("名额已经用完，不能再准予（行政许可法第五十七条）。"))
    return Obstacle(
        "earlier_first",
        _("还剩 {left} 个名额，先受理的还有 {n} 件没有决定，要先决定它们（行政许可法第五十七条）。").format(
            left=line.left, n=line.ahead
        ),
    )


def _delivery_is_due(case: Case, _actor: Actor) -> Obstacle | None:
    runs = CaseClock.objects.filter(case_id=case.pk, kind="delivery", ended_on__isnull=True)
    if case.awaits_applicant or not runs.exists():
        return Obstacle("clock_stands", _("送达的期限没有在走。"))
    return None


def _applicant_was_awaited(case: Case, _actor: Actor) -> Obstacle | None:
    return None if case.awaits_applicant else Obstacle("nothing_awaited", _("没有在等申请人。"))


GUARDS: dict[str, Callable[[Case, Actor], Obstacle | None]] = {
    "told_only_once": _told_only_once,
    "correction_overdue": _correction_overdue,
    "nothing_deferred": _nothing_deferred,
    "nothing_promised": _nothing_promised,
    "deferral_asked_for": _deferral_asked_for,
    "promise_signed": _promise_signed,
    "no_high_risk": _no_high_risk,
    "acceptance_overdue": _acceptance_overdue,
    "deferral_open": _deferral_open,
    "more_was_asked": _more_was_asked,
    "extended_only_once": _extended_only_once,
    "before_the_end": _before_the_end,
    "law_has_not_run_out": _law_has_not_run_out,
    "hearing_was_given": _hearing_was_given,
    "reviewer_is_new": _reviewer_is_new,
    "reviewer_is_no_chair": _reviewer_is_no_chair,
    "first_review_is_there": _first_review_is_there,
    "enough_reviewers": _enough_reviewers,
    "interested_were_heard": _interested_were_heard,
    "opinions_are_there": _opinions_are_there,
    "nobody_opposes": _nobody_opposes,
    "item_is_instant": _item_is_instant,
    "renewal_overdue": _renewal_overdue,
    "in_order_of_acceptance": _in_order_of_acceptance,
    "delivery_is_due": _delivery_is_due,
    "applicant_was_awaited": _applicant_was_awaited,
}
"""Condition of the table → the question. Those that are missing here hang on what somebody writes."""
