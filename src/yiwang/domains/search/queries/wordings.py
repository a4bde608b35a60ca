"""What the catalogue says of items, as far as the index needs it."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from yiwang.domains.regions.queries import lineage
from yiwang.domains.search.index import Said, Wording, read_said, without_place

_PUBLISHED = (
    "SELECT i.code, i.base_id, b.name, i.group_code, COALESCE(i.region_id, ''), o.name, v.content FROM catalogue_item i"
    " JOIN catalogue_itemversion v ON v.id = i.current JOIN catalogue_baseitem b ON b.code = i.base_id"
    " JOIN organisations_office o ON o.code = i.office_id WHERE i.state = 'published' AND i.code "
)


class Published(NamedTuple):
    """One item in use."""

    code: str
    region: str
    office: str
    wording: Wording
    said: Said


def published(codes: Sequence[str]) -> list[Published]:
    """Return those of the items that are in use, with what they are called."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_PUBLISHED + "= ANY(%s)", [list(codes)])
        else:
            cursor.execute(_PUBLISHED + "IN (SELECT value FROM json_each(%s))", [json.dumps(list(codes))])  # noqa: S608
        rows = cursor.fetchall()
    above: dict[str, tuple[str, ...]] = {}
    found = []
    for code, base, base_name, group, region, office, content in rows:
        if region not in above:
            above[region] = tuple(place.name for place in lineage(region))
        said = read_said(content)
        names = above[region]
        wording = Wording(
            base,
            base_name,
            group,
            without_place(said.name.zh, names),
            (*said.aliases, *([said.name.en] if said.name.en else [])),
            tuple(said.audience),
        )
        found.append(Published(code, region, without_place(office, names), wording, said))
    return sorted(found)
