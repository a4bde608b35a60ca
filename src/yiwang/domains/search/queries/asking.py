"""Ask the index of the database in use."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import islice
from typing import NamedTuple

from django.db import connection

from yiwang.domains.regions.queries import lineage
from yiwang.domains.search.index import FIELDS, NAMING, NARROW, audience_term, fts_query, region_term, tsquery
from yiwang.foundation.prepared import among, prepared_cursor

_LOOKED_AT = 3_000
"""So many that say the words are looked through on PostgreSQL, which gives its rows in one piece, for those of a place."""


class Where(NamedTuple):
    """Where and for whom: a region's line from the province down, and the documents that fit as bits; none for all of them."""

    regions: tuple[str, ...] = ()
    fitting: bytes | None = None

    def only(self, documents: Iterable[int]) -> Iterable[int]:
        """Return those of the documents that fit."""
        if self.fitting is None:
            return documents
        bits, size = self.fitting, 8 * len(self.fitting)
        return (n for n in documents if n < size and bits[n >> 3] >> (n & 7) & 1)


def where(region: str, audience: str) -> Where:
    """Return a place to search in: what a region and those above it offer, or, without one, all that is found everywhere."""
    regions = tuple(place.code for place in lineage(region)) or ((region.replace("\0", ""),) if region else ())
    marks = [*map(region_term, regions), *([audience_term(audience)] if audience else []), NARROW]
    condition, values = among(marks)
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT mark, documents FROM search_searchposting WHERE mark {condition}", values)  # noqa: S608
        bits = {mark: int.from_bytes(bytes(documents), "little") for mark, documents in cursor.fetchall()}
    fitting: int | None = None
    if regions:
        fitting = reduce(int.__or__, (bits.get(region_term(one), 0) for one in regions))
    if audience:
        served = bits.get(audience_term(audience), 0)
        fitting = served if fitting is None else fitting & served
    if not regions and bits.get(NARROW):
        if fitting is None:
            fitting = _everything()
        fitting &= ~bits[NARROW]
    return Where(regions, None if fitting is None else fitting.to_bytes((fitting.bit_length() + 7) // 8, "little"))


def _everything() -> int:
    """Return a bit for every document that may be."""
    with prepared_cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM search_searchdocument")
        return int((1 << (cursor.fetchone()[0] + 1)) - 1)


def documents_with(terms: Sequence[str], place: Where, most: int, *, only_names: bool = False) -> list[int]:
    """Return the documents that say any of the terms, the best first; `only_names` looks at titles and aliases alone."""
    if connection.vendor == "postgresql":
        return _ask_postgresql(tsquery(terms, "A" if only_names else ""), place, most)
    return _ask_sqlite(fts_query(terms), NAMING if only_names else FIELDS, place, most)


def _ask_sqlite(asked: str, fields: Sequence[str], place: Where, most: int) -> list[int]:
    if not asked:
        return []
    match = f"{{{' '.join(fields)}}}: ({asked})"
    sql = "SELECT rowid FROM search_terms WHERE search_terms MATCH %s ORDER BY bm25(search_terms, 10.0, 9.0, 3.0, 1.0, 0.5)"
    with connection.cursor() as cursor:
        if place.fitting is None:
            cursor.execute(f"{sql} LIMIT {most}", [match])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(sql, [match])
        return list(islice(place.only(row[0] for row in cursor), most))


def _ask_postgresql(asked: str, place: Where, most: int) -> list[int]:
    if not asked:
        return []
    with prepared_cursor() as cursor:
        cursor.execute("SELECT search_saying(%s, %s)", [asked, 2 * most if place.fitting is None else _LOOKED_AT])
        return list(islice(place.only(row[0] for row in cursor.fetchall()), 2 * most))


def documents_of_code(code: str) -> list[int]:
    """Return the documents of a base item, by its code as it was typed."""
    if len(code) < 6:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM search_searchdocument WHERE base_code IN (%s, %s) ORDER BY id LIMIT 100",
            [code.upper(), code.lower()],
        )
        return [row[0] for row in cursor.fetchall()]


def items_of_code(codes: Sequence[str]) -> dict[str, int]:
    """Return items by their code as it was typed, whatever its case: item → document."""
    typed = [form for code in codes[:3] for form in (code, code.upper(), code.lower())]
    if not typed:
        return {}
    condition, values = among(typed)
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT item_code, document_id FROM search_searchentry WHERE item_code {condition}", values)  # noqa: S608
        return dict(cursor.fetchall())


def items_behind(documents: Sequence[int], place: Where, most: int = 3) -> dict[int, list[str]]:
    """Return the items behind documents: those of the nearest division that offers it, or, without a region, of the first."""
    if not documents:
        return {}
    condition, values = among(documents)
    sql = f"SELECT document_id, region_code, item_code FROM search_searchentry WHERE document_id {condition}"  # noqa: S608
    if place.regions:
        of_these, regions = among(place.regions)
        sql, values = f"{sql} AND region_code {of_these}", [*values, *regions]
    else:
        sql = (
            "SELECT d.id, e.region_code, e.item_code FROM search_searchdocument d JOIN search_searchentry e"  # noqa: S608
            " ON e.document_id = d.id AND e.region_code = (SELECT f.region_code FROM search_searchentry f"
            f" WHERE f.document_id = d.id ORDER BY f.region_code LIMIT 1) WHERE d.id {condition}"
        )
    with prepared_cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    depth = {region: n for n, region in enumerate(place.regions)}
    found: dict[int, list[tuple[int, str]]] = {}
    for document, region, item in rows:
        found.setdefault(document, []).append((-depth.get(region, 0), item))
    nearest = {}
    for document, items in found.items():
        items.sort()
        nearest[document] = [item for near, item in items if near == items[0][0]][:most]
    return nearest
