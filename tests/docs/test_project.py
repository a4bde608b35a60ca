"""README, changelog, licence, decisions and publiccode.yml: what can be checked of them."""

import hashlib
import re

import pytest
import yaml

from tests.architecture.source import CONTRACTS, ROOT

READMES = ("README.md", "README.zh-CN.md")
DECISIONS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
PICTURES = {"home-390", "guide-1280", "apply-390", "case-1280", "desk-1280", "certificate", "verify-390"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_accounts_of_the_readme_are_those_of_the_demonstration(name: str) -> None:
    people = yaml.safe_load(text_of("demo/people.yaml"))
    known = {entry["email"] for part in ("people", "staff") for entry in people[part]}
    told = set(re.findall(r"`([\w-]+@demo\.example)`", text_of(name)))
    assert told and told <= known
    assert f"`{people['password']}`" in text_of(name)


def test_both_readmes_tell_the_same() -> None:
    english, chinese = (text_of(name) for name in READMES)
    for pattern in (r"[\w-]+@demo\.example", r"^## ", r"\]\((?!README)([\w./-]+\.md)\)", r"^```sh"):
        assert sorted(re.findall(pattern, english, re.M)) == sorted(re.findall(pattern, chinese, re.M)), pattern


def test_pictures_have_the_names_that_the_browser_test_makes() -> None:
    shown = {found for name in READMES for found in re.findall(r"docs/screenshots/([\w-]+)\.png", text_of(name))}
    assert shown == PICTURES


@pytest.mark.parametrize("name", READMES)
def test_the_map_shows_the_tree(name: str) -> None:
    block = text_of(name).split("```\nsrc/yiwang/")[1].split("```")[0]
    parts = re.findall(r"^  (\w+)/", block, re.M)
    layers = next(c for c in CONTRACTS if c["name"] == "The five parts")["layers"]
    assert sorted(parts) == sorted(word for layer in layers for word in layer.replace("|", " ").split())
    for folder in re.findall(r"^([\w/]+)/ ", block, re.M):
        assert (ROOT / folder).is_dir(), folder


def test_the_licence_is_word_for_word() -> None:
    """The text of Apache-2.0 as its authors publish it, with nothing filled in."""
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4"
    assert 'license = "Apache-2.0"' in text_of("pyproject.toml")


@pytest.mark.parametrize("number, path", list(enumerate(DECISIONS, 1)), ids=lambda v: getattr(v, "stem", ""))
def test_a_decision_is_one_page_of_three_parts(number: int, path) -> None:
    text = path.read_text(encoding="utf-8")
    assert path.name.startswith(f"{number:04d}-")
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]
    assert len(text.split()) <= 450
    assert f"({path.name})" in text_of("docs/adr/README.md")


def test_publiccode_follows_its_standard() -> None:
    """What version 0.4 asks for at least."""
    told = yaml.safe_load(text_of("publiccode.yml"))
    assert told["publiccodeYmlVersion"] == "0.4"
    assert {
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "legal",
        "maintenance",
        "localisation",
    } <= set(told)
    assert told["url"].startswith("https://") and told["url"].endswith(".git")
    assert told["legal"]["license"] == "Apache-2.0"
    assert told["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert told["maintenance"]["type"] == "community" and told["maintenance"]["contacts"]
    assert set(told["localisation"]["availableLanguages"]) == set(told["description"]) == {"zh", "en"}
    for words in told["description"].values():
        assert len(words["shortDescription"].strip()) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
    version = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.M)
    assert version and told["softwareVersion"] == version[1]
    assert f"## {version[1]}" in text_of("CHANGELOG.md")
