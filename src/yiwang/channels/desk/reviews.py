"""What people say of the office: every rating, to be read by those whom it concerns. Nobody is told who wrote it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.paging import moment_of
from yiwang.domains.catalogue.content import Text
from yiwang.domains.ratings.models import Rating
from yiwang.domains.ratings.queries import GRADES, WEIGHTS, figures_of, ratings_of

PAGE = 30
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "": (gettext_noop("全部"), {}),
    "bad": (gettext_noop("差评"), {"good": False}),
    "good": (gettext_noop("好评"), {"good": True}),
    "words": (gettext_noop("写了话的"), {"has_comment": True}),
}


@officials(*CASE_ROLES)
@require_GET
def reviews(request: StaffRequest) -> HttpResponse:
    """Show the ratings of the office, the newest first, by kind and by what they say."""
    words = " ".join(request.GET.get("q", "").split())[:60]
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    code, before = request.staff.office_code, moment_of(request.GET.get("before", ""))
    found = ratings_of(office_code=code, words=words, before=before, limit=PAGE + 1, **KINDS[kind][1])
    asked = {name: value for name, value in (("q", words), ("kind", kind)) if value}
    more = {**asked, "before": found[PAGE - 1].rated_at.isoformat()} if len(found) > PAGE else {}
    figures = figures_of("office", code)
    context = {
        "rows": [_row(rating) for rating in found[:PAGE]],
        "figures": {"total": figures.total, "good": figures.good_share, "score": figures.score},
        "words": words,
        "kind": kind,
        "kinds": [
            {
                "words": _(label),
                "url": f"?{urlencode({n: v for n, v in (('q', words), ('kind', key)) if v})}",
                "is_current": key == kind,
            }
            for key, (label, _narrow) in KINDS.items()
        ],
        "next_url": f"?{urlencode(more)}" if more else "",
        "first_url": f"?{urlencode(asked)}" if before else "",
    }
    return staff_page(request, "desk/reviews.html", context)


def _row(rating: Rating) -> dict[str, Any]:
    return {
        "grade": WEIGHTS[rating.grade],
        "words": GRADES[rating.grade],
        "item": Text(rating.case.item_name, rating.case.item_name_en),
        "item_code": rating.item_code,
        "text": rating.comment,
        "at": rating.rated_at,
    }
