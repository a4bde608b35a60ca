"""Whom to ask where a search did not help: the offices behind what comes nearest, and those of the place."""

from collections.abc import Sequence

from yiwang.domains.catalogue.models import Item
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.queries import lineage

_ASKED = 8
_LOOKED_AT = 200


def offices_of_items(codes: Sequence[str], limit: int = 3) -> list[Office]:
    """Return the offices that answer for items, in the order of the items, each once."""
    wanted = list(codes)[:20]
    of_item = dict(Item.objects.filter(code__in=wanted).values_list("code", "office_id")) if wanted else {}
    offices = list(dict.fromkeys(of_item[code] for code in wanted if code in of_item))[:limit]
    found = Office.objects.in_bulk(offices)
    return [found[code] for code in offices]


def offices_to_ask(region: str, limit: int = _ASKED) -> list[Office]:
    """Return offices of a region, then of those above it, at most so many."""
    line = [place.code for place in lineage(region)]
    found = Office.objects.filter(region_id__in=line).order_by("-region_id", "code")[:_LOOKED_AT] if line else ()
    return sorted(found, key=lambda office: -line.index(str(office.region_id)))[:limit]
