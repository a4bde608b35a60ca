"""Keep the index, and note searches that found nothing sure."""

import json
from collections.abc import Sequence

from django.db import connection

from yiwang.domains.catalogue.models import BaseItem, Item
from yiwang.domains.catalogue.queries import Row, rows_of
from yiwang.domains.search.index import document_terms
from yiwang.domains.search.models import SearchEntry, SearchLog
from yiwang.domains.search.policies import may_index, may_search
from yiwang.domains.search.queries import audience_term, region_term
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.masking import scrub


@action(silent="the index follows from published items, which are recorded, and can be made anew at any time")
def index_items(*, item_codes: Sequence[str], by: Actor) -> int:
    """Bring the index up to date for these items; one that is no longer in use leaves it. Returns how many stand in it."""
    require(may_index(by))
    open_codes = list(
        Item.objects.filter(code__in=item_codes, state=Item.State.PUBLISHED).values_list("code", flat=True)
    )
    rows = rows_of(open_codes)
    bases = dict(Item.objects.filter(code__in=open_codes).values_list("code", "base_id"))
    names = dict(BaseItem.objects.filter(code__in=set(bases.values())).values_list("code", "name"))
    entries = [_entry(row, names.get(bases[row.code], "")) for row in rows]
    SearchEntry.objects.filter(item_code__in=set(item_codes)).delete()
    SearchEntry.objects.bulk_create(entries, batch_size=500)
    documents = [_document(row, entry) for row, entry in zip(rows, entries, strict=True)]
    if connection.vendor == "postgresql":
        _store_in_postgresql(documents)
    else:
        _store_in_sqlite(item_codes, documents)
    return len(rows)


def _entry(row: Row, base_name: str) -> SearchEntry:
    content = row.content
    english = [content.name.en] if content.name.en else []
    return SearchEntry(
        item_code=row.code,
        name=row.name,
        group_code=row.group_code,
        base_name=base_name if base_name != row.name else "",
        office=row.office_name,
        aliases=[*content.aliases, *english],
    )


Document = tuple[str, dict[str, list[str]], str]


def _document(row: Row, entry: SearchEntry) -> Document:
    content = row.content
    body = " ".join([c.zh for c in content.conditions or []][:6] + [m.name.zh for m in content.materials or []][:20])
    terms = document_terms(
        name=row.name,
        aliases=entry.aliases,
        summary=content.summary.zh if content.summary else "",
        office=row.office_name,
        base_name=entry.base_name,
        body=body[:2000],
    )
    marks = " ".join([region_term(row.region_code), *(audience_term(a) for a in content.audience)])
    return row.code, terms, marks


def _store_in_sqlite(item_codes: Sequence[str], documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM search_terms WHERE rowid IN (SELECT id FROM search_place"
            " WHERE item_code IN (SELECT value FROM json_each(%s)))",
            [json.dumps(list(item_codes))],
        )
        for code, terms, marks in documents:
            cursor.execute(
                "INSERT INTO search_place (item_code) VALUES (%s) ON CONFLICT (item_code) DO UPDATE"
                " SET item_code = excluded.item_code RETURNING id",
                [code],
            )
            place = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO search_terms (rowid, title, aliases, base, office, body, marks)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [place, *(" ".join(terms[f]) for f in ("title", "aliases", "base", "office", "body")), marks],
            )


def _store_in_postgresql(documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE search_searchentry SET terms ="
            " setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B') ||"
            " setweight(to_tsvector('simple', %s), 'C') || setweight(to_tsvector('simple', %s), 'D') WHERE item_code = %s",
            [
                (
                    " ".join(terms["title"] + terms["aliases"]),
                    " ".join(terms["base"]),
                    " ".join(terms["office"]),
                    " ".join(terms["body"]) + " " + marks,
                    code,
                )
                for code, terms, marks in documents
            ],
        )


@action(silent="a search is not an act; the log serves whoever keeps the words, and holds nothing personal")
def log_search(*, query: str, region: str, found: int, confident: bool, by: Actor) -> None:
    """Note a search without a sure answer, with everything that looks like a number of a person removed."""
    require(may_search(by))
    SearchLog.objects.create(
        query=scrub(query.replace("\0", ""))[:200],
        region_code=region[:12],
        found=min(found, 999),
        confident=confident,
        searched_at=now(),
    )
