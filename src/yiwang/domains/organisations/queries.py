"""Read the offices."""

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from yiwang.domains.organisations.models import Office


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
    region = Office.objects.filter(code=code).values_list("region_id", flat=True).first()
    if not region:
        return set()
    digits = region.rstrip("0")
    known = digits + "0" * (-len(digits) % 2) if len(digits) < 6 else digits + "0" * (-len(digits) % 3)
    if len(known) <= 2:
        return None
    return set(Office.objects.filter(region__code__startswith=known).values_list("code", flat=True))
