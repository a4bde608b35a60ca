"""Keep the public figures."""

from yiwang.domains.ratings.actions import count_rating
from yiwang.domains.ratings.events import CaseRated, JointRated
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


@on(CaseRated)
def count_for_item_and_office(fact: CaseRated) -> None:
    """Count a rating for its item and for its office."""
    count_rating(subject_kind="item", subject=fact.item_code, grade=fact.grade, by=SYSTEM)
    count_rating(subject_kind="office", subject=fact.office_code, grade=fact.grade, by=SYSTEM)


@on(JointRated)
def count_for_bundle(fact: JointRated) -> None:
    """Count the one rating of a joint case for its bundle; its cases are counted one by one."""
    count_rating(subject_kind="item", subject=fact.bundle_code, grade=fact.grade, by=SYSTEM)
