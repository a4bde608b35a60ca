"""Rate a case."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.models import Case
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.queries import tracks
from yiwang.domains.ratings.events import CaseRated, JointRated
from yiwang.domains.ratings.models import JointRating, Rating, RatingCount
from yiwang.domains.ratings.policies import RATABLE, may_rate, may_rate_joint
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record
from yiwang.foundation.masking import scrub

COMMENT_MOST = 500


@action
def rate_case(*, case_id: UUID, grade: str, comment: str = "", by: Actor) -> Rating:
    """Give a finished case its one grade (一事一评). A bad grade counts like a good one and has no other effect."""
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("item").filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    require(may_rate(by, case))
    if case.state not in RATABLE:
        raise Refused(_("办结以后才能评价。"), code="not_finished")
    if case.joint_reference:
        raise Refused(_("这是一件事里的一项，全部办完以后整件事评一次。"), code="rate_the_whole")
    words = _checked(grade, comment)
    if Rating.objects.filter(case_id=case_id).exists():
        raise Refused(_("这一件已经评价过了，一件只评一次。"), code="rated_already")
    rating = _enter(case, grade, words, by)
    record(CaseRated(case_id=case_id, item_code=case.item_id, office_code=case.office_id, grade=grade), by=by)
    return rating


def _checked(grade: str, comment: str) -> str:
    """Return the words as they are kept; what will not do is refused."""
    if grade not in Rating.Grade.values:
        raise InvalidInput(_("选一个满意度。"), code="no_grade")
    if len(comment) > COMMENT_MOST:
        raise InvalidInput(_("最多写 {n} 个字。").format(n=COMMENT_MOST), code="comment_too_long")
    return scrub(comment.replace("\0", "").strip())


def _enter(case: Case, grade: str, words: str, by: Actor) -> Rating:
    return Rating.objects.create(
        case=case,
        item_code=case.item_id,
        base_code=case.item.base_id,
        office_code=case.office_id,
        grade=grade,
        comment=words,
        channel=by.channel,
        rated_at=now(),
    )


@action
def rate_joint_case(*, joint_id: UUID, grade: str, comment: str = "", by: Actor) -> JointRating:
    """Give a joint case that is over its one grade; it counts for every office that brought a part of it to an end.

    The words stand with the first of these cases, so that the public reads them once.
    """
    joint = JointCase.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=joint_id).first()
    if joint is None:
        raise NotVisible
    require(may_rate_joint(by, joint))
    if joint.is_open:
        raise Refused(_("整件事办完以后才能评价。"), code="not_finished")
    words = _checked(grade, comment)
    if JointRating.objects.filter(joint_id=joint_id).exists():
        raise Refused(_("这件事已经评价过了，一件事只评一次。"), code="rated_already")
    ids = [track.case.pk for track in tracks(joint) if track.case and track.case.state in RATABLE]
    cases = Case.objects.select_related("item").filter(pk__in=ids, rating__isnull=True).order_by("submitted_at", "id")
    rating = JointRating.objects.create(joint=joint, grade=grade, comment=words, channel=by.channel, rated_at=now())
    rated = list(cases)
    for at, case in enumerate(rated):
        _enter(case, grade, "" if at else words, by)
        record(CaseRated(case_id=case.pk, item_code=case.item_id, office_code=case.office_id, grade=grade), by=by)
    record(JointRated(joint_id=joint_id, bundle_code=joint.item_id, grade=grade, cases=len(rated)), by=by)
    return rating


@action(silent="a figure that follows from ratings, which are recorded")
def count_rating(*, subject_kind: str, subject: str, grade: str, by: Actor) -> None:
    """Add one to the public figure of an item or an office."""
    require(by.kind == "system")
    RatingCount.objects.get_or_create(subject_kind=subject_kind, subject=subject, grade=grade)
    row = RatingCount.objects.select_for_update().get(subject_kind=subject_kind, subject=subject, grade=grade)
    row.count += 1
    row.save(update_fields=["count"])
