"""Read the offices."""

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
