"""Ratings: give one, and read all of them."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.paging import moment_of
from yiwang.domains.cases.queries import case_by_number
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.queries import guide
from yiwang.domains.organisations.queries import office
from yiwang.domains.ratings.actions import COMMENT_MOST, rate_case
from yiwang.domains.ratings.models import Rating
from yiwang.domains.ratings.policies import RATABLE
from yiwang.domains.ratings.queries import GRADES, WEIGHTS, figures_of, rating_of, ratings_of, total_figures
from yiwang.foundation.actions import InvalidInput, Refused

ROWS = 20


def reviews(request: HttpRequest) -> HttpResponse:
    """Every rating in public, of all, of one item or of one office."""
    item, place, kind = (request.GET.get(k, "")[:80] for k in ("item", "office", "kind"))
    figures = figures_of("item", item) if item else figures_of("office", place) if place else total_figures()
    good = {"good": True, "bad": False}.get(kind)
    words = " ".join(request.GET.get("q", "")[:60].split())
    before = moment_of(request.GET.get("before", ""))
    found = ratings_of(item_code=item, office_code=place, good=good, words=words, before=before, limit=ROWS + 1)
    asked = {k: v for k, v in (("item", item), ("office", place), ("q", words)) if v}
    here = reverse("portal:reviews")

    def address(**more: str) -> str:
        return f"{here}?{urlencode(asked | more)}" if asked | more else here

    side = {"kind": kind} if good is not None else {}
    counts = figures.counts
    context = {
        "q": words,
        "kept": {k: v for k, v in (("item", item), ("office", place), ("kind", kind if good is not None else "")) if v},
        "figures": {
            "total": figures.total,
            "positive": figures.good_share,
            "bars": [
                {"words": words, "count": counts.get(g, 0), "is_bad": WEIGHTS[g] <= 2} for g, words in GRADES.items()
            ],
        },
        "filters": [
            {"words": _("全部"), "url": address(), "is_current": good is None, "count": figures.total},
            {"words": _("好评"), "url": address(kind="good"), "is_current": good is True, "count": _part(counts, True)},
            {
                "words": _("差评"),
                "url": address(kind="bad"),
                "is_current": good is False,
                "count": _part(counts, False),
            },
            *_narrowed(item, place, here),
        ],
        "reviews": [_review(rating) for rating in found[:ROWS]],
        "next_url": address(**side, before=found[ROWS - 1].rated_at.isoformat()) if len(found) > ROWS else "",
        "first_url": address(**side) if before else "",
    }
    return render(request, "portal/reviews.html", context)


def _part(counts: dict[str, int], good: bool) -> int:
    return sum(n for grade, n in counts.items() if (WEIGHTS[grade] > 2) is good)


def _narrowed(item: str, place: str, here: str) -> list[dict[str, Any]]:
    """The item or office that the page is narrowed to, as a chip that leads back to all."""
    name: Any = None
    if item and (found := guide(item)):
        name = found.content.name
    elif place and (bureau := office(place)):
        name = Text(bureau.name, bureau.name_en)
    if name is None:
        return []
    words = Text(f"只看：{name.zh}，点这里看全部", f"Only {name.in_('en')}: show all")
    return [{"words": words, "url": here, "is_current": False, "count": None}]


def _review(rating: Rating) -> dict[str, Any]:
    case = rating.case
    return {
        "grade": WEIGHTS[rating.grade],
        "words": GRADES[rating.grade],
        "item_name": Text(case.item.name, case.item.name_en),
        "item_code": rating.item_code,
        "office": Text(case.office.name, case.office.name_en),
        "date": rating.rated_at,
        "text": rating.comment,
        "reply": None,
    }


@signed_in
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Give a finished case its one grade."""
    case = case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = reverse("portal:case", args=[case.number])
    if case.joint_reference:
        return HttpResponseRedirect(reverse("portal:joint-case", args=[case.joint_reference]))
    return rating_page(
        request,
        what={"number": case.number, "name": Text(case.item_name, case.item_name_en), "url": case_url},
        office_name=Text(case.office.name, case.office.name_en),
        rate_url=reverse("portal:case-rate", args=[case.number]),
        given=lambda: rating_of(case.pk),
        give=partial(rate_case, case_id=case.pk),
        is_over=case.state in RATABLE,
    )


def rating_page(
    request: HttpRequest,
    *,
    what: dict[str, Any],
    office_name: Text,
    rate_url: str,
    given: Callable[[], Any],
    give: Callable[..., Any],
    is_over: bool,
) -> HttpResponse:
    """Ask for a grade, take it, or show the one that was given: of a case, and of a joint case as a whole.

    `give` takes grade, comment and by; `given` returns the rating that is there, or None.
    """
    rating = given()
    problems: list[dict[str, str]] = []
    if request.method == "POST" and not rating:
        grade, comment = request.POST.get("grade", ""), request.POST.get("comment", "").replace("\r\n", "\n")
        try:
            give(grade=grade, comment=comment, by=request.actor)  # type: ignore[attr-defined]
            return HttpResponseRedirect(rate_url)
        except InvalidInput as error:
            field = "comment" if error.code == "comment_too_long" else "grade-1"
            problems = [{"href": f"#{field}", "message": str(error.message), "field": field}]
        except Refused as refusal:
            if refusal.code != "rated_already":
                raise
            rating = given()
    elif not rating and not is_over:
        return HttpResponseRedirect(what["url"])
    context = {
        "case": what,
        "rate_url": rate_url,
        "office": office_name,
        "grades": [{"key": key, "words": words, "stars": WEIGHTS[key]} for key, words in GRADES.items()],
        "chosen": request.POST.get("grade", ""),
        "comment": request.POST.get("comment", ""),
        "most": COMMENT_MOST,
        "problems": problems,
        "given": {"grade": WEIGHTS[rating.grade], "words": GRADES[rating.grade], "text": rating.comment}
        if rating
        else None,
    }
    return render(request, "portal/ratings/rate.html", context, status=422 if problems else 200)
