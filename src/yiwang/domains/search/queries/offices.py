"""Whom to ask where a search did not help: offices, with where, when and by which number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from django.db import connection

from yiwang.domains.regions.queries import lineage

_ASKED = 8
_OFFICE = "SELECT o.code, o.name, o.name_en, o.place, o.hours, o.region_id FROM organisations_office o WHERE "


@dataclass(frozen=True, slots=True)
class OfficeToAsk:
    """One office as somebody needs it who wants to ask a person. What nobody published is empty."""

    code: str
    name: str
    name_en: str
    place: str
    hours: str
    phone: str
    region: str


class _Contact(msgspec.Struct):
    consult: str = ""


class _WithContact(msgspec.Struct):
    contact: _Contact | None = None


_read = msgspec.json.Decoder(_WithContact).decode


def offices_of_items(codes: Sequence[str], limit: int = 3) -> list[OfficeToAsk]:
    """Return the offices that answer for items, in the order of the items, each once."""
    wanted = list(codes)[:20]
    if not wanted:
        return []
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT code, office_id FROM catalogue_item WHERE code IN ({marks})", wanted)  # noqa: S608
        of_item = dict(cursor.fetchall())
    offices = list(dict.fromkeys(of_item[code] for code in wanted if code in of_item))[:limit]
    found = {office.code: office for office in _offices("o.code IN ({})", offices)}
    return [found[code] for code in offices if code in found]


def offices_to_ask(region: str, limit: int = _ASKED) -> list[OfficeToAsk]:
    """Return offices of a region, then of those above it, at most so many."""
    line = [place.code for place in lineage(region)]
    found = _offices("o.region_id IN ({}) ORDER BY o.region_id DESC, o.code LIMIT 200", line)
    return sorted(found, key=lambda office: -line.index(office.region))[:limit]


def _offices(condition: str, values: Sequence[str]) -> list[OfficeToAsk]:
    if not values:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OFFICE + condition.format(", ".join(["%s"] * len(values))), list(values))
        rows = cursor.fetchall()
    phones = _phones(row[0] for row in rows[:40])
    return [
        OfficeToAsk(code, name, name_en, place, hours, phones.get(code, ""), region or "")
        for code, name, name_en, place, hours, region in rows
    ]


def _phones(offices: Iterable[str]) -> dict[str, str]:
    """Return the number to call of each office, where an item of ours gives one; other sources are not known to be current."""
    codes = list(offices)
    if not codes:
        return {}
    marks = ", ".join(["%s"] * len(codes))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.code, v.content FROM organisations_office o JOIN catalogue_itemversion v ON v.id = (SELECT i.current"  # noqa: S608
            " FROM catalogue_item i WHERE i.office_id = o.code AND i.state = 'published' AND i.source = 'yiwang'"
            f" LIMIT 1) WHERE o.code IN ({marks})",
            codes,
        )
        found = {office: _read(content).contact for office, content in cursor.fetchall()}
    return {office: contact.consult for office, contact in found.items() if contact and contact.consult}
