"""Rule 10: what documents say can be held to the code is."""

import re

from tests.architecture.source import ROOT, YIWANG, python_files

READ = re.compile(r"(?:environ(?:\.get\(|\[)|getenv\(|_flag\()\s*[\"'](YIWANG_[A-Z_]+)[\"']")


def test_every_setting_is_in_the_reference_and_no_other() -> None:
    read = {name for path in python_files(YIWANG) for name in READ.findall(path.read_text(encoding="utf-8"))}
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(YIWANG_[A-Z_]+)`", page))
    assert (read - told, told - read) == (set(), set()), "(read but not told, told but not read)"


def test_make_help_names_what_the_contract_promises() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "check", "assure", "bench"} <= targets


def test_every_dependency_says_why_and_under_which_licence() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r'^    "[A-Za-z0-9_.~=\[\]-]+",(.*)$', text.split("[project.scripts]")[0], re.MULTILINE)
    assert len(listed) > 30
    assert [line for line in listed if not re.match(r"\s+# .+; .+", line)] == []
