"""A limited number (行政许可法 art. 57): how many are left, and who comes first."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.single import case_content
from yiwang.domains.catalogue.content import Quota
from yiwang.domains.catalogue.queries import content_of
from yiwang.domains.certificates.models import Certificate
from yiwang.foundation.clock import today

ARTICLE = (
    "《中华人民共和国行政许可法》第五十七条：有数量限制的行政许可，按受理申请的先后顺序作出准予的决定；名额已经用完。"
)
STANDING = ("intended", "valid", "suspended")


@dataclass(frozen=True)
class Line:
    """Where a case stands in line: how many there are, how many are left, and how many undecided ones came before it."""

    number: int
    left: int
    ahead: int


def quota_of(case: Case) -> Quota | None:
    """Return the limit of a case's item as it is published now: a new number holds for whoever applied before it, too."""
    content = content_of(case.item.current) if case.item.current else None
    return (content or case_content(case)).quota


def line_of(case: Case) -> Line | None:
    """Return where a case stands in the line for a limited number; None where the number is not limited, or it has no place.

    The acceptance gives the place, also where it came before the number was limited.
    """
    at = case.accepted_at
    quota = quota_of(case) if at else None
    if quota is None or at is None:
        return None
    others = _of_item(case, is_open=True).filter(outcome="").exclude(pk=case.pk)
    ahead = others.filter(Q(accepted_at__lt=at) | Q(accepted_at=at, pk__lt=case.pk)).count()
    return Line(quota.number, number_left(case, quota), ahead)


def number_left(case: Case, quota: Quota) -> int:
    """Return how many may still be granted: what was granted counts as long as it stands, whoever renewed it meanwhile."""
    granted = {
        pk
        for is_open in (True, False)
        for pk in _of_item(case, is_open=is_open).filter(outcome="granted").values_list("pk", flat=True)
    }
    made = list(Certificate.objects.filter(case_id__in=granted))
    ended = {one.case_id for one in made} - {one.case_id for one in made if _stands(one, today())}
    return max(0, quota.number - quota.given_before - len(granted - ended))


def _of_item(case: Case, *, is_open: bool) -> QuerySet[Case]:
    """Return the cases of the item, which is one office's: its indexes lead to them, of open and of closed ones apart."""
    return Case.objects.filter(office_id=case.office_id, is_open=is_open, item_id=case.item_id)


def _stands(certificate: Certificate, day: dt.date) -> bool:
    seen: set[UUID] = set()
    while certificate.state == "replaced" and certificate.pk not in seen:
        seen.add(certificate.pk)
        later = Certificate.objects.filter(replaces_id=certificate.pk).order_by("-intended_at").first()
        if later is None:
            return False
        certificate = later
    return certificate.state in STANDING and (certificate.valid_until is None or certificate.valid_until >= day)
