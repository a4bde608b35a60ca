"""Divisions as choices: for the forms, and for where a service is wanted."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control

from yiwang.domains.catalogue.content import Text
from yiwang.domains.regions.queries import Place, children, full_name, places, places_named

COUNTRY_LEVELS = 3
Groups = list[tuple[str, list[tuple[str, str]]]]


def region_choices(item_region: str, chosen: Sequence[str], english: bool) -> Groups:
    """Return the divisions that a form offers, in groups, with those that are chosen now among them.

    First the streets of the item's own county, then the counties of the province by city, then the cities of the rest
    of the country.
    """
    groups = _choices(item_region, english, len(places()))
    offered = {code for _, inside in groups for code, _ in inside} if chosen else set()
    missing = [code for code in chosen if code in places() and code not in offered]
    named = [(code, full_name(code, "en" if english else "zh")) for code in missing]
    return [("", named), *groups] if named else groups


def regions_url(english: bool) -> str:
    """Return where the browser fetches the whole tree, once, when somebody begins to fill in an address."""
    return f"{reverse('portal:regions')}?v={_tree(english, len(places()))[1]}{'&lang=en' if english else ''}"


def regions(request: HttpRequest) -> HttpResponse:
    """Every division, code → name, as JSON. Its address changes with it, so it may be kept for good."""
    body, tag = _tree(request.GET.get("lang") == "en", len(places()))
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response.headers["ETag"] = f'"{tag}"'
    patch_cache_control(response, public=True, max_age=31_536_000 if request.GET.get("v") == tag else 300)
    return response


@lru_cache(maxsize=4)
def _tree(english: bool, known: int) -> tuple[bytes, str]:
    language = "en" if english else "zh"
    body = msgspec.json.encode({code: place.in_(language) for code, place in sorted(places().items())})
    return body, hashlib.sha256(body).hexdigest()[:12]


def found_places(request: HttpRequest, keys: Sequence[str], english: bool) -> dict[str, list[tuple[str, str]]]:
    """Return what a search for a place found that was posted without JavaScript: key of the address → divisions."""
    asked = [key for key in keys if request.method == "POST" and f"{key}-look" in request.POST]
    language = "en" if english else "zh"
    return {
        key: [(p.code, full_name(p.code, language)) for p in places_named(request.POST.get(f"{key}-find", "")[:60])]
        for key in asked
    }


@lru_cache(maxsize=200)
def _choices(item_region: str, english: bool, known: int) -> Groups:
    language = "en" if english else "zh"
    province = f"{settings.YIWANG_PROVINCE}0000"

    def named(found: list[Place]) -> list[tuple[str, str]]:
        return [(place.code, place.in_(language)) for place in found]

    groups: Groups = []
    own = places().get(item_region)
    if own and own.level >= COUNTRY_LEVELS:
        county = own if own.level == COUNTRY_LEVELS else places().get(own.parent)
        if county and (streets := children(county.code)):
            groups.append((county.in_(language), named(streets)))
    for city in children(province):
        groups.append((city.in_(language), [(city.code, city.in_(language)), *named(children(city.code))]))
    for other in children(""):
        if other.code != province:
            inside = named(children(other.code))
            groups.append((other.in_(language), [(other.code, other.in_(language)), *inside]))
    return groups


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
