"""Places in the line for a limited number (行政许可法 art. 57)."""

from yiwang.domains.cases.models import Case, Place
from yiwang.domains.cases.queries.guards import obstacle
from yiwang.domains.cases.queries.places import ARTICLE, line_of, quota_of
from yiwang.domains.catalogue.models import Item
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import Actor


def take_place(case: Case) -> None:
    """Give a case that was just accepted its place in line, where the number is limited."""
    if case.accepted_at and quota_of(case):
        Place.objects.create(case=case, item_code=case.item_id, accepted_at=case.accepted_at)


def keep_order(case: Case, by: Actor) -> None:
    """Let one grant of a limited number go on at a time, and look again: two heads at once do not share the last place.

    Raises:
        Refused: where none is left, or an earlier one comes first.
    """
    if quota_of(case) is None:
        return
    case.item = Item.objects.select_for_update().get(pk=case.item_id)
    if found := obstacle(case, ["in_order_of_acceptance"], by):
        raise Refused(found.words, code=found.code)


def none_left(case: Case) -> list[str]:
    """Return what a refusal cites where the number is used up; nothing where it is not."""
    line = line_of(case)
    return [ARTICLE] if line and not line.left else []
