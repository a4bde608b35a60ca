"""The order of the results, by a score whose parts can be read out.

A query names things (concepts). For each, an item earns how well one of its fields says that thing, in the word as typed or in
an official word for it; what many items say weighs less than what few say. The score is the weighted share of the query that
the item answers, times how much of the item's own title the query asked for, so that a short exact title comes before a long
one that happens to contain it, less a little for each kind of business (注销, 查询, 变更, …) that the title names and the query
does not. An equal code or title comes first in any case, then an alias that is what was asked for, or the better part of it:
somebody wrote it down for exactly these words.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import msgspec
from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from yiwang.domains.search.index.question import Concept, Question, read_question, without_asking
from yiwang.domains.search.index.vocabulary import Vocabulary, default_vocabulary
from yiwang.domains.search.index.words import BUSINESS, LOCAL_LEVEL, NOISE
from yiwang.foundation.text import normalise

CONFIDENT = 0.4
"""A best row at or above this answers the query; below it a page offers other ways (see `benchmarks/search_quality.py`)."""

_ALIAS, _BASE, _OFFICE, _BODY = 0.95, 0.55, 0.35, 0.3
_LATER = 0.06
"""Each further official word of an alias is worth this much less than the one before it."""
_PARTIAL = 0.7
"""A word of which only pieces of two characters are found is worth at most this share."""
_MOST = 0.5
"""An alias that is at least this share of what was asked for names the item; a shorter one is only one of its words."""
_ANSWERED = 0.5
"""From here on a concept counts as answered."""
_NAMESAKE, _NEAREST_WORD, _MOSTLY = 0.4, 0.97, 0.7
"""Of a title less than this share of which was asked for, we are sure only where its key word is the nearest one and the query
is mostly answered: 临时身份证明 is not 身份证拍照, 护照加注进度查询 is not 护照."""
_SCORED = 60
"""Only so many of those that earn most are looked at closely."""
_COMMON, _COMMON_SHARE = 200, 0.03
"""A pair that more titles have, by number and by share, is not looked up beside others (measured: no hit is lost)."""
_UNHEARD = 0.5
"""What a word weighs that no title and no vocabulary knows: it tells little about which item is meant."""
_KNOWN = 1.4
"""What a word of the vocabulary weighs beside other words: someone has said that it names a service."""


class Candidate(msgspec.Struct, frozen=True):
    """One item that the index found for the query."""

    id: str
    code: str
    name: str
    group: str = ""
    aliases: tuple[str, ...] = ()
    base_name: str = ""
    office: str = ""
    body: str = ""


class Prepared:
    """A candidate with its texts as the scorer compares them. Made once for a document and kept: it never changes."""

    __slots__ = ("aliases", "business", "candidate", "everything", "fields", "main", "title")

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.title, self.main = _title(candidate.name)
        self.business = tuple(kind for kind, (words, _, _) in enumerate(BUSINESS) if _any_in(words, self.title))
        self.aliases = [(alias, _plain(alias), _bare(alias)) for alias in candidate.aliases]
        fields = [("title", self.title, 1.0)]
        fields += [("alias", plain, _ALIAS) for _, plain, _ in self.aliases]
        if candidate.base_name and candidate.base_name != candidate.name:
            fields.append(("base", _plain(candidate.base_name), _BASE))
        if candidate.office:
            fields.append(("office", _plain(candidate.office), _OFFICE))
        if candidate.body:
            fields.append(("body", _plain(candidate.body), _BODY))
        self.fields = fields
        self.everything = " ".join([text for _, text, _ in fields])


class Row(msgspec.Struct, frozen=True):
    """One result: the best item of its group, why it is there if that was asked for, and the group's other items in order."""

    candidate: Candidate
    score: float
    reasons: tuple[str, ...]
    others: tuple[Candidate, ...] = ()


class Ranked(msgspec.Struct, frozen=True):
    """The results in order. `confident` is False where none of them says what was asked for."""

    rows: list[Row]
    confident: bool
    question: Question


class Weights:
    """How rare each pair of characters is among the titles of a catalogue. Build once, keep, build again when it changes."""

    __slots__ = ("_common", "of_pair", "rarest", "total")

    def __init__(self, names: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        self.total = 0
        for name in names:
            counts.update(set(_pairs(_plain(name))))
            self.total += 1
        most = max(_COMMON, _COMMON_SHARE * self.total)
        self._common = frozenset(pair for pair, count in counts.items() if count > most)
        self.rarest = math.log(1 + max(self.total, 1))
        self.of_pair = {pair: math.log(1 + self.total / (count + 1.0)) for pair, count in counts.items()}

    def telling(self, terms: Sequence[str]) -> list[str]:
        """Return the terms without those that very many titles have, where others of the titles are left.

        许可 finds a quarter of a large catalogue, and puts nothing before anything else.
        """
        if not self._common:
            return list(terms)
        kept = [term for term in terms if term not in self._common]
        return kept if any(len(term) > 2 or term in self.of_pair for term in kept) else list(terms)

    def of(self, pair: str) -> float:
        """Return the weight of a pair; one that no title has is the rarest."""
        return self.of_pair.get(pair, self.rarest)

    def of_concept(self, concept: Concept) -> float:
        """Return what a concept weighs in a query: its rarest pair, less for a word that nobody knows."""
        pairs = _pairs(concept.word)
        weight = max(map(self.of, pairs), default=1.0)
        if concept.means:
            return weight * _KNOWN * concept.weight
        return weight if all(pair in self.of_pair for pair in pairs) else weight * _UNHEARD


def rank(
    query: str | Question,
    candidates: Sequence[Candidate | Prepared],
    *,
    limit: int = 20,
    weights: Weights | None = None,
    vocabulary: Vocabulary | None = None,
    places: Collection[str] = frozenset(),
    explain: bool = True,
) -> Ranked:
    """Return the candidates in order, situations of one group under their best.

    `weights` are those of the whole catalogue; without them the candidates stand for it. To say why a row is there costs a
    third more than to find it: `explain` says whether anybody wants to know.
    """
    question = query if isinstance(query, Question) else read_question(query, vocabulary=vocabulary, places=places)
    ready = [c if isinstance(c, Prepared) else Prepared(c) for c in candidates]
    scorer = _Scorer(question, weights or Weights(c.candidate.name for c in ready))
    earned = [(share, c) for c in ready if (share := scorer.earned(c)) > 0]
    earned.sort(key=lambda pair: -pair[0])
    scored = [(scorer.score(share, c), c) for share, c in earned[:_SCORED]]
    scored.sort(key=lambda pair: (-pair[0], len(pair[1].candidate.name), pair[1].candidate.code))
    rows = _grouped(scored, scorer, limit, explain)
    return Ranked(rows, bool(rows) and scorer.is_confident(rows[0].score, scored[0][1]), question)


def suggestions(query: str | Question, *, vocabulary: Vocabulary | None = None, limit: int = 3) -> list[str]:
    """Return people's words that look like what was typed, for a search that is not confident: 结昏证 → 结婚证."""
    question = query if isinstance(query, Question) else read_question(query, vocabulary=vocabulary)
    words = [word for word in (vocabulary or default_vocabulary()) if len(word) > 2]
    text = without_asking(question.text)
    return [word for word, _, _ in process.extract(text, words, scorer=ratio, score_cutoff=65, limit=limit)]


def _grouped(scored: list[tuple[float, Prepared]], scorer: "_Scorer", limit: int, explain: bool) -> list[Row]:
    groups: dict[str, list[tuple[float, Prepared]]] = {}
    for score, ready in scored:
        key = ready.candidate.group or ready.candidate.id
        if key in groups or len(groups) < limit:
            groups.setdefault(key, []).append((score, ready))
    return [
        Row(
            best.candidate,
            round(score, 4),
            scorer.reasons(best) if explain else (),
            tuple(c.candidate for _, c in rest),
        )
        for (score, best), *rest in groups.values()
    ]


class _Option:
    """One way to say a concept: the word, what each of its pairs weighs, and what it is worth."""

    __slots__ = ("pairs", "word", "worth")

    def __init__(self, word: str, worth: float, weights: Weights) -> None:
        self.word = _plain(word)
        self.worth = worth
        pairs = set(_pairs(self.word)) if len(self.word) > 2 else set()
        whole = sum(map(weights.of, pairs)) or 1.0
        self.pairs = [(pair, weights.of(pair) / whole * _PARTIAL) for pair in pairs]


class _Scorer:
    """Scores candidates for one question: first what each earns, then, for the best, how well its title fits."""

    def __init__(self, question: Question, weights: Weights) -> None:
        self.question, self.weights = question, weights
        self.plain = _plain(question.text)
        self.bare = _plain(question.asked)
        self.asked = [(self._options(concept), weights.of_concept(concept)) for concept in question.concepts]
        self.mass = sum(weight for _, weight in self.asked)
        self.said = self.plain + " " + " ".join(_plain(word) for word in question.words)
        self.foreign = {kind: cost for kind, (_, shown, cost) in enumerate(BUSINESS) if not _any_in(shown, self.plain)}

    def _options(self, concept: Concept) -> list[_Option]:
        words = [(concept.word, 1.0)]
        words += [(w, 1.0 - _LATER * place) for place, w in enumerate(concept.means) if w != concept.word]
        return [_Option(word, worth, self.weights) for word, worth in words]

    def earned(self, ready: Prepared) -> float:
        """Return the weighted share of the query that the item answers, 0 to 1.

        An equal code is 4, one that stands in the item's (the base code in an implementation code) 3, an equal title 2, or
        1.9 but for asking words; an alias that is the whole query 1.5, that is most of it up to 1.4.
        """
        if self.question.codes:
            code = ready.candidate.code.casefold()
            if near := max((_code_match(asked, code) for asked in self.question.codes), default=0.0):
                return near
        title, main = ready.title, ready.main
        if self.plain in (title, main):
            return 2.0
        if self.bare and self.bare in (title, main):
            return 1.9
        said = [one for one in ready.aliases if one[1] in self.plain or one[2] in self.bare]
        if said and (named := max([self._named(plain, bare, title) for _, plain, bare in said])):
            return named
        if not self.mass:
            return 0.0
        earned = 0.0
        for options, weight in self.asked:
            earned += weight * self._best(options, ready)[0]
        return earned / self.mass

    def _named(self, plain: str, bare: str, title: str) -> float:
        """Return what an alias earns that stands in the query as a whole; 0 where it does not, or more was asked for."""
        if self.plain == plain:
            return 1.5 if self.plain else 0.0
        if not self._says(plain, bare):
            return 0.0
        if not bare or bare not in self.bare:
            return _ALIAS
        if self._wants_other_business(self.bare.replace(bare, "", 1), title):
            return 0.0
        share = len(bare) / len(self.bare)
        return 1.0 + 0.4 * share if share >= _MOST else _ALIAS

    def _says(self, plain: str, bare: str) -> bool:
        """Whether the query contains an alias, as typed or but for asking words."""
        return (len(plain) > 1 and plain in self.plain) or (len(bare) > 1 and bare in self.bare)

    @staticmethod
    def _wants_other_business(rest: str, title: str) -> bool:
        """Whether what the query says beside an alias names a kind of business that the title does not: 注销营业执照."""
        return any(_any_in(shown, rest) and not _any_in(words, title) for words, shown, _ in BUSINESS)

    def score(self, earned: float, ready: Prepared) -> float:
        """Return what is earned, less where the title goes on about something else."""
        if earned > 1:
            return earned
        title = ready.title
        fit = 0.72 + 0.28 * self._asked_share(ready.main)
        for kind in ready.business:
            fit *= self.foreign.get(kind, 1.0)
        return min(1.0, earned * fit + 0.02 * ratio(self.plain, title) / 100)

    def is_confident(self, score: float, ready: Prepared) -> bool:
        """Say whether the best candidate answers the query, above all the weightiest thing that it names.

        A near namesake does not: a title that names another business or other people than were asked for, or goes on
        about something else and meets the query only by the way.
        """
        if score < CONFIDENT or score > 1 or not self.asked:
            return score > 1
        if any(reason.startswith("alias:") for reason in self.reasons(ready)):
            return True
        if any(kind in self.foreign for kind in ready.business):
            return False
        answered = [(weight, self._best(options, ready)[0]) for options, weight in self.asked]
        key = max(answered, key=lambda pair: pair[0])[1]
        if self._asked_share(ready.main) >= _NAMESAKE:
            return key >= _ANSWERED
        return key >= _NEAREST_WORD and sum(w * worth for w, worth in answered) >= _MOSTLY * self.mass

    def _best(self, options: list[_Option], ready: Prepared) -> tuple[float, str, str]:
        """Return how well an item says a concept at best, in which word and in which field."""
        best, said, where = 0.0, "", ""
        everything = ready.everything
        for option in options:  # of falling worth
            if option.worth <= best:
                break
            is_said = option.word in everything
            pairs = option.pairs if is_said else [pair for pair in option.pairs if pair[0] in everything]
            if not is_said and option.worth * sum([share for _, share in pairs]) <= best:
                continue
            for name, text, field_worth in ready.fields:
                most = option.worth * field_worth
                if most <= best:
                    continue
                worth = most
                if not is_said or option.word not in text:
                    worth *= sum([share for pair, share in pairs if pair in text])
                if worth > best:
                    best, said, where = worth, option.word, name
        return best, said, where

    def _asked_share(self, title: str) -> float:
        whole = asked = 0.0
        weight_of, rarest, said = self.weights.of_pair.get, self.weights.rarest, self.said
        for pair in _pairs(title):
            weight = weight_of(pair, rarest)
            whole += weight
            if pair in said:
                asked += weight
        return asked / whole if whole else 0.0

    def reasons(self, ready: Prepared) -> tuple[str, ...]:
        """Return what earned the score, as `field:word`."""
        code = ready.candidate.code.casefold()
        if any(asked in code for asked in self.question.codes):
            return ("code",)
        if own := [alias for alias, plain, bare in ready.aliases if self._says(plain, bare)]:
            return (f"alias:{max(own, key=len)}",)
        found = [self._best(options, ready) for options, _ in self.asked]
        texts = {name: [text for field, text, _ in ready.fields if field == name] for _, _, name in found}
        said = [(name, _said_of(word, texts[name])) for worth, word, name in found if worth > 0]
        return tuple(dict.fromkeys(f"{name}:{word}" for name, word in said if word))


def _said_of(word: str, texts: Sequence[str]) -> str:
    """Return the longest piece of a word that one of the texts really says: a reason must be true to the letter."""
    for length in range(len(word), 1, -1):
        for start in range(len(word) - length + 1):
            if any(word[start : start + length] in text for text in texts):
                return word[start : start + length]
    return word if any(word in text for text in texts) else ""


def _any_in(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _code_match(asked: str, code: str) -> float:
    return 4.0 if asked == code else 3.0 if asked in code else 0.0


@lru_cache(maxsize=256)
def _title(name: str) -> tuple[str, str]:
    """Return the title without marks, and without what only says which level decides."""
    text = normalise(name)
    return text.translate(NOISE), LOCAL_LEVEL.sub("", text).translate(NOISE)


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    return normalise(text).translate(NOISE)


def _bare(alias: str) -> str:
    """Return an alias without marks and without words that only ask."""
    return _plain(without_asking(normalise(alias)))


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]
