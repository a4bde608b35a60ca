"""What of an item is indexed, and how the index is asked."""

from collections.abc import Iterable

from yiwang.domains.search.index.question import Question
from yiwang.foundation.text import tokens

FIELDS = ("title", "aliases", "base", "office", "body")
NAMING = ("title", "aliases")
"""The fields that name an item, in which the typed words themselves are looked up a second time."""
MAX_BODY = 600
"""Characters of the body that are indexed: more would find every item by every word."""
MAX_TERMS = 48


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
