"""Read the offices."""

from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.queries import lineage

COUNTY, TOWNSHIP = 3, 4
"""Levels of a division."""


@dataclass(frozen=True)
class Remedies:
    """Who hears an objection against what an office did: (Chinese, English) of the reviewing body and of the court."""

    review_body: tuple[str, str]
    court: tuple[str, str]


def remedies_against(office: Office) -> Remedies:
    """Return who reviews the acts of an office and where one sues it.

    行政复议法 (2023) art. 24: the people's government of its own level, for a township that of the county. What is led
    from above (art. 27: customs, tax and their like) names its reviewer in `review_body`. 行政诉讼法 art. 14 and 18: the
    basic court of the county where it sits; where courts are arranged otherwise, `court` names it.
    """
    line = lineage(office.region_id or "")
    if line and line[-1].level >= TOWNSHIP:
        line = line[:-1]
    review = ("本级人民政府", "the people's government of its level")
    court = ("部门所在地的基层人民法院", "the basic people's court where the office sits")
    if line:
        # A county is named together with its city, a city or province alone.
        names = line[-2:] if line[-1].level >= COUNTY else line[-1:]
        zh, en = "".join(p.name for p in names), ", ".join(p.in_("en") for p in reversed(names))
        review = (f"{zh}人民政府", f"the People's Government of {en}")
        if line[-1].level >= COUNTY:
            court = (f"{zh}人民法院", f"the People's Court of {en}")
    return Remedies(
        (office.review_body, office.review_body) if office.review_body else review,
        (office.court, office.court) if office.court else court,
    )


def office(code: str) -> Office | None:
    """Return an office; offices are public."""
    return Office.objects.filter(code=code).first()


def offices_of(*, region: str = "", limit: int = 50, after: str = "") -> list[Office]:
    """Return offices in order of code, those of one region and below where a region is given."""
    found = Office.objects.filter(code__gt=after).order_by("code")
    if region:
        found = found.filter(region__code__startswith=region.rstrip("0") or region)
    return list(found[:limit])


def find_offices(
    *, words: str = "", region: str = "", after: tuple[str, str] = ("", ""), limit: int = 50
) -> list[Office]:
    """Return offices whose name holds all the words, by division and code; `after` is (division, code) of the last seen."""
    found = Office.objects.annotate(at=Coalesce("region_id", Value(""))).order_by("at", "code")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(name_en__icontains=word))
    if region:
        found = found.filter(region__code__startswith=region.rstrip("0") or region)
    if after[1]:
        found = found.filter(Q(at__gt=after[0]) | Q(at=after[0], code__gt=after[1]))
    return list(found[:limit])


def divisions_with_offices() -> list[str]:
    """Return the codes of the divisions that have offices of their own, in order."""
    found = Office.objects.filter(region__isnull=False).values_list("region_id", flat=True)
    return sorted(set(found.distinct()))


def office_codes_below(code: str) -> set[str] | None:
    """Return the offices in the division of an office and below it; None for all, where it is one of the whole province.

    An office of no division (some sources name none) lies below the province only.
    """
    known = _digits_of(code)
    if known is None:
        return set()
    if not known:
        return None
    return set(Office.objects.filter(region__code__startswith=known).values_list("code", flat=True))


def is_in_division_of(code: str, region: str | None) -> bool:
    """Return whether a division is that of an office or lies below it; no division lies below the province only."""
    known = _digits_of(code)
    return known is not None and (region or "").startswith(known)


def _digits_of(code: str) -> str | None:
    """Return what the codes of all divisions below an office's own begin with: nothing for the province, None without one."""
    region = Office.objects.filter(code=code).values_list("region_id", flat=True).first()
    if not region:
        return None
    digits = region.rstrip("0")
    known = digits + "0" * (-len(digits) % 2) if len(digits) < 6 else digits + "0" * (-len(digits) % 3)
    return known if len(known) > 2 else ""
