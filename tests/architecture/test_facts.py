"""Rule 5: a fact is a frozen record of ids and codes; it never holds what a person typed, nor who they are by name."""

import ast
from pathlib import Path

from tests.architecture.source import DOMAINS, FOUNDATION, YIWANG, place, python_files, syntax

PLAIN = {"UUID", "int", "str", "bool", "date", "datetime", "None", "tuple", "dt", "Literal", "Decimal"}
PERSONAL = {
    "name",
    "phone",
    "email",
    "id_number",
    "address",
    "answers",
    "text",
    "comment",
    "birth_date",
    "password",
    "token",
}

FACTS = [
    (path, node)
    for path in python_files(DOMAINS, FOUNDATION)
    if path.stem == "events" or path.parent.name == "events"
    for node in syntax(path).body
    if isinstance(node, ast.ClassDef)
]


def test_facts_are_frozen() -> None:
    loose = [
        f"{place(path, node)} {node.name}"
        for path, node in FACTS
        if not any("dataclass" in ast.unparse(d) and "frozen=True" in ast.unparse(d) for d in node.decorator_list)
    ]
    assert loose == []


def test_facts_hold_ids_and_codes_only() -> None:
    wrong = []
    for path, node in FACTS:
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                types = {n.id for n in ast.walk(field.annotation) if isinstance(n, ast.Name)}
                words = set(field.target.id.split("_")) | {field.target.id}
                if types - PLAIN or words & PERSONAL:
                    wrong.append(f"{place(path, field)} {node.name}.{ast.unparse(field)}")
    assert wrong == []


def test_facts_are_told_and_have_one_name() -> None:
    names = [node.name for _, node in FACTS]
    assert sorted(set(names)) == sorted(names)
    used = {
        n.id
        for path in python_files(YIWANG)
        if path.stem != "events"
        for n in ast.walk(syntax(path))
        if isinstance(n, ast.Name)
    }
    assert [name for name in names if name not in used] == [], "nobody records these"


def test_domains_hear_only_of_what_stands_lower() -> None:
    strangers = [
        place(path, node)
        for path in python_files(DOMAINS)
        if path.stem == "handlers" or path.parent.name == "handlers"
        for node in syntax(Path(path)).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not node.decorator_list
    ]
    assert strangers == [], "a handler is under @on(Fact)"
