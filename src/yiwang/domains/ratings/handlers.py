"""Keep the public figures."""

from yiwang.domains.ratings.actions import count_rating
from yiwang.domains.ratings.events import CaseRated
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


@on(CaseRated)
def count_for_item_and_office(fact: CaseRated) -> None:
    """Count a rating for its item and for its office."""
    count_rating(subject_kind="item", subject=fact.item_code, grade=fact.grade, by=SYSTEM)
    count_rating(subject_kind="office", subject=fact.office_code, grade=fact.grade, by=SYSTEM)
