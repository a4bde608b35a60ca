"""Find items by one's own words: a first chance, a second one for slips, and what other places offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from yiwang.domains.catalogue.queries import Row, rows_of
from yiwang.domains.regions.queries import lineage, places
from yiwang.domains.search.index import (
    Candidate,
    Prepared,
    Question,
    Ranked,
    literal_terms,
    query_terms,
    rank,
    read_question,
    suggestions,
)
from yiwang.domains.search.index import Row as Hit
from yiwang.domains.search.queries.asking import (
    Where,
    documents_of_code,
    documents_with,
    items_behind,
    items_of_code,
    where,
)
from yiwang.domains.search.queries.weighing import place_names, weights
from yiwang.domains.search.queries.words import meanings
from yiwang.foundation.prepared import among, prepared_cursor

LONGEST_QUERY = 200
FETCHED, NAMED = 60, 40
"""So many documents are ranked, and so many more that say what was typed in their names."""
ELSEWHERE = 3
_OTHERS = 5
_KEPT = 1_000


@dataclass(frozen=True)
class Group:
    """Results that belong together: the situations of one thing under its name, or single items under none."""

    title: str
    note: str
    rows: list[Row]


@dataclass(frozen=True)
class Found:
    """The answer to a search. Not confident: show the rows, and other ways on beside them.

    `understood`: the words that were searched for instead, where those typed were written otherwise or had a slip.
    `elsewhere`: what other regions offer, where the one asked for has nothing sure; the nearest first.
    `several`: items that other regions offer as well, where no region was asked for.
    """

    groups: list[Group] = field(default_factory=list)
    confident: bool = False
    total: int = 0
    suggestions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    understood: str = ""
    elsewhere: list[Row] = field(default_factory=list)
    several: frozenset[str] = frozenset()


class _Answer:
    """What was found for one reading of a query in one place."""

    def __init__(self, question: Question, place: Where, limit: int, explain: bool) -> None:
        self.place = place
        self.named = _named(question)
        ids = _documents(question, place)
        ids += [document for code in question.codes[:3] for document in documents_of_code(code)]
        ready, self.several = _prepared(list(dict.fromkeys([*self.named.values(), *ids])))
        for code, document in self.named.items():
            if document in ready:
                ready[document] = Prepared(_with_code(ready[document].candidate, code))
        self.ranked: Ranked = rank(question, list(ready.values()), limit=limit, weights=weights(), explain=explain)

    def found(self, understood: str = "", elsewhere: Sequence[Row] = ()) -> Found:
        """Return it with its items."""
        ranked = self.ranked
        documents = [int(c.id) for hit in ranked.rows for c in _shown(hit)]
        behind = items_behind(list(dict.fromkeys(documents)), self.place)
        for code, document in self.named.items():
            behind[document] = [code]
        rows = {row.code: row for row in rows_of([code for codes in behind.values() for code in codes])}
        hits = [hit for hit in ranked.rows if any(code in rows for code in behind.get(int(hit.candidate.id), ()))]
        first = {int(hit.candidate.id): behind[int(hit.candidate.id)][0] for hit in hits}
        return Found(
            groups=_grouped(hits, behind, rows),
            confident=ranked.confident and bool(hits),
            total=len(hits),
            suggestions=[] if ranked.confident else suggestions(ranked.question),
            codes=list(first.values()),
            reasons={first[int(hit.candidate.id)]: hit.reasons for hit in hits},
            understood=understood,
            elsewhere=list(elsewhere),
            several=frozenset(
                code for document in self.several if not self.place.regions for code in behind.get(document, ())
            ),
        )


def find(query: str, region: str = "", audience: str = "", limit: int = 20, *, explain: bool = False) -> Found:
    """Return the items that answer a query, grouped by situation.

    With a region: those of it and of the divisions above, whose offices serve it too. `audience` is one of the codes of
    an item's audience, or empty. `explain` also says why each is there.
    """
    question = _read(query[:LONGEST_QUERY], len(places()))
    if not question.text and not question.codes:
        return Found()
    place = where(region, audience)
    answer, understood = _answer(question, place, limit, explain)
    if answer.ranked.confident or not region:
        return answer.found(understood)
    anywhere, meant = _answer(question, where("", audience), limit, explain=False)
    if not anywhere.ranked.confident:
        return answer.found(understood)
    documents = [
        int(hit.candidate.id)
        for hit in anywhere.ranked.rows[:ELSEWHERE]
        if hit.score >= anywhere.ranked.rows[0].score * _AS_GOOD
    ]
    return answer.found(understood or meant, nearest_elsewhere(documents, region))


_AS_GOOD = 0.8
"""What other places offer is shown where it is nearly as good as the best of it."""


def ranked(query: str, limit: int = 20) -> Ranked:
    """Return the bare ranking of a query over everything, for measuring."""
    return _answer(_read(query[:LONGEST_QUERY], len(places())), Where(), limit, explain=False)[0].ranked


def _answer(question: Question, place: Where, limit: int, explain: bool) -> tuple[_Answer, str]:
    """Return the first answer, or that to what may have been meant where only that is sure."""
    first = _Answer(question, place, limit, explain)
    if first.ranked.confident or question.codes:
        return first, ""
    spelled: tuple[_Answer, str] | None = None
    for meant in meanings(question):
        second = _Answer(_read(meant.text, len(places())), place, limit, explain)
        if second.ranked.confident:
            return second, meant.text
        if spelled is None and meant.is_spelled and second.ranked.rows and not first.ranked.rows:
            spelled = second, meant.text
    return spelled or (first, "")


def _documents(question: Question, place: Where) -> list[int]:
    """Return the documents to rank: by all words that the question stands for, and by its own in names alone."""
    kept = weights()
    terms = kept.telling(query_terms(question))
    found = documents_with(terms, place, FETCHED)
    own = kept.telling(literal_terms(question))
    if len(found) < FETCHED and set(own) <= set(terms):
        return found  # that were all of them, those that say it in their names among them
    return found + documents_with(own, place, NAMED, only_names=True)


@lru_cache(maxsize=300)
def _read(query: str, _known_places: int) -> Question:
    return read_question(query, places=place_names())


def _named(question: Question) -> dict[str, int]:
    return items_of_code(question.codes) if question.codes else {}


def _with_code(candidate: Candidate, code: str) -> Candidate:
    return Candidate(
        id=candidate.id,
        code=code,
        name=candidate.name,
        group=candidate.group,
        aliases=candidate.aliases,
        base_name=candidate.base_name,
        office=candidate.office,
    )


def _shown(hit: Hit) -> list[Candidate]:
    return [hit.candidate, *hit.others[:_OTHERS]]


def _grouped(hits: Sequence[Hit], behind: dict[int, list[str]], rows: dict[str, Row]) -> list[Group]:
    groups: list[Group] = []
    for hit in hits:
        codes = dict.fromkeys(code for c in _shown(hit) for code in behind.get(int(c.id), ()))
        found = [rows[code] for code in codes if code in rows]
        if len(found) > 1:
            groups.append(Group(hit.candidate.base_name or found[0].name, "", found))
        elif found and groups and not groups[-1].title:
            groups[-1].rows.extend(found)
        elif found:
            groups.append(Group("", "", found))
    return groups


_ready: dict[tuple[int, str], Prepared] = {}
"""Documents as the ranking needs them, by number and key: what they say never changes."""


def _prepared(documents: Sequence[int]) -> tuple[dict[int, Prepared], list[int]]:
    """Return documents ready for ranking, in their order, and those that several regions offer."""
    if not documents:
        return {}, []
    condition, values = among(documents)
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT id, key, region_code FROM search_searchdocument WHERE id {condition}", values)  # noqa: S608
        found = cursor.fetchall()
        kept = ((id_, _ready.get((id_, key))) for id_, key, _ in found)  # another thread may empty it at any moment
        ready = {id_: one for id_, one in kept if one is not None}
        missing = [id_ for id_, _, _ in found if id_ not in ready]
        if missing:
            condition, values = among(missing)
            cursor.execute(
                "SELECT key, id, base_code, name, group_code, base_name, office, aliases FROM search_searchdocument"  # noqa: S608
                f" WHERE id {condition}",
                values,
            )
            if len(_ready) > _KEPT:
                _ready.clear()
            for key, id_, code, name, group, base_name, office, aliases in cursor.fetchall():
                said = tuple(aliases.split("\n")) if aliases else ()
                candidate = Candidate(str(id_), code, name, group, said, base_name, office)
                ready[id_] = _ready[id_, key] = Prepared(candidate)
    several = [id_ for id_, _, region in found if region == "*"]
    return {id_: ready[id_] for id_ in documents if id_ in ready}, several


def nearest_elsewhere(documents: Sequence[int], region: str) -> list[Row]:
    """Return, for documents that a region does not offer, the same base item where it is nearest."""
    if not documents:
        return []
    condition, values = among(documents)
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT d.id, e.region_code, e.item_code FROM search_searchdocument d"  # noqa: S608
            " JOIN search_searchdocument b ON b.base_code = d.base_code AND (b.id = d.id OR b.name = d.name)"
            f" JOIN search_searchentry e ON e.document_id = b.id WHERE d.id {condition}",
            values,
        )
        rows = cursor.fetchall()
    line = [place.code for place in lineage(region)]
    best: dict[int, tuple[int, int, str, str]] = {}
    for document, code, item in rows:
        theirs = [place.code for place in lineage(code)]
        shared = sum(1 for ours, their in zip(line, theirs, strict=False) if ours == their)
        near = (-shared, len(theirs), code, item)
        if document not in best or near < best[document]:
            best[document] = near
    return rows_of([best[document][3] for document in documents if document in best])
