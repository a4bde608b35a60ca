"""Rate a case."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.models import Case
from yiwang.domains.ratings.events import CaseRated
from yiwang.domains.ratings.models import Rating, RatingCount
from yiwang.domains.ratings.policies import RATABLE, may_rate
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
    if grade not in Rating.Grade.values:
        raise InvalidInput(_("选一个满意度。"), code="no_grade")
    if len(comment) > COMMENT_MOST:
        raise InvalidInput(_("最多写 {n} 个字。").format(n=COMMENT_MOST), code="comment_too_long")
    if Rating.objects.filter(case_id=case_id).exists():
        raise Refused(_("这一件已经评价过了，一件只评一次。"), code="rated_already")
    rating = Rating.objects.create(
        case=case,
        item_code=case.item_id,
        base_code=case.item.base_id,
        office_code=case.office_id,
        grade=grade,
        comment=scrub(comment.replace("\0", "").strip()),
        channel=by.channel,
        rated_at=now(),
    )
    record(CaseRated(case_id=case_id, item_code=case.item_id, office_code=case.office_id, grade=grade), by=by)
    return rating


@action(silent="a figure that follows from ratings, which are recorded")
def count_rating(*, subject_kind: str, subject: str, grade: str, by: Actor) -> None:
    """Add one to the public figure of an item or an office."""
    require(by.kind == "system")
    RatingCount.objects.get_or_create(subject_kind=subject_kind, subject=subject, grade=grade)
    row = RatingCount.objects.select_for_update().get(subject_kind=subject_kind, subject=subject, grade=grade)
    row.count += 1
    row.save(update_fields=["count"])
