"""The ways to type a word: its signs, its pinyin, its initials; and what somebody meant who typed it so, or nearly so."""

from collections.abc import Iterable
from typing import NamedTuple

import rjieba
from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from yiwang.domains.search.index.question import Question
from yiwang.domains.search.index.vocabulary import Vocabulary, default_vocabulary
from yiwang.domains.search.index.words import LOCAL_LEVEL
from yiwang.foundation.text import has_cjk, normalise, syllables

LONGEST_WORD = 40
LONGEST_KEY = 120
_INNER = 2
"""So many later beginnings of a word can be typed as well: 提取 for 住房公积金提取."""
_ALIASES, _PEOPLES = 16, 16
_LIKE_SIGNS, _LIKE_SOUND, _LIKE_BOTH = 0.5, 0.6, 0.7
"""How alike (0 to 1) signs, sound, and the mean of both must be for a slip; each alone brings together what is not."""
_LIKE_ENGLISH = 75
_WINDOWS = (6, 5, 4, 3)
_SHORT = 4


class Key(NamedTuple):
    """A way to type a word, or a later part of it."""

    key: str
    is_inner: bool = False


def key_of(text: str) -> str:
    """Return text as it is looked up among keys: no spaces or signs."""
    return normalise(text).replace(" ", "")[:LONGEST_KEY]


def pinyin_of(text: str) -> str:
    """Return how a text is typed in pinyin, in one piece; letters stay."""
    return "".join(syllables(normalise(text)))[:LONGEST_KEY]


def keys_of(word: str) -> list[Key]:
    """Return the ways to type a word, each once."""
    plain = normalise(word)
    parts = plain.split() if not has_cjk(plain) else list(rjieba.cut(plain.replace(" ", "")))
    keys = {key_of(word): Key(key_of(word))}
    if has_cjk(plain):
        said = syllables(plain)
        keys.setdefault("".join(said)[:LONGEST_KEY], Key("".join(said)[:LONGEST_KEY]))
        if len(said) > 1:
            initials = "".join(one[0] for one in said)
            keys.setdefault(initials, Key(initials))
    for start in range(1, min(len(parts), _INNER + 1)):
        rest = "".join(parts[start:])
        for key in (rest, "".join(syllables(rest))):
            if len(key) > 1:
                keys.setdefault(key[:LONGEST_KEY], Key(key[:LONGEST_KEY], is_inner=True))
    return [key for key in keys.values() if key.key]


def words_of(name: str, aliases: Iterable[str], vocabulary: Vocabulary | None = None) -> list[str]:
    """Return the words that lead to an item: its name, its aliases, and what people say for what its name says."""
    title = LOCAL_LEVEL.sub("", name).strip()
    peoples = (vocabulary or default_vocabulary()).said_for(normalise(title))[:_PEOPLES]
    wanted = [title, *list(aliases)[:_ALIASES], *peoples]
    return list(dict.fromkeys(word for word in (" ".join(w.split()) for w in wanted) if 1 < len(word) <= LONGEST_WORD))


def windows(question: Question) -> dict[str, str]:
    """Return pieces of what was asked for that could be a word with wrong signs: piece → how it is said."""
    found: dict[str, str] = {}
    for part in (question.asked or question.text).split():
        if not has_cjk(part) or not part.isalnum():
            continue
        if len(part) <= _WINDOWS[0]:
            found[part] = pinyin_of(part)
        for size in _WINDOWS:
            for start in range(len(part) - size + 1):
                piece = part[start : start + size]
                found.setdefault(piece, pinyin_of(piece))
    return found


def beginnings(typed: str) -> list[str]:
    """Return every beginning of what was typed that could be a key, the longest first."""
    return [typed[:size] for size in range(min(len(typed), 40), 1, -1)]


class Lexicon:
    """The words of an index in memory, for what comes nearest to a slip. Built once, kept, built again as they change."""

    __slots__ = ("english", "said", "signs", "words")

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """Take words and how each is said."""
        pairs = list(words)
        self.words = [word for word, _ in pairs]
        self.signs = [key_of(word) for word in self.words]
        self.said = [said for _, said in pairs]
        self.english = sorted({part for word in self.words if word.isascii() for part in normalise(word).split()})

    def nearest(self, text: str, limit: int = 3) -> list[str]:
        """Return the words that look and sound most like a text, the nearest first; none where none does."""
        signs = key_of(text)
        if len(signs) < 2:
            return []
        said = pinyin_of(text)
        if not has_cjk(text):
            found = process.extract(signs, self.said, scorer=ratio, score_cutoff=80, limit=limit)
            return [self.words[at] for _, _, at in found]
        sounds = process.extract(said, self.said, scorer=ratio, score_cutoff=100 * _LIKE_SOUND, limit=40)
        alike = [
            (share / 100, ratio(signs, self.signs[at]) / 100, self.words[at])
            for _, share, at in sounds
            if abs(len(signs) - len(self.signs[at])) <= 1  # a slip leaves nothing of what was asked for out
        ]
        near = [(sound + look, word) for sound, look, word in alike if look >= _LIKE_SIGNS or sound == 1]
        near.sort(key=lambda pair: (-pair[0], len(pair[1])))
        return [word for both, word in near[:limit] if both / 2 >= _LIKE_BOTH or both > 1.5]

    def english_of(self, text: str) -> str:
        """Return English with its slips mended, word by word; "" where nothing is mended or a word is like none."""
        known = set(self.english)
        mended = []
        for part in normalise(text).split():
            if part in known or len(part) < _SHORT or not part.isascii() or not part.isalpha():
                mended.append(part)
                continue
            near = process.extractOne(part, self.english, scorer=ratio, score_cutoff=_LIKE_ENGLISH)
            if near is None:
                return ""
            mended.append(str(near[0]))
        return " ".join(mended) if " ".join(mended) != normalise(text) else ""
