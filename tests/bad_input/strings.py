"""Naughty strings: a few of our own, and those of the reference data where they are."""

import json
from collections.abc import Callable

from yiwang.foundation.tests.shared_data import DATA

OWN = [
    "", " ", "\t\t", "\u3000", "null", "undefined", "None", "true", "NaN", "Infinity", "-1", "0x7f", "1e309", "９９９",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>", "{{7*7}}", "{% raise %}",
    "${7*7}", "%s%s%n", "' OR 1=1 --", "1; DROP TABLE cases_case", "../../etc/passwd", "..\\..\\win.ini", "=1+1",
    "@SUM(A1)", "javascript:alert(1)", "</textarea><b>", "&lt;b&gt;", "&#0;", "a\r\nSet-Cookie: x=1", "\u202egnp.exe",
    "\u200b", "\ufeff小满", "\x00", "a\x00b", "\x07\x1b[31m", "\x7f", "\x85", "\ufffd", "\ufffe", "e\u0301", "𬉼𠳐", "👩‍👩‍👧‍👦",
    "ـَ" * 30, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "一" * 101, "x" * 5_000,
]  # fmt: skip


def naughty(trials: Callable[[int, int], int]) -> list[str]:
    """Return our own strings and, where the reference data are, every eighth of them in the short form, all in the full."""
    path = DATA / "negative/blns.json"
    more = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return OWN + more[:: trials(8, 1)]
