"""People's words and the official words that they stand for, as data (`aliases.yaml`, or rows that editors keep).

A people's word with `~` is in two parts with up to eight characters between: `户口~迁` is heard in 户口还能迁回原村吗.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from yiwang.foundation.text import normalise

ALIASES = Path(__file__).with_name("aliases.yaml")


class Entry(NamedTuple):
    """One thing: the words that people say, and the official ones, the nearest first."""

    say: tuple[str, ...]
    mean: tuple[str, ...]
    weight: float = 1.0


class Found(NamedTuple):
    """A people's word in a text: where it stands, and what it means."""

    start: int
    end: int
    word: str
    means: tuple[str, ...]
    weight: float = 1.0


class Vocabulary:
    """Finds people's words in a query, the longest first from the left."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        means: dict[str, dict[str, None]] = {}
        self._weights: dict[str, float] = {}
        for entry in entries:
            official = [normalise(word) for word in entry.mean]
            for say in map(_said, entry.say):
                means.setdefault(say, {}).update(dict.fromkeys(official))
                self._weights[say] = entry.weight
        self._means = {word: tuple(official) for word, official in means.items() if word}
        self._said: dict[str, list[str]] = {}
        for word, official_words in self._means.items():
            if "~" not in word and self._weights[word] >= 1:
                self._said.setdefault(official_words[0], []).append(word)
        whole = [word for word in self._means if "~" not in word]
        self._lengths = sorted({len(word) for word in whole}, reverse=True)
        self._starts = {word[0] for word in whole}
        self._gapped = [
            (first, last, re.compile(f"{re.escape(first)}(.{{0,8}}?){re.escape(last)}"), word)
            for word in sorted(self._means, key=len, reverse=True)
            for first, gap, last in [word.partition("~")]
            if gap
        ]

    def __len__(self) -> int:
        return len(self._means)

    def __iter__(self) -> Iterator[str]:
        return (word for word in self._means if "~" not in word)

    def __contains__(self, word: str) -> bool:
        return word in self._means

    def said_for(self, title: str) -> list[str]:
        """Return the people's words whose nearest official word stands in a normalised title, that of the longest first."""
        official = sorted((word for word in self._said if word in title), key=len, reverse=True)
        return list(dict.fromkeys(said for word in official for said in self._said[word]))

    def find(self, text: str) -> tuple[list[Found], str]:
        """Return the people's words of a normalised text and the text with them blanked.

        None overlaps another, but that a weak one with a gap (开~店) leaves the whole word in it (奶茶店) to be found too.
        """
        found: list[Found] = []
        for first, last, pattern, word in self._gapped:
            if first in text and last in text and (match := pattern.search(text)):
                found.append(Found(match.start(), match.end(), word, self._means[word], self._weights[word]))
                if self._weights[word] < 1 and self._holds(match):
                    continue
                start, end = match.span()
                text = f"{text[:start]}{' ' * len(first)}{match[1]}{' ' * len(last)}{text[end:]}"
        start = 0
        while start < len(text):
            if word := self._at(text, start):
                end = start + len(word)
                found.append(Found(start, end, word, self._means[word], self._weights[word]))
                text = f"{text[:start]}{' ' * len(word)}{text[end:]}"
                start = end
            else:
                start += 1
        return sorted(found), text

    def _holds(self, match: re.Match[str]) -> bool:
        """Whether a whole word ends where the match ends and begins before its last part."""
        text, (start, end) = match.string, match.span()
        return any(text[at:end] in self._means for at in range(start, match.end(1)))

    def _at(self, text: str, start: int) -> str:
        if text[start] not in self._starts:
            return ""
        return next((word for n in self._lengths if (word := text[start : start + n]) in self._means), "")


def _said(word: str) -> str:
    return "~".join(map(normalise, word.split("~")))


def read_entries(path: Path = ALIASES) -> list[Entry]:
    """Return the entries of a vocabulary file."""
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return [
        Entry(tuple(map(str, row["say"])), tuple(map(str, row["mean"])), float(row.get("weight", 1))) for row in rows
    ]


@lru_cache(maxsize=1)
def default_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the platform."""
    return Vocabulary(read_entries())
