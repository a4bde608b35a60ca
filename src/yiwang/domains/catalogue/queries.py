"""Read the catalogue; it is public. The guide is a hot page: one statement, and content decoded once a version."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Count, Exists, OuterRef

from yiwang.domains.catalogue.content import ItemContent, Text, from_json
from yiwang.domains.catalogue.content.structs import Audience, Fee, Limit
from yiwang.domains.catalogue.models import Item, ItemTopic, ItemVersion, LifeEvent
from yiwang.domains.catalogue.policies import is_for_firms_only, may_be_applied_for
from yiwang.domains.regions.queries import lineage, places
from yiwang.foundation.clock import now
from yiwang.foundation.forms import Form, compile_form, standard_form
from yiwang.foundation.ids import as_uuid
from yiwang.foundation.prepared import among, prepared_cursor
from yiwang.foundation.rows import moment


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
    with prepared_cursor() as cursor:
        cursor.execute(_GUIDE, [code])
        row = cursor.fetchone()
    if row is None:
        return None
    version_id = as_uuid(row[13])
    return Guide(
        code=row[0],
        name=row[1],
        name_en=row[2],
        type_code=row[3],
        state=row[4],
        closes_at=moment(row[5]),
        group_code=row[6],
        source=row[7],
        office_code=row[8],
        office_name=row[9],
        office_name_en=row[10],
        office_number=row[11],
        region_code=row[12] or "",
        version_id=version_id,
        version_number=row[14],
        published_at=moment(row[15]) or now(),
        content=decoded(version_id, row[16]),
    )


EDITION_SECONDS = 0.5
"""How long a process goes on with the number it has read: with the worker's turn, well under two seconds in all."""

_edition: tuple[float, int, int] | None = None


def catalogue_version() -> int:
    """Return the number that rises with whatever changes what the public reads of the catalogue.

    A cache of public pages asks this before it renders, and keeps what it rendered under it. It is read at most twice a
    second in a process, so that a publication shows everywhere within half a second of its commit.
    """
    return _read_edition()[1]


def item_count() -> int:
    """Return how many items there are; nothing is counted."""
    return _read_edition()[2]


def _read_edition() -> tuple[float, int, int]:
    global _edition
    at = time.monotonic()
    if _edition is None or at - _edition[0] > EDITION_SECONDS:
        with prepared_cursor() as cursor:
            cursor.execute("SELECT number, items FROM catalogue_edition WHERE id = 1")
            number, items = cursor.fetchone() or (0, 0)
        _edition = (at, number, items)
    return _edition


def forget_edition() -> None:
    """Read the number anew at the next question, and what is kept under it."""
    global _edition, _bundles
    _edition = _bundles = None


CONTENTS_KEPT = 2_000
_contents: dict[UUID, ItemContent] = {}


def decoded(version_id: UUID, raw: str) -> ItemContent:
    """Return the content of a version, decoded once a process (versions never change)."""
    found = _contents.get(version_id)
    if found is None:
        found = from_json(raw)
        keep_content(version_id, found)
    return found


def keep_content(version_id: UUID, content: ItemContent) -> None:
    """Keep the content of a version that this process knows already: who published it indexes it next."""
    if len(_contents) >= CONTENTS_KEPT:
        _contents.clear()
    _contents[version_id] = content


def content_of(version_id: UUID) -> ItemContent | None:
    """Return what a version says."""
    if (found := _contents.get(version_id)) is not None:
        return found
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
    return compile_form(form_definition(content, for_firm), region_name)


def form_definition(content: ItemContent, for_firm: bool = False) -> dict[str, Any]:
    """Return the form as it is defined: the item's own, or the standard application made from its materials."""
    if content.form is not None:
        return content.form
    materials = [
        (m.key, {"zh": m.name.zh, "en": m.name.en}, m.necessity == "required" and not m.certificate_type)
        for m in content.materials or []
    ]
    return standard_form(materials, "firm" if for_firm or is_for_firms_only(content) else "person")


def open_items(codes: Iterable[str]) -> set[str]:
    """Return which of these items somebody can apply for now."""
    found = Item.objects.filter(code__in=list(codes), current__isnull=False)
    rows = found.values_list("code", "type_code", "state", "closes_at")
    return {
        code for code, type_code, state, closes_at in rows if may_be_applied_for(type_code, state, closes_at, now())
    }


def bundle_codes() -> list[str]:
    """Return the codes of the bundles (一件事), in order."""
    return list(ItemTopic.objects.filter(kind="bundle").order_by("item_id").values_list("item_id", flat=True))


_bundles: tuple[int, list[Guide], dict[str, list[Guide]]] | None = None


def bundles() -> list[Guide]:
    """Return the bundles in use, in the order of a life; read once for each edition of the catalogue."""
    return _read_bundles()[1]


def _read_bundles() -> tuple[int, list[Guide], dict[str, list[Guide]]]:
    global _bundles
    edition, kept = catalogue_version(), _bundles
    if kept is None or kept[0] != edition:
        found = [one for one in map(guide, bundle_codes()) if one is not None and one.state == Item.State.PUBLISHED]
        places_in_life = {event.key: event.position for event in life_events()}
        found.sort(key=lambda one: min((places_in_life.get(key, 99) for key in one.content.life_events), default=99))
        by_item: dict[str, list[Guide]] = {}
        for one in found:
            for part in one.content.bundle.parts if one.content.bundle else ():
                by_item.setdefault(part.item, []).append(one)
        _bundles = kept = (edition, found, by_item)
    return kept


def bundle_by_slug(slug: str) -> Guide | None:
    """Return a bundle by its name in an address, also one that is suspended; None where there is none."""
    if "\0" in slug:  # PostgreSQL takes none
        return None
    codes = ItemTopic.objects.filter(kind="bundle", value=slug).values_list("item_id", flat=True)
    return next((found for code in codes if (found := guide(code))), None)


def bundles_with(item_code: str) -> list[Guide]:
    """Return the bundles in use that an item is part of."""
    return _read_bundles()[2].get(item_code, [])


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


_ROWS = """
SELECT i.code, i.name, i.name_en, o.name, i.region_id, i.group_code, i.current, o.name_en
FROM catalogue_item i JOIN organisations_office o ON o.code = i.office_id
WHERE i.current IS NOT NULL AND i.code {}
"""


class _Listed(msgspec.Struct):
    """What a list shows of a version; the rest is not even read."""

    name: Text
    type_code: str
    summary: Text | None = None
    icon: str = "doc"
    audience: list[Audience] = []
    legal_limit: Limit | None = None
    promised_limit: Limit | None = None
    visits: int | None = None
    is_free: bool | None = None
    fees: list[Fee] = []


_read_listed = msgspec.json.Decoder(_Listed).decode
_listed: dict[UUID, ItemContent] = {}


def rows_of(codes: Iterable[str]) -> list[Row]:
    """Return items for a list, each once, in the order of the codes given; codes that do not exist are left out.

    Of their content only what a list shows is filled in.
    """
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return []
    condition, values = among(wanted)
    with prepared_cursor() as cursor:
        cursor.execute(_ROWS.format(condition), values)
        items = {row[0]: (row, as_uuid(row[6])) for row in cursor.fetchall()}
    contents = _contents_for_list([version for _, version in items.values()])
    return [
        Row(row[0], row[1], row[2], row[3], row[4] or "", row[5], contents[version], row[7])
        for row, version in (items[code] for code in wanted if code in items)
        if version in contents
    ]


def _contents_for_list(versions: list[UUID]) -> dict[UUID, ItemContent]:
    """Return version → what a list shows of it. The answer is a dictionary of its own: another thread may empty what is kept."""
    kept = ((version, _listed.get(version)) for version in versions)
    found = {version: content for version, content in kept if content is not None}
    missing = [version for version in versions if version not in found]
    if missing:
        if len(_listed) >= CONTENTS_KEPT:
            _listed.clear()
        for version, raw in ItemVersion.objects.filter(pk__in=missing).values_list("pk", "content"):
            content = ItemContent(**msgspec.structs.asdict(_read_listed(raw)))
            found[version] = _listed[version] = content
    return found


TOPIC_ROWS = 200
"""How many items of one topic are looked at: they are put in order of name, and a topic can hold a hundred thousand."""


def codes_by_topic(kind: str, value: str, *, region: str = "", limit: int = 60) -> list[str]:
    """Return the codes of items under a life event or theme in order of name, those of one region where it is given.

    Without a region those of the province come first, as far as the page goes.
    """
    topics = ItemTopic.objects.filter(kind=kind, value=value)
    if region:
        topics = topics.filter(region_code=region)
    some = topics.order_by("kind", "value", "region_code", "item_id").values_list("item_id", flat=True)
    codes = list(some[: max(TOPIC_ROWS, limit)])
    found = Item.objects.filter(code__in=codes, state=Item.State.PUBLISHED).values_list("name", "code")
    return [code for _, code in sorted(found)[:limit]]


def codes_by_office(office_code: str, *, after: str = "", limit: int = 30) -> list[str]:
    """Return the codes of an office's items in use, in order of code, those behind `after` where it is given."""
    found = Item.objects.filter(office_id=office_code, state=Item.State.PUBLISHED, code__gt=after)
    return list(found.order_by("code").values_list("code", flat=True)[:limit])


def names_by_office(office_code: str, *, limit: int = 300) -> list[tuple[str, str, str]]:
    """Return code, name and English name of what an office handles, whatever stands in the catalogue today, by name."""
    found = Item.objects.filter(office_id=office_code).order_by("name", "code")
    return list(found.values_list("code", "name", "name_en")[:limit])


def count_by_office(office_code: str) -> int:
    """Return how many items an office has in use."""
    return Item.objects.filter(office_id=office_code, state=Item.State.PUBLISHED).count()


def codes_in_order(*, after: str = "", region: str = "", audience: str = "", limit: int = 20) -> list[str]:
    """Return the codes of items in use, in order, those after one code; with a region: of it and of those above it."""
    found = Item.objects.filter(code__gt=after, state=Item.State.PUBLISHED, current__isnull=False).order_by("code")
    if audience:
        found = found.filter(topics__kind="audience", topics__value=audience)
    if not region:
        return list(found.values_list("code", flat=True)[:limit])
    # Region by region: each reads its own index in order and stops, where all of them together would be sorted.
    codes: list[str] = []
    for place in lineage(region):
        codes += found.filter(region_id=place.code).values_list("code", flat=True)[:limit]
    return sorted(codes)[:limit]


def life_events(audience: str | None = None) -> list[LifeEvent]:
    """Return the life events in order, those of persons or of enterprises where it is given."""
    found = LifeEvent.objects.order_by("position")
    return list(found.filter(audience=audience) if audience else found)


def life_events_with_items() -> set[str]:
    """Return the keys of life events that hold at least one item."""
    item = Item.objects.filter(pk=OuterRef("item_id"), state=Item.State.PUBLISHED)
    topic = ItemTopic.objects.filter(Exists(item), kind="life", value=OuterRef("key"))
    return set(LifeEvent.objects.filter(Exists(topic)).values_list("key", flat=True))


def latest_version(item_code: str) -> ItemVersion | None:
    """Return the version that a new draft pins."""
    item = Item.objects.filter(pk=item_code).only("current").first()
    return ItemVersion.objects.filter(pk=item.current).first() if item and item.current else None


def items_by_source() -> list[tuple[str, str, int]]:
    """Return (source, state, number of items), for the operators."""
    rows = Item.objects.values("source", "state").annotate(n=Count("pk")).order_by("source", "state")
    return [(row["source"], row["state"], row["n"]) for row in rows]
