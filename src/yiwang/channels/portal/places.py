"""Divisions as choices: for the forms, and for where a service is wanted."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from yiwang.channels.ui.places import division_tree
from yiwang.domains.catalogue.content import Text
from yiwang.domains.regions.queries import children, places


def regions(request: HttpRequest) -> HttpResponse:
    """Every division, code → name, as JSON. Its address changes with it, so it may be kept for good."""
    body, tag = division_tree(request.GET.get("lang") == "en", len(places()))
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response.headers["ETag"] = f'"{tag}"'
    patch_cache_control(response, public=True, max_age=31_536_000 if request.GET.get("v") == tag else 300)
    return response


def search_regions() -> list[dict[str, Any]]:
    """Return where a service may be wanted: anywhere, the province, its cities, their counties."""
    return _search_regions(len(places()))


@lru_cache(maxsize=4)
def _search_regions(known: int) -> list[dict[str, Any]]:
    province = places().get(f"{settings.YIWANG_PROVINCE}0000")
    found = [{"code": "", "name": Text("都可以", "Anywhere")}]
    if province is None:
        return found
    found.append({"code": province.code, "name": Text(province.name, province.name_en)})
    for city in children(province.code):
        found.append({"code": city.code, "name": Text(city.name, city.name_en)})
        for county in children(city.code):
            name = Text(f"{city.name} {county.name}", f"{city.in_('en')}, {county.in_('en')}")
            found.append({"code": county.code, "name": name})
    return found
