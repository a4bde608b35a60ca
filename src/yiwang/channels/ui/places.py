"""Divisions as choices for the forms of any channel."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

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
    return f"{reverse('portal:regions')}?v={division_tree(english, len(places()))[1]}{'&lang=en' if english else ''}"


@lru_cache(maxsize=4)
def division_tree(english: bool, known: int) -> tuple[bytes, str]:
    """Return every division as JSON, code → name, and the tag that names this tree; `known` is how many there are."""
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
