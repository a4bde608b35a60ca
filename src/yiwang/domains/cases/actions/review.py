"""Review: who works on a case, and what they think of it."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.steps import move, take_step, write_opinion
from yiwang.domains.cases.events import CaseClaimed, CaseHandedOver, CaseReviewed
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import may_hand_over, may_work_on
from yiwang.domains.cases.queries.single import in_whose_hands
from yiwang.domains.identity.models import Staff
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record

VERDICTS = ("support", "oppose")


def _open_case(case_id: UUID, by: Actor) -> Case:
    """Lock a case that this official may work on.

    Raises:
        NotVisible: where it is not theirs to see.
        Refused: where it has ended.
    """
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    require(may_work_on(by, case))
    if not case.is_open:
        raise Refused(_("这一件已经办结。"), code="closed")
    return case


@action
def claim_case(*, case_id: UUID, by: Actor) -> Case:
    """Take a case into one's own hands, as a deputy into those of the absent one.

    Of two officials at once one wins and the other is told who has it.
    """
    case, hands = _open_case(case_id, by), in_whose_hands(by)
    if case.assignee_id and case.assignee_id != hands:
        name = Staff.objects.values_list("name", flat=True).get(pk=case.assignee_id)
        raise Refused(_("{name} 已经领了这一件。").format(name=name), code="claimed_by_other")
    if case.assignee_id == hands:
        return case
    case.assignee_id = hands
    case.save(update_fields=["assignee"])
    record(CaseClaimed(case_id=case.pk, staff_id=hands), by=by)
    return case


@action
def hand_over_case(*, case_id: UUID, staff_id: UUID, by: Actor) -> Case:
    """Hand a case to another official of the same office."""
    case = _open_case(case_id, by)
    if not may_hand_over(by, case):
        raise Refused(_("这一件不在你手上，只有负责人能转。"), code="not_yours")
    if not Staff.objects.filter(pk=staff_id, office_id=case.office_id, is_active=True).exists():
        raise InvalidInput(_("选一位本部门的同事。"), code="unknown_staff")
    case.assignee_id = staff_id
    case.save(update_fields=["assignee"])
    record(CaseHandedOver(case_id=case.pk, staff_id=staff_id), by=by)
    return case


@action
def review_case(*, case_id: UUID, verdict: str, opinion: str, revision: int | None = None, by: Actor) -> Case:
    """审查: give an opinion; where the substance is verified two officials must do so (art. 34)."""
    case = take_step(case_id=case_id, event="review", revision=revision, by=by)
    if verdict not in VERDICTS:
        raise InvalidInput(_("选一个结论：符合，还是不符合。"), code="no_verdict")
    if not opinion.strip():
        raise InvalidInput(_("写下你核对了什么、结果怎样。"), code="no_opinion")
    write_opinion(case, step="review", text=opinion.strip(), verdict=verdict, by=by)
    move(case, "review")
    record(CaseReviewed(case_id=case.pk, verdict=verdict), by=by)
    return case
