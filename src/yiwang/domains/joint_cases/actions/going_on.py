"""What happens to a joint case after it was handed in: parts follow one another, some stop, and in the end it is over."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.domains.catalogue.queries import content_of, open_items
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.joint_cases.actions.parts import answers_for, form_of_part, hand_in_part, later_values
from yiwang.domains.joint_cases.events import JointClosed, JointPromiseReckoned, PartStopped, PartSubmitted
from yiwang.domains.joint_cases.models import JointCase, JointPart
from yiwang.domains.joint_cases.policies import may_change, may_move
from yiwang.domains.joint_cases.queries import Track, described, joint_answers, tracks
from yiwang.domains.papers.queries import papers_of
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record

ON_ORDER = "joint"
"""The channel of a case that was handed in later, on the order that its applicant gave with the one form."""


@action
def advance_joint_case(*, joint_id: UUID, by: Actor) -> JointCase:
    """Hand in the parts whose predecessors are granted, stop those whose predecessors are not, and close what is over.

    It looks at how things stand and not at what just happened: called twice, or late, it does the same.
    """
    require(may_move(by))
    joint = JointCase.objects.select_for_update(of=("self",)).get(pk=joint_id)
    if not joint.is_open:
        return joint
    while any(_move(joint, track, found, by) for found in [_by_key(joint)] for track in found.values()):
        pass
    _close_if_over(joint, by)
    return joint


def _by_key(joint: JointCase) -> dict[str, Track]:
    return {track.part.key: track for track in tracks(joint)}


def _move(joint: JointCase, track: Track, found: dict[str, Track], by: Actor) -> bool:
    """Move one waiting part where it can be moved; return whether it was."""
    part = track.part
    if part.state != JointPart.State.WAITING:
        return False
    before = [found[key] for key in part.needs if key in found]
    failed = next((one for one in before if one.has_failed), None)
    if failed is not None:
        _stop(part, JointPart.Why.PREDECESSOR, failed.part.key, by)
        return True
    if not all(one.is_fulfilled for one in before):
        return False
    results = [of_case(one.case.pk) for one in before if one.case is not None]
    _hand_in(joint, part, [one for one in results if one is not None], by)
    return True


def _hand_in(joint: JointCase, part: JointPart, results: list[Certificate], by: Actor) -> None:
    """Hand in a part that has waited, in the applicant's name: they ordered it with the one form."""
    applicant = Actor(
        kind="person",
        id=joint.applicant_id,
        on_behalf_of=joint.firm_id,
        channel=ON_ORDER,
        assurance=joint.assurance,
    )
    said = described(joint, part.key)
    if part.item_id not in open_items([part.item_id]):
        _stop(part, JointPart.Why.NOT_OPEN, "", by)
        return
    form = form_of_part(said, applicant)
    answers = form.prune({**answers_for(said, form, joint_answers(joint)), **later_values(said, results, applicant)})
    if form.problems(answers):
        _stop(part, JointPart.Why.UNFIT, "", by)
        return
    papers = {str(one.pk): one for one in papers_of(joint.pk)}
    try:
        with transaction.atomic():
            case = hand_in_part(joint, said, form, answers, papers, applicant)
    except Refused:  # what the law or the item asks beyond the form: the others go on
        _stop(part, JointPart.Why.UNFIT, "", by)
        return
    part.state, part.case_id, part.changed_at = JointPart.State.SUBMITTED, case.pk, now()
    part.save(update_fields=["state", "case_id", "changed_at"])
    record(PartSubmitted(joint_id=joint.pk, part=part.key, case_id=case.pk), by=by)


def _stop(part: JointPart, why: str, because_of: str, by: Actor) -> None:
    part.state, part.why, part.because_of, part.changed_at = JointPart.State.STOPPED, why, because_of, now()
    part.save(update_fields=["state", "why", "because_of", "changed_at"])
    record(PartStopped(joint_id=part.joint_id, part=part.key, why=why, because_of=because_of), by=by)


def _close_if_over(joint: JointCase, by: Actor) -> None:
    found = tracks(joint)
    if not all(track.is_over for track in found):
        return
    joint.is_open, joint.closed_at = False, now()
    joint.save(update_fields=["is_open", "closed_at"])
    granted = sum(track.is_fulfilled for track in found)
    record(JointClosed(joint_id=joint.pk, bundle_code=joint.item_id, granted=granted, parts=len(found)), by=by)


@action
def drop_part(*, joint_id: UUID, part: str, by: Actor) -> JointCase:
    """Give up a part that still waits; one that was handed in is taken back like any case."""
    joint = JointCase.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=joint_id).first()
    if joint is None:
        raise NotVisible
    require(may_change(by, joint))
    found = JointPart.objects.filter(joint_id=joint.pk, key=part).first()
    if found is None:
        raise NotVisible
    if found.state != JointPart.State.WAITING:
        raise Refused(_("这一项已经不在等了，请看最新的情况。"), code="not_waiting")
    _stop(found, JointPart.Why.NOT_WANTED, "", by)
    return joint


@action
def reckon_promise(*, joint_id: UUID, by: Actor) -> bool:
    """Work the one promise out anew by the calendar as it stands now; return whether its date moved."""
    require(may_move(by))
    joint = JointCase.objects.select_for_update(of=("self",)).get(pk=joint_id)
    content = content_of(joint.version_id)
    limit = content.promised_limit if content else None
    if not joint.is_open or limit is None:
        return False
    due = calendar().add_limit(joint.submitted_at.astimezone(ZONE).date(), limit.amount, limit.unit)
    if due == joint.promised_on:
        return False
    joint.promised_on = due
    joint.save(update_fields=["promised_on"])
    record(JointPromiseReckoned(joint_id=joint.pk), by=by)
    return True
