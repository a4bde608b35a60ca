"""The tree is the architecture: where things lie, what they are called, how long they are."""

import ast

import pytest

from tests.architecture.source import (
    DOMAIN_FILES,
    DOMAINS,
    FOUNDATION,
    ROOT,
    SRC,
    YIWANG,
    functions,
    is_migration,
    kind_of_file,
    place,
    python_files,
    syntax,
)

SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "services"}
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60

LONG_FILES: dict[str, str] = {}
"""File → why it is one thing although it is long."""

LONG_FUNCTIONS: dict[str, str] = {}
"""`file name` → why it is one thing although it is long."""


def test_the_five_parts_and_nothing_else() -> None:
    parts = {p.name for p in YIWANG.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert parts == {"config", "channels", "connectors", "domains", "foundation", "locale"}
    assert {p.name for p in SRC.iterdir() if (p / "__init__.py").exists()} <= {"yiwang", "yiwang_verify"}


def test_a_domain_has_only_the_files_of_a_domain() -> None:
    strays = {
        str(path.relative_to(DOMAINS))
        for path in DOMAINS.glob("*/*")
        if "__pycache__" not in path.parts and path.stem not in DOMAIN_FILES | {"templates", "static", "data", "fonts"}
    }
    assert strays == set()


@pytest.mark.parametrize("package", sorted(p.parent.name for p in DOMAINS.glob("*/__init__.py")))
def test_a_domain_says_in_its_docstring_what_it_owns(package: str) -> None:
    assert len(ast.get_docstring(syntax(DOMAINS / package / "__init__.py")) or "") > 20


def test_no_name_says_nothing() -> None:
    folders = [ROOT / name for name in ("src", "tests", "scripts", "benchmarks")]
    files = [p for folder in folders if folder.exists() for p in folder.rglob("*") if "__pycache__" not in p.parts]
    assert [str(p.relative_to(ROOT)) for p in files if p.stem.lower() in SAY_NOTHING] == []


def test_files_are_short() -> None:
    folders = [ROOT / name for name in ("src", "tests", "scripts", "benchmarks")]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in folder.rglob("*.py")
        if not is_migration(path)
    }
    assert {name: n for name, n in lengths.items() if n > LINES_OF_A_FILE and name not in LONG_FILES} == {}
    assert [name for name in LONG_FILES if lengths.get(name, 0) <= LINES_OF_A_FILE] == [], "no longer long: take it off"


def test_functions_are_short() -> None:
    long = [
        f"{place(path, node)} {node.name} has {length} lines"
        for path in python_files(YIWANG)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LINES_OF_A_FUNCTION
        if f"{path.relative_to(YIWANG)} {node.name}" not in LONG_FUNCTIONS
    ]
    assert long == []


def test_policies_say_who_may() -> None:
    wrong = [
        str(f)
        for path in python_files(DOMAINS)
        if kind_of_file(path) == "policies"
        for f in functions(path)
        if f.is_public
        and not (f.name.startswith(("may_", "is_")) and ast.unparse(f.node.returns or f.node.args) == "bool")
    ]
    assert wrong == []


def test_the_lock_names_no_addresses() -> None:
    assert not (ROOT / "uv.lock").exists()
    for lock in (ROOT / "requirements").glob("*.txt"):
        lines = lock.read_text(encoding="utf-8").splitlines()
        pins = [n for n, line in enumerate(lines) if "==" in line and not line.lstrip().startswith("#")]
        assert pins, lock.name
        assert all("--hash=sha256:" in lines[n + 1] for n in pins), f"{lock.name} lacks hashes"
        assert not [line for line in lines if "://" in line or line.startswith("-")], lock.name
    npm = ROOT / "package-lock.json"
    assert not npm.exists() or '"resolved"' not in npm.read_text(encoding="utf-8")


def test_foundation_packages_say_what_they_are_for() -> None:
    silent = [
        p.parent.name
        for p in FOUNDATION.glob("*/__init__.py")
        if p.parent.name != "tests" and not ast.get_docstring(syntax(p))
    ]
    assert silent == []
