"""Rows of a list of results: of a version's content only what a list shows is read, and kept."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection

from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.content.structs import Fee, Limit
from yiwang.domains.catalogue.queries import Row

_KEPT = 1_000
_ROWS = (
    "SELECT i.code, i.name, i.name_en, o.name, o.name_en, i.region_id, i.group_code, i.current FROM catalogue_item i"
    " JOIN organisations_office o ON o.code = i.office_id WHERE i.current IS NOT NULL AND i.code IN ({})"
)


class _Listed(msgspec.Struct):
    name: Text
    type_code: str
    summary: Text | None = None
    icon: str = "doc"
    legal_limit: Limit | None = None
    promised_limit: Limit | None = None
    visits: int | None = None
    is_free: bool | None = None
    fees: list[Fee] = []
    audience: list[Any] = []


_read = msgspec.json.Decoder(_Listed).decode
_contents: dict[Any, ItemContent] = {}


def rows_for_list(codes: Sequence[str]) -> list[Row]:
    """Return items for a list, in the order of the codes; of their content only what a list shows is filled in."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(", ".join(["%s"] * len(wanted))), wanted)
        items = {row[0]: row for row in cursor.fetchall()}
        missing = [row[7] for row in items.values() if row[7] not in _contents]
        if missing:
            marks = ", ".join(["%s"] * len(missing))
            cursor.execute(f"SELECT id, content FROM catalogue_itemversion WHERE id IN ({marks})", missing)  # noqa: S608
            if len(_contents) > _KEPT:
                _contents.clear()
            for version, raw in cursor.fetchall():
                _contents[version] = _content(raw)
    return [
        Row(code, name, name_en, office, region or "", group, _contents[version], office_en)
        for code, name, name_en, office, office_en, region, group, version in (
            items[code] for code in wanted if code in items and items[code][7] in _contents
        )
    ]


def _content(raw: str) -> ItemContent:
    said = _read(raw)
    return ItemContent(
        name=said.name,
        type_code=said.type_code,
        summary=said.summary,
        icon=said.icon,
        audience=said.audience,
        legal_limit=said.legal_limit,
        promised_limit=said.promised_limit,
        visits=said.visits,
        is_free=said.is_free,
        fees=said.fees,
    )
