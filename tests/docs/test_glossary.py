"""Every noun of the glossary is one in code."""

import re
from importlib import import_module
from typing import Any

import pytest

from tests.architecture.source import ROOT

ROWS = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([\w.]+)` \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
)


def found(name: str) -> Any:
    """Return what stands under a dotted name below yiwang."""
    parts = ["yiwang", *name.split(".")]
    for cut in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            thing = getattr(thing, part)
        return thing
    raise LookupError(name)


@pytest.mark.parametrize("name", sorted({row[3] for row in ROWS}))
def test_the_noun_is_there(name: str) -> None:
    found(name)


def test_rows_are_whole_and_terms_stand_once() -> None:
    lines = [line for line in (ROOT / "docs/glossary.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(lines) - 1, "a row has four columns, the last one name in backticks"
    terms = [row[0] for row in ROWS]
    assert sorted(set(terms)) == sorted(terms)
    assert [row for row in ROWS if not re.search(r"[\u4e00-\u9fff]", row[0])] == []


def test_every_table_of_a_domain_is_named() -> None:
    """A table without an official word is one that nobody can talk about."""
    from django.apps import apps

    named = {row[3].rpartition(".")[2] for row in ROWS}
    parts_of_others = {
        "CasePaper": "Paper", "HeldAnswers": "Draft", "SubmitKey": "CaseNumber", "ItemTopic": "LifeEvent", "RatingCount": "Rating",
        "SearchEntry": "Item", "SearchLog": "Vocabulary", "SearchDocument": "Item",
        "SearchPosting": "Region", "SearchWord": "Vocabulary", "SearchKey": "Vocabulary", "AccessToken": "Account",
    }  # fmt: skip
    models = {
        m.__name__ for c in apps.get_app_configs() if c.name.startswith("yiwang.domains.") for m in c.get_models()
    }
    assert models - named - set(parts_of_others) == set(), "give it a row, or say here what it is a part of"
    assert {whole for part, whole in parts_of_others.items() if part in models} <= named
