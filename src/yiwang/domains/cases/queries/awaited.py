"""What applicants still have to supply after acceptance: papers that were to follow, and what a law let the office ask."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Value

from yiwang.domains.cases.models import Case, Deferral, MoreRequest
from yiwang.foundation.actors import Actor

MOST = 20


@dataclass(frozen=True)
class Awaited:
    """One case that waits for its applicant: `kind` is deferred or more."""

    kind: str
    number: str
    item_name: str
    item_name_en: str
    due_on: dt.date


def awaited_of(actor: Actor) -> list[Awaited]:
    """Return what somebody's own accepted cases wait for, the most urgent first; each case once a kind."""
    own = Case.objects.visible_to(actor).filter(is_open=True).values("pk")
    wanted = ("case__number", "case__item_name", "case__item_name_en", "due_on")
    deferred = Deferral.objects.filter(case_id__in=own, supplied_at__isnull=True, due_on__isnull=False)
    more = MoreRequest.objects.filter(
        case_id__in=own, supplied_at__isnull=True, case__state__in=("accepted", "in_review")
    )
    first: dict[tuple[str, str], Awaited] = {}
    for kind, rows in (("deferred", deferred), ("more", more)):
        for number, name, english, due_on in rows.order_by("due_on").values_list(*wanted)[:MOST]:
            first.setdefault((kind, number), Awaited(kind, number, name, english, due_on))
    return sorted(first.values(), key=lambda one: one.due_on)


AWAITING = frozenset({"accepted", "in_review", "suspended"})
"""States in which a case may wait for papers that were to follow; what a law let the office ask not while it is suspended."""


def awaited_among(ids: Collection[UUID]) -> dict[UUID, tuple[str, dt.date]]:
    """Return, of cases that one may see and that stand in `AWAITING`, what each waits for first: its kind and the date."""
    if not ids:
        return {}
    wanted = {"case_id__in": ids, "supplied_at__isnull": True}
    deferred = Deferral.objects.filter(**wanted, due_on__isnull=False).annotate(kind=Value("deferred"))
    more = MoreRequest.objects.filter(**wanted, case__state__in=("accepted", "in_review")).annotate(kind=Value("more"))
    columns = ("case_id", "kind", "due_on")
    found: dict[UUID, tuple[str, dt.date]] = {}
    for case_id, kind, due_on in deferred.values_list(*columns).union(more.values_list(*columns)):
        if case_id not in found or due_on < found[case_id][1]:
            found[case_id] = kind, due_on
    return found
