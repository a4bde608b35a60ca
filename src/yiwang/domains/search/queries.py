"""Find items by one's own words."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from yiwang.domains.catalogue.queries import Row, rows_of
from yiwang.domains.regions.queries import lineage, places
from yiwang.domains.search.index import (
    FIELDS,
    NAMING,
    Candidate,
    Ranked,
    Weights,
    fts_query,
    literal_terms,
    query_terms,
    rank,
    read_question,
    suggestions,
    tsquery,
)
from yiwang.domains.search.index import Row as Hit
from yiwang.domains.search.models import SearchEntry, SearchLog
from yiwang.foundation.text import normalise

FETCHED = 100
LONGEST_QUERY = 200
KEEP_SECONDS = 300
NAMES_WEIGHED = 20_000


@dataclass(frozen=True)
class Group:
    """Results that belong together: the situations of one thing under its name, or single items under none."""

    title: str
    note: str
    rows: list[Row]


@dataclass(frozen=True)
class Found:
    """The answer to a search. Not confident: show the rows, and other ways on beside them."""

    groups: list[Group] = field(default_factory=list)
    confident: bool = False
    total: int = 0
    suggestions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)


def region_term(code: str) -> str:
    """Return how a region stands in the index; `r` alone is an item of no known region."""
    return f"r{_bare(code)}"


def audience_term(audience: str) -> str:
    """Return how an audience stands in the index."""
    return f"au{_bare(audience)}"


def _bare(mark: str) -> str:
    """A mark as the index's query language takes it: whatever else an address brought is dropped."""
    return "".join(sign for sign in mark if sign.isascii() and sign.isalnum())


def find(query: str, region: str = "", audience: str = "", limit: int = 20) -> Found:
    """Return the items that answer a query, grouped by situation.

    With a region: those of it and of the divisions above, whose offices serve it too. `audience` is one of the codes of
    an item's audience, or empty.
    """
    ranked = _ranked(query, region, audience, limit)
    rows = {row.code: row for row in rows_of([c for hit in ranked.rows for c in _codes_of(hit)])}
    return Found(
        groups=_grouped(ranked.rows, rows),
        confident=ranked.confident,
        total=len(ranked.rows),
        suggestions=[] if ranked.confident else suggestions(ranked.question),
        codes=[hit.candidate.code for hit in ranked.rows],
        reasons={hit.candidate.code: hit.reasons for hit in ranked.rows},
    )


def ranked(query: str, limit: int = 20) -> Ranked:
    """Return the bare ranking of a query over everything, for measuring."""
    return _ranked(query, "", "", limit)


def _ranked(query: str, region: str, audience: str, limit: int) -> Ranked:
    question = read_question(query[:LONGEST_QUERY], places=_place_names())
    codes = _codes_by_terms(query_terms(question), region, audience)
    codes += _codes_by_terms(literal_terms(question), region, audience, only_names=True)
    codes += _codes_by_code(question.codes)
    return rank(question, _candidates(codes), limit=limit, weights=_weights())


def _codes_of(hit: Hit) -> list[str]:
    return [hit.candidate.code, *(other.code for other in hit.others[:5])]


def _grouped(hits: Sequence[Hit], rows: dict[str, Row]) -> list[Group]:
    groups: list[Group] = []
    for hit in hits:
        found = [rows[code] for code in _codes_of(hit) if code in rows]
        if len(found) > 1:
            groups.append(Group(hit.candidate.base_name or found[0].name, "", found))
        elif found and groups and not groups[-1].title:
            groups[-1].rows.extend(found)
        elif found:
            groups.append(Group("", "", found))
    return groups


def _codes_by_terms(terms: Sequence[str], region: str, audience: str, *, only_names: bool = False) -> list[str]:
    """Return the items that say any of the terms, the best first; `only_names` looks at titles and aliases alone."""
    marks: list[list[str]] = []
    if region:
        marks.append([region_term(place.code) for place in lineage(region)] or [region_term(region)])
    if audience:
        marks.append([audience_term(audience)])
    if connection.vendor == "postgresql":
        return _ask_postgresql(tsquery(terms, "A" if only_names else ""), marks)
    return _ask_sqlite(fts_query(terms), NAMING if only_names else FIELDS, marks)


def _ask_sqlite(asked: str, fields: Sequence[str], marks: Sequence[Sequence[str]]) -> list[str]:
    if not asked:
        return []
    match = f"{{{' '.join(fields)}}}: ({asked})"
    for group in marks:
        match += " AND marks: (" + " OR ".join(f'"{mark}"' for mark in group) + ")"
    sql = (
        "SELECT p.item_code FROM search_terms JOIN search_place p ON p.id = search_terms.rowid"
        " WHERE search_terms MATCH %s ORDER BY bm25(search_terms, 10.0, 9.0, 3.0, 1.0, 0.5, 0.0) LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, FETCHED])
        return [row[0] for row in cursor.fetchall()]


def _ask_postgresql(asked: str, marks: Sequence[Sequence[str]]) -> list[str]:
    if not asked:
        return []
    wanted = f"({asked})"
    for group in marks:
        wanted += " & (" + " | ".join(f"'{mark}'" for mark in group) + ")"
    sql = (
        "SELECT item_code FROM search_searchentry, to_tsquery('simple', %s) q WHERE terms @@ q"
        " ORDER BY ts_rank('{0.05, 0.1, 0.3, 1.0}', terms, q) DESC, item_code LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [wanted, 3 * FETCHED])
        return [row[0] for row in cursor.fetchall()]


def _codes_by_code(codes: Sequence[str]) -> list[str]:
    """Return items whose code is, or contains, a code that was typed."""
    found: list[str] = []
    for code in codes[:3]:
        if len(code) >= 6:
            found += SearchEntry.objects.filter(item_code__icontains=code).values_list("item_code", flat=True)[:20]
    return found


def _candidates(codes: Sequence[str]) -> list[Candidate]:
    wanted = list(dict.fromkeys(codes))
    fields = ("item_code", "name", "group_code", "base_name", "office", "aliases")
    rows = {r[0]: r for r in SearchEntry.objects.filter(item_code__in=wanted).values_list(*fields)}
    return [
        Candidate(id=r[0], code=r[0], name=r[1], group=r[2], base_name=r[3], office=r[4], aliases=tuple(r[5]))
        for r in (rows[code] for code in wanted if code in rows)
    ]


_kept_weights: tuple[float, Weights] | None = None
_kept_places: tuple[int, frozenset[str]] | None = None


def _weights() -> Weights:
    """Return how rare each pair of characters is among item names; worked out anew every five minutes."""
    global _kept_weights
    if _kept_weights is None or time.monotonic() - _kept_weights[0] > KEEP_SECONDS:
        names = list(SearchEntry.objects.values_list("name", flat=True)[:NAMES_WEIGHED])
        _kept_weights = (time.monotonic(), Weights(names))
    return _kept_weights[1]


def _place_names() -> frozenset[str]:
    """Return the names of divisions, which a query may hold without meaning them."""
    global _kept_places
    known = places()
    if _kept_places is None or _kept_places[0] != len(known):
        _kept_places = (len(known), frozenset(normalise(place.name) for place in known.values()))
    return _kept_places[1]


def forget_weights() -> None:
    """Work the weights out anew at the next search."""
    global _kept_weights
    _kept_weights = None


def searches_without_answer(limit: int = 100) -> list[dict[str, Any]]:
    """Return what people searched for without a sure answer, the most frequent first."""
    found = SearchLog.objects.values("query").annotate(times=Count("pk"), last=Max("searched_at"), found=Max("found"))
    return [dict(row) for row in found.order_by("-times", "-last")[:limit]]
