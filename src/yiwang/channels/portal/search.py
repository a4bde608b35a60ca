"""Find a service by one's own words; see why, and whom to ask where nothing fits."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.channels.portal.guides import card, place_name
from yiwang.channels.portal.home import examples
from yiwang.channels.portal.offices import office_row
from yiwang.channels.portal.places import search_regions
from yiwang.channels.ui.wording import HOTLINE
from yiwang.domains.cases.queries import most_submitted
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.notice.facts import Fact
from yiwang.domains.catalogue.queries import Row, rows_of
from yiwang.domains.regions.queries import places
from yiwang.domains.search.actions import log_search
from yiwang.domains.search.queries import (
    LONGEST_BEGINNING,
    LONGEST_QUERY,
    Found,
    Group,
    find,
    offices_of_items,
    offices_to_ask,
    reason_words,
    suggest,
)
from yiwang.foundation.actors import ANONYMOUS

AUDIENCES = ("person", "enterprise")
SHOWN = 20
KEEP_SUGGESTIONS = 60

_ELSEWHERE = Text("别的地方也能办，选地区看那里的", "Offered in other places too; choose a region to see theirs")


def _asked(request: HttpRequest) -> tuple[str, str, str]:
    """Return what was typed, where and for whom, of which nothing but what we offer is left."""
    source = request.POST if request.method == "POST" else request.GET
    query = " ".join(source.get("q", "").split())[:LONGEST_QUERY].replace("\0", "")
    audience, region = source.get("audience", ""), source.get("region", "")
    known = any(one["code"] == region for one in search_regions())
    return query, region if known else "", audience if audience in AUDIENCES else ""


def search(request: HttpRequest) -> HttpResponse:
    """Results in groups; a search without a sure answer is noted, without anybody's name."""
    query, region, audience = _asked(request)
    why = bool(query) and request.GET.get("why") == "1"
    found = find(query, region, audience, limit=SHOWN, explain=why) if query else _most_used()
    if query and not found.confident:
        log_search(query=query, region=region, found=found.total, confident=found.confident, by=ANONYMOUS)
    kept = {"q": query, "region": region, "audience": audience}
    place = places().get(region)
    context = {
        "q": query,
        "results": [
            {"title": g.title, "note": g.note, "rows": [_row(row, found, why) for row in g.rows]} for g in found.groups
        ],
        "total": found.total,
        "confident": found.confident,
        "understood": found.understood or None,
        "audience": audience,
        "region": region,
        "region_name": Text(place.name, place.name_en) if place else None,
        "regions": search_regions(),
        "elsewhere": [_placed(row) for row in found.elsewhere],
        "suggestions": found.suggestions or ([] if found.confident else examples(audience or "person")),
        "why": why,
        "why_url": _with(kept, why="" if why else "1") if query and found.groups else "",
        "person_url": f"{reverse('portal:search-person')}?{urlencode({k: v for k, v in kept.items() if v})}",
        "next_url": "",
    }
    return render(request, "portal/search.html", context)


def _with(kept: dict[str, str], **more: str) -> str:
    return f"{reverse('portal:search')}?{urlencode({k: v for k, v in (kept | more).items() if v})}"


def _row(row: Row, found: Found, why: bool) -> dict[str, Any]:
    shown = card(row)
    if row.code in found.several:
        name = place_name(row.region_code)
        facts = [Fact("pin", name)] if name else []
        shown["facts"] = [*shown["facts"], *facts, Fact("info", _ELSEWHERE)]
    if why:
        shown["why"] = reason_words(found.reasons.get(row.code, ()))
    return shown


def _placed(row: Row) -> dict[str, Any]:
    """Return a row that says where it is, before all else."""
    shown = card(row)
    name = place_name(row.region_code)
    return shown | ({"facts": [Fact("pin", name, strong=True), *shown["facts"]]} if name else {})


def _most_used() -> Found:
    rows = rows_of(most_submitted(limit=SHOWN))
    return Found(groups=[Group("", "", rows)] if rows else [], confident=True, total=len(rows))


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Words that begin as somebody types, as JSON: the same for everybody, so it may be kept for a minute."""
    found = suggest(request.GET.get("q", "")[:LONGEST_BEGINNING])
    response = JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = f"public, max-age={KEEP_SUGGESTIONS}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """Whom to ask in person where no result is right. Telling us so notes the words for those who keep them, and no name."""
    query, region, audience = _asked(request)
    if request.method == "POST":
        if query:
            log_search(query=query, region=region, found=0, confident=False, by=ANONYMOUS)
        kept = {"q": query, "region": region, "audience": audience, "noted": "1"}
        address = urlencode({k: v for k, v in kept.items() if v})
        return HttpResponseRedirect(f"{reverse('portal:search-person')}?{address}")
    found = find(query, region, audience, limit=3) if query else Found()
    nearest = offices_of_items([*(row.code for row in found.elsewhere), *found.codes])
    near = {office.code for office in nearest}
    context = {
        "q": query,
        "region": region,
        "audience": audience,
        "regions": search_regions(),
        "region_name": place_name(region),
        "hotline": HOTLINE,
        "nearest": [office_row(one) for one in nearest],
        "offices": [office_row(one) for one in offices_to_ask(region) if one.code not in near],
        "noted": request.GET.get("noted") == "1",
        "back": _with({"q": query, "region": region, "audience": audience}),
    }
    return render(request, "portal/search_person.html", context)
