"""Bring the index up to date with the catalogue: cheap where an item says what its base item says elsewhere too."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yiwang.domains.search.actions import storing
from yiwang.domains.search.index import NARROW, audience_term, document_terms, region_term, words_of
from yiwang.domains.search.models import SearchDocument, SearchEntry
from yiwang.domains.search.policies import may_index
from yiwang.domains.search.queries.wordings import Published, published
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor

BATCH = 1_000
WIDE_ELSEWHERE = 3
"""So many wordings of a base item from regions other than the first are found without a region too; all of the first are."""


class _Place(NamedTuple):
    """Where a document stands: its number, its only region, or * for several, and whether it is found without one."""

    id: int
    region: str
    is_wide: bool = True


@action(silent="the index follows from published items, which are recorded, and can be made anew at any time")
def index_items(*, item_codes: Sequence[str], by: Actor) -> int:
    """Bring the index up to date for these items; one that is no longer in use leaves it. Returns how many stand in it."""
    require(may_index(by))
    codes = list(dict.fromkeys(item_codes))
    return sum(_index(codes[at : at + BATCH]) for at in range(0, len(codes), BATCH))


def _index(codes: Sequence[str]) -> int:
    items = published(codes)
    former = {
        code: (document, region)
        for code, document, region in SearchEntry.objects.filter(item_code__in=codes).values_list(
            "item_code", "document_id", "region_code"
        )
    }
    documents = _documents(items, former)
    wanted = {item.code: (documents[item.wording.key].id, item.region) for item in items}
    storing.store_entries([(code, *place) for code, place in wanted.items() if former.get(code) != place])
    left = {place for code, place in former.items() if wanted.get(code) != place}
    SearchEntry.objects.filter(item_code__in=[code for code in former if code not in wanted]).delete()
    storing.change_postings(
        {(document, region_term(region)) for document, region in {*wanted.values()} - {*former.values()}},
        {(document, region_term(region)) for document, region in _deserted(left)},
    )
    _forget_orphans({document for document, _ in left})
    return len(items)


def _documents(items: Sequence[Published], former: dict[str, tuple[int, str]]) -> dict[str, _Place]:
    """Return the document of each wording: those that stand already, and those made now."""
    first: dict[str, Published] = {}
    for item in items:
        first.setdefault(item.wording.key, item)
    found = SearchDocument.objects.filter(key__in=list(first)).values_list("key", "id", "region_code", "is_wide")
    known = {key: _Place(id_, region, is_wide) for key, id_, region, is_wide in found}
    regions: dict[str, set[str]] = defaultdict(set)
    for item in items:
        regions[item.wording.key].add(item.region)
    new = [item for key, item in first.items() if key not in known]
    known |= _made(new, regions)
    spread = [key for key, place in known.items() if place.region != "*" and regions[key] - {place.region}]
    if spread:
        SearchDocument.objects.filter(key__in=spread).update(region_code=SearchDocument.EVERYWHERE, is_wide=True)
        storing.change_postings([], [(known[key].id, NARROW) for key in spread if not known[key].is_wide])
    own = [(known[key], item) for key, item in first.items() if former.get(item.code, (0, ""))[0] == known[key].id]
    storing.store_terms(
        [
            (place.id, _terms(item))
            for place, item in own
            if place.region == item.region and item.wording.key not in spread
        ],
        anew=True,
    )
    return known


def _made(items: Sequence[Published], regions: dict[str, set[str]]) -> dict[str, _Place]:
    """Enter the wordings that are new, with their tokens and the words that lead to them."""
    if not items:
        return {}
    wide = _wide(items)
    documents = [
        SearchDocument(
            key=item.wording.key,
            base_code=item.wording.base_code,
            region_code=item.region if len(regions[item.wording.key]) == 1 else SearchDocument.EVERYWHERE,
            is_wide=item.wording.key in wide,
            name=item.wording.name,
            group_code=item.wording.group,
            base_name=item.wording.base_name if item.wording.base_name != item.wording.name else "",
            office=item.office,
            aliases="\n".join(item.wording.aliases),
        )
        for item in items
    ]
    SearchDocument.objects.bulk_create(documents, batch_size=500)
    storing.store_terms([(document.pk, _terms(item)) for item, document in zip(items, documents, strict=True)])
    marks = [(d.pk, audience_term(a)) for i, d in zip(items, documents, strict=True) for a in i.wording.audience]
    storing.change_postings([*marks, *((d.pk, NARROW) for d in documents if not d.is_wide)], [])
    storing.hold_words(Counter(w for i in items for w in words_of(i.wording.name, i.wording.aliases)))
    return {d.key: _Place(d.pk, d.region_code, d.is_wide) for d in documents}


def _wide(items: Sequence[Published]) -> set[str]:
    """Return which new wordings are also found without a region: all of the first region of a base item, few of others."""
    standing: dict[str, list[str]] = defaultdict(list)
    bases = {item.wording.base_code for item in items}
    found = SearchDocument.objects.filter(base_code__in=bases, is_wide=True).order_by("id")
    for base, region in found.values_list("base_code", "region_code"):
        standing[base].append(region)
    wide = set()
    for item in items:
        others = standing[item.wording.base_code]
        if not others or item.region == others[0] or sum(r != others[0] for r in others) < WIDE_ELSEWHERE:
            wide.add(item.wording.key)
            others.append(item.region)
    return wide


def _terms(item: Published) -> dict[str, list[str]]:
    wording = item.wording
    return document_terms(
        name=wording.name,
        aliases=wording.aliases,
        summary="",
        office=item.office,
        base_name=wording.base_name,
        body=item.said.body,
    )


def _deserted(places: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return which of these documents nobody offers any more in that region."""
    left = set(places)
    still = SearchEntry.objects.filter(document_id__in={d for d, _ in left}, region_code__in={r for _, r in left})
    return left - set(still.values_list("document_id", "region_code"))


def _forget_orphans(documents: set[int]) -> None:
    """Take out documents that no item stands behind any more, and the words that led to them alone."""
    if not documents:
        return
    held = set(SearchEntry.objects.filter(document_id__in=documents).values_list("document_id", flat=True))
    orphans = list(SearchDocument.objects.filter(pk__in=documents - held))
    if not orphans:
        return
    storing.remove_terms([document.pk for document in orphans])
    storing.release_words(Counter(w for d in orphans for w in words_of(d.name, d.aliases.split("\n"))))
    SearchDocument.objects.filter(pk__in=[document.pk for document in orphans]).delete()
