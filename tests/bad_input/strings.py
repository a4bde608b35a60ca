"""Naughty strings: a few of our own, and those of the reference data where they are."""

import json
import re
from collections.abc import Callable

from conftest import LONG_FORMS, SHARE, on_postgres
from yiwang.foundation.tests.shared_data import DATA

OWN = [
    "", " ", "\t\t", "\u3000", "null", "undefined", "None", "true", "NaN", "Infinity", "-1", "0x7f", "1e309", "９９９",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>", "{{7*7}}", "{% raise %}",
    "${7*7}", "%s%s%n", "' OR 1=1 --", "1; DROP TABLE cases_case", "../../etc/passwd", "..\\..\\win.ini", "=1+1",
    "@SUM(A1)", "javascript:alert(1)", "</textarea><b>", "&lt;b&gt;", "&#0;", "a\r\nSet-Cookie: x=1", "\u202egnp.exe",
    "\u200b", "\ufeff小满", "\x00", "a\x00b", "\x07\x1b[31m", "\x7f", "\x85", "\ufffd", "\ufffe", "e\u0301", "𬉼𠳐", "👩‍👩‍👧‍👦",
    "ـَ" * 30, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "一" * 101, "x" * 5_000,
]  # fmt: skip

MARKUP = re.compile(r"<[a-zA-Z/!?]")
STRIDE = round(1 / SHARE)
"""So many times fewer strings than in the full form."""

_HALF = re.compile("[\0\ud800-\udfff]")


def reference() -> list[str]:
    """Return the strings of the reference data; none where they are not beside the repository."""
    path = DATA / "negative/blns.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def naughty(trials: Callable[[int, int], int]) -> list[str]:
    """Return our own strings and, where the reference data are, every eighth of them in the short form, all in the full."""
    return OWN + reference()[:: trials(8, 1)]


def readable(text: str) -> bool:
    """Whether a form could carry it at all: no NUL, no half of a character."""
    return not _HALF.search(text)


def is_raw(text: str, page: str) -> bool:
    """Whether markup that somebody typed stands in a page as markup."""
    return bool(MARKUP.search(text)) and len(text) > 4 and text in page


def share(at: int, *, short: int, full: int = 1, postgres: int = 8) -> list[str]:
    """Return the strings for the place number `at`: in the full form on SQLite all of them, or every `full`-th.

    Elsewhere every n-th, beginning at another one each time, so that together the places still see them all.
    """
    every = OWN + reference()
    stride = min(short, (postgres if on_postgres() else full) * STRIDE) if LONG_FORMS else short
    return every[at % stride :: stride]
