"""/offices: who answers for services, by division and by name, with where, when and the telephone."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from yiwang.channels.ui.wording import is_english
from yiwang.domains.catalogue.content import Text
from yiwang.domains.organisations.models import Office
from yiwang.domains.organisations.queries import divisions_with_offices, find_offices
from yiwang.domains.regions.queries import full_name, is_known_region, lineage

ROWS = 40
LONGEST = 60


def offices(request: HttpRequest) -> HttpResponse:
    """All offices, those of one division and below, or those whose name holds the words."""
    words = " ".join(request.GET.get("q", "")[:LONGEST].split())
    region = request.GET.get("region", "")
    region = region if is_known_region(region) else ""
    at, _dot, code = request.GET.get("after", "")[:80].partition(".")
    found = find_offices(words=words, region=region, after=(at, code), limit=ROWS + 1)
    shown = found[:ROWS]
    here = {name: value for name, value in (("q", words), ("region", region)) if value}
    start = reverse("portal:offices")
    last = shown[-1] if shown else None
    on = {**here, "after": f"{last.region_id or ''}.{last.code}"} if last and len(found) > ROWS else {}
    context = {
        "q": words,
        "region": region,
        "regions": _choices(region),
        "groups": [
            {"name": _division(code), "offices": [office_row(office) for office in inside]}
            for code, inside in groupby(shown, key=lambda office: office.region_id or "")
        ],
        "next_url": f"{start}?{urlencode(on)}" if on else "",
        "first_url": f"{start}?{urlencode(here)}".rstrip("?") if code else "",
    }
    return render(request, "portal/offices.html", context)


def _division(code: str) -> Text | None:
    return Text(full_name(code), full_name(code, "en")) if code else None


def office_row(office: Office) -> dict[str, Any]:
    """Return an office as the templates show it: name, where, when, telephone. What nobody published is empty."""
    return {
        "code": office.code,
        "name": Text(office.name, office.name_en),
        "place": Text(office.place, office.place_en),
        "hours": Text(office.hours, office.hours_en),
        "phone": office.phone,
    }


def _choices(chosen: str) -> list[tuple[str, str]]:
    """Return the divisions that have offices, and those above them, each once and in order."""
    language = "en" if is_english() else "zh"
    codes = {place.code for code in [*divisions_with_offices(), chosen] for place in lineage(code)}
    return [(code, full_name(code, language)) for code in sorted(codes)]
