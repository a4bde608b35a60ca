"""Rules 2 and 6: only actions and models write to the database."""

import ast
import re
from pathlib import Path

from tests.architecture.source import CHANNELS, CONNECTORS, DOMAINS, kind_of_file, place, python_files, syntax

ALWAYS = {"get_or_create", "update_or_create", "bulk_create", "bulk_update", "aget_or_create", "abulk_create"}
SAVES = {"save", "create", "asave", "acreate", "delete", "adelete"}
QUERYSET = re.compile(r"\.objects\b|\.filter\(|\.exclude\(|\.all\(\)|_set\b|visible_to\(")
SQL = re.compile(r"\s*(insert\s+into|update\s+\w+\s+set|delete\s+from|replace\s+into)\b", re.IGNORECASE)

MAY_WRITE = {"actions", "models"}
KEEPS_ITS_OWN_TABLE = {"index"}
"""Named machinery that keeps a table outside the ORM: the search index."""

OTHER_PEOPLES_BOOKS = ("connectors/courier_demo/depot.py", "connectors/payment_demo/store.py")
"""The demo's outside parties are processes of their own: these files keep their books, and know no table of ours."""


def writes(node: ast.AST) -> str:
    """Return what a node writes to the database with; empty if nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
        return node.value.split("\n")[0].strip()[:40]
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return ""
    name, receiver = node.func.attr, ast.unparse(node.func.value)
    # A picture, a font and a file storage are saved and deleted with an argument; a row is not.
    if (
        name in ALWAYS
        or (name in SAVES and not node.args)
        or (name == "update" and not node.args and QUERYSET.search(receiver))
    ):
        return f"{receiver.splitlines()[0][:40]}.{name}()"
    return ""


def strays(folder: Path, allowed: set[str]) -> list[str]:
    """Return where a file that may not writes to the database."""
    return [
        f"{place(path, node)} {what}"
        for path in python_files(folder)
        if folder != DOMAINS or kind_of_file(path) not in allowed
        for node in ast.walk(syntax(path))
        if (what := writes(node))
    ]


def test_in_a_domain_only_actions_and_models_write() -> None:
    assert strays(DOMAINS, MAY_WRITE | KEEPS_ITS_OWN_TABLE) == []


def test_channels_and_connectors_write_nothing() -> None:
    ours = [stray for stray in strays(CONNECTORS, set()) if not stray.startswith(OTHER_PEOPLES_BOOKS)]
    assert strays(CHANNELS, set()) + ours == []


def test_no_model_does_things_behind_ones_back() -> None:
    overridden = [
        f"{place(path, method)} {cls.name}.{method.name}"
        for path in python_files(DOMAINS)
        if kind_of_file(path) == "models"
        for cls in ast.walk(syntax(path))
        if isinstance(cls, ast.ClassDef)
        for method in cls.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete", "clean", "full_clean"}
    ]
    signals = [
        place(path, node)
        for path in python_files(DOMAINS, CHANNELS, CONNECTORS)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
    ]
    assert overridden + signals == []
