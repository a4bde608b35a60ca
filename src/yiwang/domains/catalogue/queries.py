"""Read the catalogue; it is public. The guide is a hot page: one statement, and content decoded once a version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count

from yiwang.domains.catalogue.content import ItemContent, from_json
from yiwang.domains.catalogue.models import Item, ItemVersion, LifeEvent
from yiwang.domains.catalogue.policies import is_for_firms_only, may_be_applied_for
from yiwang.domains.regions.queries import lineage, places
from yiwang.foundation.clock import now
from yiwang.foundation.forms import Form, compile_form, standard_form


@dataclass(frozen=True, slots=True)
class Guide:
    """One item as its page needs it."""

    code: str
    name: str
    name_en: str
    type_code: str
    state: str
    closes_at: datetime | None
    group_code: str
    source: str
    office_code: str
    office_name: str
    office_name_en: str
    office_number: str
    region_code: str
    version_id: UUID
    version_number: int
    published_at: datetime
    content: ItemContent

    @property
    def can_apply(self) -> bool:
        """Whether somebody can start a case now."""
        return may_be_applied_for(self.type_code, self.state, self.closes_at, now())

    @property
    def has_own_form(self) -> bool:
        """Whether the source gave a form; otherwise the standard application serves."""
        return self.content.form is not None


_GUIDE = """
SELECT i.code, i.name, i.name_en, i.type_code, i.state, i.closes_at, i.group_code, i.source,
 o.code, o.name, o.name_en, o.number, i.region_id, v.id, v.number, v.published_at, v.content
FROM catalogue_item i
JOIN catalogue_itemversion v ON v.id = i.current
JOIN organisations_office o ON o.code = i.office_id
WHERE i.code = %s
"""


def guide(code: str) -> Guide | None:
    """Return an item with its current version; None where there is no such item."""
    if "\0" in code:  # PostgreSQL takes none
        return None
    with connection.cursor() as cursor:
        cursor.execute(_GUIDE, [code])
        row = cursor.fetchone()
    if row is None:
        return None
    version_id = row[13] if isinstance(row[13], UUID) else UUID(row[13])
    return Guide(
        code=row[0],
        name=row[1],
        name_en=row[2],
        type_code=row[3],
        state=row[4],
        closes_at=_moment(row[5]),
        group_code=row[6],
        source=row[7],
        office_code=row[8],
        office_name=row[9],
        office_name_en=row[10],
        office_number=row[11],
        region_code=row[12] or "",
        version_id=version_id,
        version_number=row[14],
        published_at=_moment(row[15]) or now(),
        content=decoded(version_id, row[16]),
    )


def _moment(value: Any) -> datetime | None:
    """Return a time as the database driver gave it: PostgreSQL's aware, SQLite's text in UTC."""
    if value is None or (isinstance(value, datetime) and value.tzinfo):
        return value
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=now().tzinfo)


_contents: dict[UUID, ItemContent] = {}


def decoded(version_id: UUID, raw: str) -> ItemContent:
    """Return the content of a version, decoded once a process (versions never change)."""
    found = _contents.get(version_id)
    if found is None:
        if len(_contents) >= 2_000:
            _contents.clear()
        found = _contents[version_id] = from_json(raw)
    return found


def content_of(version_id: UUID) -> ItemContent | None:
    """Return what a version says."""
    if version_id in _contents:
        return _contents[version_id]
    raw = ItemVersion.objects.filter(pk=version_id).values_list("content", flat=True).first()
    return decoded(version_id, raw) if raw is not None else None


def region_name(code: str) -> str | None:
    """Return a division's name with those above it, for forms; None where the code is unknown."""
    known = places()
    names: list[str] = []
    while place := known.get(code):
        names.insert(0, place.name)
        code = place.parent
    return "".join(names) or None


@lru_cache(maxsize=2_000)
def form_of(version_id: UUID, for_firm: bool = False) -> Form:
    """Return the compiled form of a version: its own, or the standard application made from its materials.

    Raises:
        LookupError: where there is no such version.
    """
    content = content_of(version_id)
    if content is None:
        raise LookupError(version_id)
    if content.form is not None:
        return compile_form(content.form, region_name)
    materials = [
        (m.key, {"zh": m.name.zh, "en": m.name.en}, m.necessity == "required" and not m.certificate_type)
        for m in content.materials or []
    ]
    audience = "firm" if for_firm or is_for_firms_only(content) else "person"
    return compile_form(standard_form(materials, "firm" if audience == "firm" else "person"), region_name)


@dataclass(frozen=True, slots=True)
class Row:
    """One item in a list."""

    code: str
    name: str
    name_en: str
    office_name: str
    region_code: str
    group_code: str
    content: ItemContent
    office_name_en: str = ""


def rows_of(codes: Iterable[str]) -> list[Row]:
    """Return items for a list, in the order of the codes given; codes that do not exist are left out."""
    wanted = list(codes)
    if not wanted:
        return []
    fields = ("code", "name", "name_en", "office__name", "region_id", "group_code", "current", "office__name_en")
    found = Item.objects.filter(code__in=wanted, current__isnull=False).values_list(*fields)
    items = {row[0]: (row, row[6]) for row in found if row[6]}
    missing = [version for _, version in items.values() if version not in _contents]
    for pk, raw in ItemVersion.objects.filter(pk__in=missing).values_list("pk", "content") if missing else ():
        decoded(pk, raw)
    return [
        Row(row[0], row[1], row[2], row[3], row[4] or "", row[5], _contents[version], row[7])
        for row, version in (items[code] for code in wanted if code in items)
    ]


def codes_by_topic(kind: str, value: str, *, region: str = "", limit: int = 60) -> list[str]:
    """Return the codes of items under a life event or theme, those of one region where it is given."""
    found = Item.objects.filter(topics__kind=kind, topics__value=value, state=Item.State.PUBLISHED).order_by("name")
    if region:
        found = found.filter(region_id=region)
    return list(found.values_list("code", flat=True)[:limit])


def codes_by_office(office_code: str, *, after: str = "", limit: int = 30) -> list[str]:
    """Return the codes of an office's items in use, in order of code, those behind `after` where it is given."""
    found = Item.objects.filter(office_id=office_code, state=Item.State.PUBLISHED, code__gt=after)
    return list(found.order_by("code").values_list("code", flat=True)[:limit])


def count_by_office(office_code: str) -> int:
    """Return how many items an office has in use."""
    return Item.objects.filter(office_id=office_code, state=Item.State.PUBLISHED).count()


def codes_in_order(*, after: str = "", region: str = "", audience: str = "", limit: int = 20) -> list[str]:
    """Return the codes of items in use, in order, those after one code; with a region: of it and of those above it."""
    found = Item.objects.filter(code__gt=after, state=Item.State.PUBLISHED, current__isnull=False).order_by("code")
    if region:
        found = found.filter(region_id__in=[place.code for place in lineage(region)])
    if audience:
        found = found.filter(topics__kind="audience", topics__value=audience)
    return list(found.values_list("code", flat=True)[:limit])


def life_events(audience: str | None = None) -> list[LifeEvent]:
    """Return the life events in order, those of persons or of enterprises where it is given."""
    found = LifeEvent.objects.order_by("position")
    return list(found.filter(audience=audience) if audience else found)


def life_events_with_items() -> set[str]:
    """Return the keys of life events that hold at least one item."""
    found = Item.objects.filter(topics__kind="life", state=Item.State.PUBLISHED)
    return set(found.values_list("topics__value", flat=True).distinct())


def latest_version(item_code: str) -> ItemVersion | None:
    """Return the version that a new draft pins."""
    item = Item.objects.filter(pk=item_code).only("current").first()
    return ItemVersion.objects.filter(pk=item.current).first() if item and item.current else None


def item_count() -> int:
    """Return how many items there are; asked at most by a cached page."""
    return Item.objects.count()


def items_by_source() -> list[tuple[str, str, int]]:
    """Return (source, state, number of items), for the operators."""
    rows = Item.objects.values("source", "state").annotate(n=Count("pk")).order_by("source", "state")
    return [(row["source"], row["state"], row["n"]) for row in rows]
