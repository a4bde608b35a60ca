"""Find a service by one's own words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yiwang.channels.portal.guides import card
from yiwang.channels.portal.home import examples
from yiwang.channels.portal.places import search_regions
from yiwang.domains.cases.queries import most_submitted
from yiwang.domains.catalogue.queries import rows_of
from yiwang.domains.search.actions import log_search
from yiwang.domains.search.queries import LONGEST_QUERY, Found, Group, find
from yiwang.foundation.actors import ANONYMOUS

AUDIENCES = ("person", "enterprise")
SHOWN = 20


def search(request: HttpRequest) -> HttpResponse:
    """Results in groups; a search without a sure answer is noted, without anybody's name."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY].replace("\0", "")
    audience = request.GET.get("audience", "")
    audience = audience if audience in AUDIENCES else ""
    region = request.GET.get("region", "")
    regions = search_regions()
    region = region if any(one["code"] == region for one in regions) else ""
    found = find(query, region, audience, limit=SHOWN) if query else _most_used()
    if query and not found.confident:
        log_search(query=query, region=region, found=found.total, confident=found.confident, by=ANONYMOUS)
    context = {
        "q": query,
        "results": [{"title": g.title, "note": g.note, "rows": [card(row) for row in g.rows]} for g in found.groups],
        "total": found.total,
        "confident": found.confident,
        "understood": None,
        "audience": audience,
        "region": region,
        "regions": regions,
        "suggestions": found.suggestions or ([] if found.confident else examples(audience or "person")),
        "next_url": "",
    }
    return render(request, "portal/search.html", context)


def _most_used() -> Found:
    rows = rows_of(most_submitted(limit=SHOWN))
    return Found(groups=[Group("", "", rows)] if rows else [], confident=True, total=len(rows))
