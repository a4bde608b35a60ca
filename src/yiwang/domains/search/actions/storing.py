"""Write the tables of the index that are written in bulk, or that the ORM has no word for; part of `index_items`."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.db import connection
from django.db.models import F

from yiwang.domains.search.index import FIELDS, keys_of, pinyin_of
from yiwang.domains.search.models import SearchEntry, SearchKey, SearchPosting, SearchWord

Terms = tuple[int, dict[str, list[str]]]

_TSVECTOR = (
    "setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B') ||"
    " setweight(to_tsvector('simple', %s), 'C') || setweight(to_tsvector('simple', %s), 'D')"
)


def store_entries(rows: Sequence[tuple[str, int, str]]) -> None:
    """Enter (item, document, region), or change what stands there."""
    SearchEntry.objects.bulk_create(
        [SearchEntry(item_code=code, document_id=document, region_code=region) for code, document, region in rows],
        update_conflicts=True,
        unique_fields=["item_code"],
        update_fields=["document", "region_code"],
        batch_size=500,
    )


def store_terms(documents: Sequence[Terms], *, anew: bool = False) -> None:
    """Write the tokens of documents; `anew` where they stand already."""
    if not documents:
        return
    if connection.vendor == "postgresql":
        rows = [
            (
                " ".join(terms["title"] + terms["aliases"]),
                " ".join(terms["base"]),
                " ".join(terms["office"]),
                " ".join(terms["body"]),
                id_,
            )
            for id_, terms in documents
        ]
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE search_searchdocument SET terms = {_TSVECTOR} WHERE id = %s", rows)  # noqa: S608
        return
    if anew:
        remove_terms([id_ for id_, _ in documents])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_terms (rowid, title, aliases, base, office, body) VALUES (%s, %s, %s, %s, %s, %s)",
            [(id_, *(" ".join(terms[field]) for field in FIELDS)) for id_, terms in documents],
        )


def change_postings(gained: Iterable[tuple[int, str]], lost: Iterable[tuple[int, str]]) -> None:
    """Write down (document, mark) that are true from now on, and those that are not any more; the first win."""
    gained = set(gained)
    lost = set(lost) - gained
    marks = sorted({mark for _, mark in gained | lost})
    if not marks:
        return
    SearchPosting.objects.bulk_create([SearchPosting(mark=m, documents=b"") for m in marks], ignore_conflicts=True)
    rows = SearchPosting.objects.select_for_update().filter(mark__in=marks).order_by("mark")
    bits = {row.mark: bytearray(row.documents) for row in rows}
    for document, mark in lost:
        if document >> 3 < len(bits[mark]):
            bits[mark][document >> 3] &= ~(1 << (document & 7))
    for document, mark in gained:
        row = bits[mark]
        row.extend(bytes(max(0, (document >> 3) + 1 - len(row))))
        row[document >> 3] |= 1 << (document & 7)
    SearchPosting.objects.bulk_create(
        [SearchPosting(mark=mark, documents=bytes(row)) for mark, row in bits.items()],
        update_conflicts=True,
        unique_fields=["mark"],
        update_fields=["documents"],
    )


def remove_terms(documents: Sequence[int]) -> None:
    """Take the tokens of documents out; on PostgreSQL they go with the row."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_terms WHERE rowid = %s", [(id_,) for id_ in documents])


def hold_words(counts: Mapping[str, int]) -> None:
    """Note for each word how many more documents it leads to; new ones get their keys."""
    words = iter(sorted(counts))
    while part := list(islice(words, 400)):
        marks = ", ".join(["(%s, %s, %s)"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO search_searchword (word, said, holders) VALUES {marks} ON CONFLICT (word)"  # noqa: S608
                " DO UPDATE SET holders = search_searchword.holders + excluded.holders RETURNING id, word, holders",
                [value for word in part for value in (word, pinyin_of(word), counts[word])],
            )
            new = [(id_, word) for id_, word, holders in cursor.fetchall() if holders == counts[word]]
        keys = [
            SearchKey(key=key.key, word_id=id_, is_inner=key.is_inner) for id_, word in new for key in keys_of(word)
        ]
        SearchKey.objects.bulk_create(keys, batch_size=1_000)


def release_words(counts: Mapping[str, int]) -> None:
    """Note for each word how many documents fewer it leads to; one that leads to none goes."""
    for times in set(counts.values()):
        words = [word for word, count in counts.items() if count == times]
        SearchWord.objects.filter(word__in=words).update(holders=F("holders") - times)
    SearchWord.objects.filter(word__in=list(counts), holders__lte=0).delete()
