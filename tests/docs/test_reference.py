"""Reference pages say what the code says; commands and targets that documents name are there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CALL = re.compile(r"(?:^|\.venv/bin/)yiwang ([^\n`|&;>)$'#]+)")


def words_called(text: str) -> list[list[str]]:
    """Return the arguments of each `yiwang …` that stands in code: in a fence, or in backticks."""
    code = re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M) + re.findall(r"`((?:\.venv/bin/)?yiwang [^`\n]+)`", text)
    lines = [line for block in code for line in block.splitlines()]
    return [shlex.split(found.replace("…", "")) for line in lines for found in CALL.findall(line)]


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run([sys.executable, "scripts/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_that_a_page_names_is_there(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from yiwang.config.cli import parser

    wrong = []
    for words in words_called(page.read_text(encoding="utf-8")):
        if words[0].startswith("-"):
            continue
        try:
            parser().parse_args(words)
        except SystemExit as stop:
            said = capsys.readouterr().err
            bare = "are required" in said or "is required" in said  # the name of a command in running text
            if stop.code and not bare:
                wrong.append(f"yiwang {' '.join(words)}: {said.strip().splitlines()[-1]}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_target_that_a_page_names_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    text = page.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M) + re.findall(r"`([^`\n]+)`", text))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) - targets == set()


def test_pages_are_within_reach() -> None:
    """Every page of the documents is linked from another one."""
    linked = set()
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                linked.add((page.parent / target).resolve())
    assert [str(p.relative_to(ROOT)) for p in PAGES if p.resolve() not in linked and p.name != "README.md"] == []
