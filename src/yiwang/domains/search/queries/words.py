"""Words of the index: what to suggest as somebody types, and what a query may have meant that has a slip in it."""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from yiwang.domains.search.index import Lexicon, Question, beginnings, key_of, pinyin_of, windows
from yiwang.foundation.text import has_cjk

SUGGESTED = 8
LONGEST_BEGINNING = 40
KEEP_SECONDS = 300
KEEP_SUGGESTIONS = 30
_LOOKED_AT = 120
_LEXICON = 20_000
_KEPT = 2_000
_MEANT = 3
_PIECE = 4
_KNOWN_SHARE = 0.6
"""So much of what was typed in pinyin must be words that the index knows."""


class Meant(NamedTuple):
    """What a query may have meant; `is_spelled` where it is the same, only written otherwise (pinyin, initials)."""

    text: str
    is_spelled: bool = False


def suggest(typed: str, limit: int = SUGGESTED) -> list[str]:
    """Return words that begin as typed, in signs, pinyin, initials or a mix of them; the likeliest first."""
    beginning = key_of(typed[: 2 * LONGEST_BEGINNING])[:LONGEST_BEGINNING]
    if len(beginning) < (1 if has_cjk(beginning) else 2):
        return []
    known = _suggested.get((beginning, limit))
    if known and time.monotonic() - known[0] < KEEP_SUGGESTIONS:
        return known[1]
    found = _words_beginning(beginning, limit)
    if len(found) < limit and has_cjk(beginning):
        found = list(dict.fromkeys([*found, *_words_beginning(pinyin_of(beginning), limit)]))[:limit]
    if len(_suggested) >= _KEPT:
        _suggested.clear()
    _suggested[beginning, limit] = (time.monotonic(), found)
    return found


_suggested: dict[tuple[str, int], tuple[float, list[str]]] = {}


def _words_beginning(beginning: str, limit: int) -> list[str]:
    if not beginning:
        return []
    postgres = connection.vendor == "postgresql"
    sql = (
        "SELECT k.is_inner, w.word, w.holders FROM search_searchkey k JOIN search_searchword w ON w.id = k.word_id WHERE "  # noqa: S608
        + ("k.key LIKE %s" if postgres else "k.key >= %s AND k.key < %s")
        + f" ORDER BY k.key LIMIT {_LOOKED_AT}"
    )
    with connection.cursor() as cursor:
        # A normalised key holds letters, digits and signs alone: nothing that LIKE would read otherwise.
        cursor.execute(sql, [f"{beginning}%"] if postgres else [beginning, beginning + "\U0010ffff"])
        rows = sorted(cursor.fetchall(), key=lambda row: (row[0], len(row[1]), -row[2], row[1]))
    return list(dict.fromkeys(row[1] for row in rows))[:limit]


def meanings(question: Question) -> Iterator[Meant]:
    """Return what a query may have meant that nothing surely answers, the likeliest first, at most a few."""
    asked = question.asked or question.text
    if not key_of(asked):
        return
    found: dict[str, Meant] = {}
    for meant in _meanings(question, asked):
        if key_of(meant.text) not in (key_of(asked), *found):
            found[key_of(meant.text)] = meant
            yield meant
        if len(found) >= _MEANT:
            return


def _meanings(question: Question, asked: str) -> Iterator[Meant]:
    if any(sign.isascii() and sign.isalpha() for sign in asked):
        yield from _spelled(asked)
    if has_cjk(asked):
        yield from _sounding_the_same(question, asked)
    for word in lexicon().nearest(asked):
        yield Meant(word)


def _spelled(asked: str) -> Iterator[Meant]:
    """What was typed in letters: a word's pinyin or initials, English with a slip, several words, the beginning of one."""
    typed = pinyin_of(asked)
    words = _words_of_keys(beginnings(typed) or [typed])
    for word in words.get(typed, [])[:2]:
        yield Meant(word, is_spelled=True)
    if asked.isascii() and (mended := lexicon().english_of(asked)):
        yield Meant(mended)
    if text := _in_pieces(typed, words):
        yield Meant(text, is_spelled=True)
    if len(typed) >= _PIECE:
        for word in _words_beginning(typed, 1):
            yield Meant(word, is_spelled=True)


def _in_pieces(typed: str, words: dict[str, list[str]]) -> str:
    """Return the words that were typed one after another, where most of it is such words."""
    found: list[str] = []
    known, rest = 0, typed
    while rest and len(found) < _PIECE:
        piece = next((b for b in beginnings(rest) if len(b) >= _PIECE and b in words), "")
        if not piece:
            break
        found.append(words[piece][0])
        known += len(piece)
        rest = rest[len(piece) :]
        words = _words_of_keys(beginnings(rest))
    return " ".join(found) if known >= _KNOWN_SHARE * len(typed) else ""


def _sounding_the_same(question: Question, asked: str) -> Iterator[Meant]:
    """Words that sound like a piece of what was asked for, in other signs: 结昏证 is 结婚证."""
    pieces = windows(question)
    words = _words_of_keys(list(dict.fromkeys(pieces.values())))
    for piece, said in sorted(pieces.items(), key=lambda pair: -len(pair[0])):
        for word in words.get(said, [])[:2]:
            if len(key_of(word)) == len(piece) and key_of(word) != piece:
                yield Meant(asked.replace(piece, word), is_spelled=True)


def _words_of_keys(keys: Sequence[str]) -> dict[str, list[str]]:
    """Return key → the words that are typed so, those that lead to most first."""
    if not keys:
        return {}
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.key, w.word FROM search_searchkey k JOIN search_searchword w ON w.id = k.word_id"  # noqa: S608
            f" WHERE k.key IN ({marks}) AND NOT k.is_inner ORDER BY w.holders DESC, w.word LIMIT 200",
            list(keys),
        )
        found: dict[str, list[str]] = {}
        for key, word in cursor.fetchall():
            found.setdefault(key, []).append(word)
    return found


_kept_lexicon: tuple[float, int, Lexicon] | None = None


def lexicon() -> Lexicon:
    """Return the words of the index in memory, those that lead to most; read anew every five minutes if there are others."""
    global _kept_lexicon
    if _kept_lexicon is None or time.monotonic() - _kept_lexicon[0] > KEEP_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(id), 0) FROM search_searchword")
            newest = cursor.fetchone()[0]
            if _kept_lexicon is None or _kept_lexicon[1] != newest:
                cursor.execute(f"SELECT word, said FROM search_searchword ORDER BY holders DESC, id LIMIT {_LEXICON}")  # noqa: S608
                _kept_lexicon = (time.monotonic(), newest, Lexicon(cursor.fetchall()))
            else:
                _kept_lexicon = (time.monotonic(), newest, _kept_lexicon[2])
    return _kept_lexicon[2]


def forget_words() -> None:
    """Read the words anew at the next question."""
    global _kept_lexicon
    _kept_lexicon = None
    _suggested.clear()
