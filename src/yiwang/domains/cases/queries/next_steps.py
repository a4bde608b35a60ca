"""What an actor may do with a case now, until when, and if not, why not: asked of the same table that the actions follow."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yiwang.domains.cases.models import Case, Deferral, InterestedParty, JointOpinion, MoreRequest, Promise
from yiwang.domains.cases.policies import may_review, may_take, may_verify_promise, may_work_on
from yiwang.domains.cases.procedure import Arrow, events_from
from yiwang.domains.cases.queries.guards import deputy_obstacle, obstacle
from yiwang.domains.cases.queries.procedure import asked_of
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today

BY_LAW_ACCEPTANCE = {
    "accept", "accept_deferred", "accept_promised", "tell_not_needed", "refuse_to_accept", "correct_at_once",
    "request_correction",
}  # fmt: skip
UNDER_REVIEW = {"accepted", "in_review", "suspended"}


@dataclass(frozen=True)
class Step:
    """One thing that an actor could do with a case: whether now, if not why not, and until when it has to be done."""

    event: str
    allowed: bool
    why_not: str = ""
    code: str = ""
    due_on: dt.date | None = None


def next_steps(case: Case, actor: Actor) -> list[Step]:
    """Return the steps that are this actor's part from where the case stands, in the order of the table.

    Steps that belong to other parts are left out. What only a written reason, a legal basis or a record can meet counts
    as met. Steps beside the table follow: an opinion for another office, hearing a party, a visit, verifying a promise.
    """
    steps = [_step(case, arrow, actor) for arrow in events_from(case.state) if may_take(actor, arrow, case)]
    return steps + _beside(case, actor)


def _step(case: Case, arrow: Arrow, actor: Actor) -> Step:
    found = deputy_obstacle(case, arrow, actor) or obstacle(case, arrow.guards, actor)
    due = _due(case, arrow.event)
    return (
        Step(arrow.event, True, due_on=due) if found is None else Step(arrow.event, False, found.words, found.code, due)
    )


def _due(case: Case, event: str) -> dt.date | None:
    if event == "supply_correction":
        return case.correction.due_on
    if event == "supply_deferred":
        dates = Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True, due_on__isnull=False)
        return dates.order_by("due_on").values_list("due_on", flat=True).first()
    if event == "supply_more":
        return MoreRequest.objects.filter(case_id=case.pk).values_list("due_on", flat=True).first()
    if event in BY_LAW_ACCEPTANCE or event in {"review", "grant", "refuse", "close_special"}:
        return case.due_on
    if event == "extend":
        return case.legal_due_on or case.due_on
    return None


def _beside(case: Case, actor: Actor) -> list[Step]:
    steps = []
    if case.state in UNDER_REVIEW:
        if (asked := asked_of(actor, case)) and actor.has_role("reviewer", "head"):
            steps.append(Step("give_joint_opinion", True, due_on=asked.due_on))
        elif waits := _waits(case, actor):
            steps.append(waits)
        if may_work_on(actor, case):
            heard = InterestedParty.objects.filter(case_id=case.pk, heard_at__isnull=True)
            if first := heard.order_by("answer_by").values_list("answer_by", flat=True).first():
                steps.append(Step("hear_interested", True, due_on=first))
        if may_review(actor, case):
            steps.append(_visit(case))
    if case.outcome == "granted" and may_verify_promise(actor, case):
        promise = Promise.objects.filter(case_id=case.pk).first()
        if promise and promise.result in {"", "mend"}:
            steps.append(Step("verify_promise", True, due_on=promise.mend_by or promise.verify_due_on))
    return steps


def _waits(case: Case, actor: Actor) -> Step | None:
    waiting = JointOpinion.objects.filter(case_id=case.pk, office_id=actor.office, given_at__isnull=True)
    if not actor.is_staff or not actor.has_role("reviewer", "head") or not waiting.exists():
        return None
    return Step("give_joint_opinion", False, _("要先等别的部门的意见。"), "not_asked_yet")


def _visit(case: Case) -> Step:
    visit = case.site_visits.filter(held_at__isnull=True).first()
    if visit is None:
        return Step("arrange_visit", True)
    if visit.visit_on > today():
        return Step("record_visit", False, _("现场核查的日子还没有到。"), "not_yet", visit.visit_on)
    return Step("record_visit", True, due_on=visit.visit_on)
