"""The page of figures is the bench's own: it names the commit, the machine, both databases and every figure with its aim."""

import re
import sys

import pytest

from tests.architecture.source import ROOT

sys.path.append(str(ROOT / "benchmarks"))

PAGE = ROOT / "docs" / "reference" / "performance.md"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Return the cells of each row with a figure."""
    return [
        [c.strip() for c in line.strip("|").split("|")]
        for line in text.splitlines()
        if "in process |" in line or "over the wire |" in line
    ]


def test_it_names_the_commit_the_machine_and_the_versions(text: str) -> None:
    assert re.search(r"at commit `[0-9a-f]{12}\+?` on \d+ cores of \S+", text)
    for name in ("python 3", "django 5", "granian ", "psycopg ", "SQLite 3", "synchronous=FULL", "PostgreSQL "):
        assert name in text


def test_every_path_is_measured_in_process_and_over_the_wire_on_both_databases(text: str) -> None:
    import run

    for database in ("SQLite", "PostgreSQL"):
        part = text.split(f"## {database}")[1].split("\n## ", maxsplit=1)[0]
        found = {(row[0], row[1]) for row in rows(part)}
        assert found == {(path, how) for path in run.AIMS for how in ("in process", "over the wire")}
        assert "Where the CPU of a request goes" in part


def test_what_falls_short_is_said_with_what_it_costs(text: str) -> None:
    told = text.split("## What falls short")[1]
    for row in rows(text.split("## What falls short", maxsplit=1)[0]):
        assert re.fullmatch(r"\d+\.\d{3}", row[2]) and re.match(r"\d+\.\d{3} \(", row[3]) and float(row[4]) > 0
        if row[6] != "met":
            assert f"- {row[0]}, {row[1]}, " in told


def test_the_page_says_what_is_missed() -> None:
    import pages

    good = {"path": "guide", "how": "in process", "ours": 0.2, "floor": 0.1, "ratio": 2.0, "aim": 0.3, "aim_ratio": 2.0}
    assert pages.faults(good) == []
    assert pages.faults(good | {"ours": 0.5, "ratio": 2.5}) == ["0.20 ms over", "0.50 × over"]
    kept = good | {"path": "guide, kept", "how": "over the wire", "ours": 0.04, "aim": 0.05, "aim_ratio": None}
    assert pages.faults(kept | {"ratio": 2.4}) == []
    assert pages.faults(kept | {"ratio": 2.6}) == ["0.10 × over"]
