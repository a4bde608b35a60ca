"""A limited number (行政许可法 art. 57): how many are left, and who comes first."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from yiwang.domains.cases.models import Case, Place
from yiwang.domains.cases.queries.single import case_content
from yiwang.domains.catalogue.content import Quota
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


def line_of(case: Case) -> Line | None:
    """Return where a case stands in the line for a limited number; None where the number is not limited, or it has no place."""
    quota = case_content(case).quota
    mine = Place.objects.filter(case_id=case.pk).first() if quota else None
    if quota is None or mine is None:
        return None
    others = Place.objects.filter(item_code=mine.item_code).exclude(case_id=case.pk)
    before = others.filter(Q(accepted_at__lt=mine.accepted_at) | Q(accepted_at=mine.accepted_at, case_id__lt=case.pk))
    return Line(quota.number, number_left(mine.item_code, quota), before.filter(case__outcome="").count())


def number_left(item_code: str, quota: Quota) -> int:
    """Return how many may still be granted: what was granted counts as long as it stands, whoever renewed it meanwhile."""
    places = Place.objects.filter(item_code=item_code, case__outcome="granted")
    granted = set(places.values_list("case_id", flat=True))
    made = list(Certificate.objects.filter(case_id__in=granted))
    ended = {one.case_id for one in made} - {one.case_id for one in made if _stands(one, today())}
    return max(0, quota.number - quota.given_before - len(granted - ended))


def _stands(certificate: Certificate, day: dt.date) -> bool:
    seen: set[UUID] = set()
    while certificate.state == "replaced" and certificate.pk not in seen:
        seen.add(certificate.pk)
        later = Certificate.objects.filter(replaces_id=certificate.pk).order_by("-intended_at").first()
        if later is None:
            return False
        certificate = later
    return certificate.state in STANDING and (certificate.valid_until is None or certificate.valid_until >= day)
