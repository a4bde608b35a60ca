"""ARCHITECTURE.md tells of this tree: its parts, its ranks, its files, the names of its tests."""

import re

from tests.architecture.source import CHANNELS, CONTRACTS, DOMAINS, ROOT, contract, names_in

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_diagram_shows_the_import_contract() -> None:
    layers = [names_in(layer) for layer in contract("The five parts")["layers"]]
    allowed = {
        (one, other)
        for above, names in enumerate(layers)
        for below in layers[above + 1 :]
        for one in names
        for other in below
    }
    assert set(re.findall(r"^    (\w+) --> (\w+)$", PAGE, re.M)) == allowed


def test_the_table_of_domains_is_the_ranking() -> None:
    table = PAGE.split("## The domains, highest first")[1].split("##")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.M)
    assert [sorted(re.findall(r"`(\w+)`", row)) for row in rows] == [
        sorted(names_in(layer)) for layer in contract("Domains point down")["layers"]
    ]


def test_the_files_of_a_domain_are_those_of_the_contract() -> None:
    table = PAGE.split("## The files of a domain")[1].split("##")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.M)
    told = [sorted(re.findall(r"`(\w+)\.py`", row)) for row in rows]
    files = contract("The files of a domain, and their order")
    assert told == [sorted(names_in(layer)) for layer in files["layers"]]
    machinery = set(re.findall(r"`(\w+/\w+)`", table)) | {"migrations", "tests"}
    there = {f"{p.parent.name}/{p.name}" for name in files["exhaustive_ignores"] for p in DOMAINS.glob(f"*/{name}")}
    assert {m for m in there if not m.endswith(("/migrations", "/tests"))} == machinery - {"migrations", "tests"}


def test_named_tests_are_there() -> None:
    pages = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8"))}
    files = [path for folder in ("tests", "src") for path in (ROOT / folder).rglob("test_*.py")]
    tests = {name for path in files for name in re.findall(r"^ *def (test_\w+)\(", path.read_text("utf-8"), re.M)}
    assert named - tests == set()


def test_every_rule_names_what_holds_it() -> None:
    rules = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)
    assert [int(number) for number, _, _ in rules] == list(range(1, 11))
    assert all("`test_" in held or "contract" in held for _, _, held in rules)


def test_channels_are_those_of_the_map() -> None:
    channels = {p.parent.name for p in CHANNELS.glob("*/__init__.py")}
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert {c for c in channels if not re.search(rf"channels/.*\b{c}\b", text)} == set(), name
    assert {c["name"] for c in CONTRACTS} >= {"Channels do not know each other"}
