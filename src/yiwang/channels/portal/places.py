"""Divisions as choices: for the forms, and for where a service is wanted."""

from functools import lru_cache
from typing import Any

from django.conf import settings

from yiwang.domains.catalogue.content import Text
from yiwang.domains.regions.queries import Place, children, full_name, places

COUNTRY_LEVELS = 3
Groups = list[tuple[str, list[tuple[str, str]]]]


def region_choices(item_region: str, chosen: str, english: bool) -> Groups:
    """Return the divisions that a form offers, in groups, with what is chosen now among them.

    First the streets of the item's own county, then the counties of the province by city, then the cities of the rest
    of the country.
    """
    groups = _choices(item_region, english, len(places()))
    if chosen and chosen in places() and all(chosen != code for _, inside in groups for code, _ in inside):
        return [("", [(chosen, full_name(chosen, "en" if english else "zh"))]), *groups]
    return groups


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
