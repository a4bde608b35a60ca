"""Read the files of `demo/`."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings


def folder() -> Path:
    """Return where the demo's own data lie."""
    return Path(settings.DEMO_DATA)


@cache
def read_yaml(name: str) -> dict[str, Any]:
    """Return one YAML file."""
    loaded: dict[str, Any] = yaml.safe_load((folder() / name).read_text(encoding="utf-8"))
    return loaded


def read_csv(name: str) -> list[dict[str, str]]:
    """Return the rows of one CSV file."""
    with (folder() / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@cache
def by_key(name: str, part: str) -> dict[str, dict[str, Any]]:
    """Return the entries of a part by their key."""
    return {entry["key"]: entry for entry in read_yaml(name)[part]}


@cache
def item_codes() -> dict[str, str]:
    """Return item key (file name) → item code."""
    return {
        path.stem: str(yaml.safe_load(path.read_text(encoding="utf-8"))["code"])
        for path in sorted((folder() / "items").glob("*.yaml"))
    }
