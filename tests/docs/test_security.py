"""The table of security requirements is whole, and what it names is there."""

import csv
import re
from collections import Counter

import pytest

from tests.architecture.source import ROOT

STATUSES = {"met", "partly", "not yet", "not applicable"}
with (ROOT / "docs/security/asvs.csv").open(encoding="utf-8", newline="") as source:
    ROWS = list(csv.DictReader(source))
NAMED = re.compile(r"(?:src|tests|docs|requirements)/[\w./-]+\.\w+|\b(?:conftest\.py|pyproject\.toml|[A-Z]+\.md)")


def test_rows_are_whole() -> None:
    assert ROWS and list(ROWS[0]) == ["id", "level", "subject", "status", "test or reason"]
    wrong = [
        row["id"]
        for row in ROWS
        if not re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", row["id"])
        or row["level"] not in {"1", "2", "3"}
        or row["status"] not in STATUSES
        or not row["subject"].strip()
        or not row["test or reason"].strip()
    ]
    assert wrong == []
    assert [i for i, n in Counter(row["id"] for row in ROWS).items() if n > 1] == []


def test_levels_one_and_two_are_all_there() -> None:
    """ASVS 5.0.0 has 70 requirements of level 1 and 183 of level 2; seven of level 2 are WebRTC, which is not used."""
    counts = Counter(row["level"] for row in ROWS)
    assert (counts["1"], counts["2"]) == (70, 183 - 7)


@pytest.mark.parametrize("row", [row for row in ROWS if NAMED.search(row["test or reason"])], ids=lambda row: row["id"])
def test_what_a_row_names_is_there(row: dict[str, str]) -> None:
    assert [name for name in NAMED.findall(row["test or reason"]) if not (ROOT / name).exists()] == []
