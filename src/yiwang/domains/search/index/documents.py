"""What of an item is indexed, and how the index is asked."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from yiwang.domains.search.index.question import Question
from yiwang.foundation.text import tokens

FIELDS = ("title", "aliases", "base", "office", "body")
NAMING = ("title", "aliases")
"""The fields that name an item, in which the typed words themselves are looked up a second time."""
MAX_BODY = 600
"""Characters of the body that are indexed: more would find every item by every word."""
MAX_TERMS = 48

NARROW = "narrow"
"""The mark of a document that is not looked at without a region."""


class _Words(msgspec.Struct):
    zh: str
    en: str = ""


class _Named(msgspec.Struct):
    name: _Words


class Said(msgspec.Struct):
    """Of a published version only what is indexed: the rest is skipped unread."""

    name: _Words
    summary: _Words | None = None
    aliases: list[str] = []
    audience: list[str] = []
    conditions: list[_Words] | None = None
    materials: list[_Named] | None = None

    @property
    def body(self) -> str:
        """What it says beside its names."""
        parts = [self.summary.zh] if self.summary else []
        parts += [c.zh for c in (self.conditions or [])[:6]] + [m.name.zh for m in (self.materials or [])[:20]]
        return " ".join(parts)[:2000]


read_said = msgspec.json.Decoder(Said).decode


class Wording(msgspec.Struct, frozen=True):
    """What one item, or the same item of many regions, is called."""

    base_code: str
    base_name: str
    group: str
    name: str
    aliases: tuple[str, ...]
    audience: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what tells this wording from every other."""
        parts = (self.base_code, self.group, self.name, *self.aliases, "", *self.audience)
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def without_place(text: str, above: Sequence[str]) -> str:
    """Return a name without the names of divisions that it begins with, so that many regions share it.

    What begins with no more than a division keeps it.
    """
    rest = text
    for place in above:
        if rest.startswith(place):
            rest = rest[len(place) :]
    return rest if len(rest) > 1 else text


def region_term(code: str) -> str:
    """Return the mark of a region; `r` alone is an item of no known region."""
    return f"r{_bare(code)}"


def audience_term(audience: str) -> str:
    """Return the mark of an audience."""
    return f"au{_bare(audience)}"


def _bare(mark: str) -> str:
    """Whatever else an address brought is dropped."""
    return "".join(sign for sign in mark if sign.isascii() and sign.isalnum())[:18]


def document_terms(
    *,
    name: str,
    aliases: Iterable[str] = (),
    summary: str = "",
    office: str = "",
    base_name: str = "",
    body: str = "",
) -> dict[str, list[str]]:
    """Return the tokens of each field of the index for one item."""
    return {
        "title": tokens(name),
        "aliases": [token for alias in aliases for token in tokens(alias)],
        "base": tokens(base_name) if base_name != name else [],
        "office": tokens(office),
        "body": tokens(f"{summary} {body}"[:MAX_BODY]),
    }


def query_terms(question: Question) -> list[str]:
    """Return the tokens to look up, at most 48, those of the words that were typed first."""
    found: dict[str, None] = {}
    for words in ([c.word for c in question.concepts], [m for c in question.concepts for m in c.means]):
        for word in words:
            found.update(dict.fromkeys(tokens(word)))
    return list(found)[:MAX_TERMS]


def literal_terms(question: Question) -> list[str]:
    """Return the tokens of what was typed, without official words, at most 48.

    They are looked up by themselves: many official words must not crowd out the one item that somebody named so.
    """
    return list(dict.fromkeys(tokens(question.asked or question.text)))[:MAX_TERMS]


def fts_query(terms: Iterable[str]) -> str:
    """Return the expression for SQLite FTS5 that finds any of the tokens; "" for none.

    A single character is looked up as the beginning of a token.
    """
    return " OR ".join(f'"{_quoted(term)}"{"*" if len(term) == 1 else ""}' for term in terms)


def tsquery(terms: Iterable[str], weight: str = "") -> str:
    """Return the same for PostgreSQL's `to_tsquery('simple', …)`, in the fields of a weight where one is given."""
    whole, beginning = f":{weight}".rstrip(":"), f":*{weight}"
    return " | ".join(f"'{_quoted(term)}'{beginning if len(term) == 1 else whole}" for term in terms)


def _quoted(term: str) -> str:
    return "".join(c for c in term if c not in "\"'\\\x00")
