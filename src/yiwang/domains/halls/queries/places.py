"""Read halls; they are public."""

from yiwang.domains.halls.models import Hall, Service
from yiwang.foundation.actions import NotVisible


def hall(code: str) -> Hall:
    """Return a hall.

    Raises:
        NotVisible: where there is none.
    """
    found = Hall.objects.select_related("office", "region").filter(pk=code).first() if "\0" not in code else None
    if found is None:
        raise NotVisible
    return found


def halls() -> list[Hall]:
    """Return all halls, by division."""
    return list(Hall.objects.select_related("region", "office").order_by("region_id", "code"))


def services_of(hall: Hall) -> list[Service]:
    """Return what is done in a hall, in order of the letters, with the offices."""
    return list(Service.objects.filter(hall=hall).order_by("letter").prefetch_related("offices"))


def halls_by_office() -> dict[str, list[tuple[str, str, str]]]:
    """Return office code → the halls in which it is served: code, name, English name. For pages, to be kept for a while."""
    rows = Service.objects.filter(offices__isnull=False).order_by("hall_id")
    found: dict[str, list[tuple[str, str, str]]] = {}
    for office, *hall in rows.values_list("offices", "hall_id", "hall__name", "hall__name_en").distinct():
        found.setdefault(office, []).append((hall[0], hall[1], hall[2]))
    return found
