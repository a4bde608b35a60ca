"""Read halls; they are public."""

from collections.abc import Iterable

from django.db.models import Q

from yiwang.domains.halls.models import Closure, Hall, Service, Window
from yiwang.domains.halls.policies import may_keep_hall
from yiwang.domains.organisations.models import Office
from yiwang.domains.organisations.queries import office_codes_below
from yiwang.domains.regions.queries import lineage
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today


def hall(code: str) -> Hall:
    """Return a hall.

    Raises:
        NotVisible: where there is none.
    """
    found = Hall.objects.select_related("office", "region").filter(pk=code).first() if "\0" not in code else None
    if found is None:
        raise NotVisible
    return found


def kept_hall(actor: Actor, code: str) -> Hall:
    """Return a hall that an administrator keeps.

    Raises:
        NotVisible: where there is none, or it lies in another division.
    """
    found = hall(code)
    if not may_keep_hall(actor, found):
        raise NotVisible
    return found


def kept_halls(actor: Actor) -> list[Hall]:
    """Return the halls that an administrator keeps, by division."""
    return [one for one in halls() if may_keep_hall(actor, one)]


def offices_to_run(actor: Actor) -> list[tuple[str, str]]:
    """Return the offices that may run a hall of this administrator: code and name, by division."""
    if not (actor.is_staff and actor.office and actor.has_role("administrator")):
        return []
    found, below = Office.objects.order_by("region_id", "code"), office_codes_below(actor.office)
    if below is not None:
        found = found.filter(pk__in=below | {actor.office})
    return list(found.values_list("code", "name"))


def offices_near(hall: Hall, besides: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the offices of a hall's division and of those above it, and some others: code and name, the nearest first."""
    line = [place.code for place in lineage(hall.region_id or hall.office.region_id or "")]
    found = Office.objects.filter(Q(region_id__in=line) | Q(pk__in=[hall.office_id, *besides]))
    return list(found.order_by("-region_id", "code").values_list("code", "name"))


def closures_ahead(hall: Hall) -> list[Closure]:
    """Return the days ahead on which a hall stays closed."""
    return list(Closure.objects.filter(hall=hall, date__gte=today()).order_by("date"))


def windows_of(hall: Hall) -> list[Window]:
    """Return every window of a hall by number, those out of use too, with their queues."""
    found = Window.objects.filter(hall=hall).select_related("office", "clerk").order_by("number")
    return list(found.prefetch_related("services"))


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
