"""The tree as these tests read it: files, syntax, ranks. Nothing here imports the code that it judges."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
YIWANG = SRC / "yiwang"
CHANNELS, CONNECTORS, DOMAINS, FOUNDATION = (YIWANG / p for p in ("channels", "connectors", "domains", "foundation"))

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def contract(name: str) -> dict:
    """Return one import contract of pyproject.toml."""
    return next(c for c in CONTRACTS if c["name"] == name)


def names_in(layer: str) -> list[str]:
    """Return the packages of one line of a contract."""
    return [name.strip(" ()") for name in layer.split("|")]


RANKS = {
    name: rank
    for rank, layer in enumerate(reversed(contract("Domains point down")["layers"]))
    for name in names_in(layer)
}
"""Domain → how high it stands; those on one line have one rank."""

FILES = contract("The files of a domain, and their order")
DOMAIN_FILES = (
    {"__init__"} | {name for layer in FILES["layers"] for name in names_in(layer)} | set(FILES["exhaustive_ignores"])
)


def is_test(path: Path) -> bool:
    """Whether a file belongs to tests."""
    return "tests" in path.parts or path.name in {"conftest.py"}


def is_migration(path: Path) -> bool:
    """Whether a file is a migration."""
    return "migrations" in path.parts


def python_files(*folders: Path) -> Iterator[Path]:
    """Yield the code below folders, in order, without tests and migrations."""
    for folder in folders:
        yield from (p for p in sorted(folder.rglob("*.py")) if not is_test(p.relative_to(SRC)) and not is_migration(p))


@cache
def syntax(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    """Return `channels/portal/cases.py:12`."""
    return f"{path.relative_to(YIWANG)}:{getattr(node, 'lineno', 1)}"


def kind_of_file(path: Path) -> str:
    """Return which file of its domain this is: `actions` for `actions.py` and for `actions/review.py`."""
    parts = path.relative_to(DOMAINS).parts
    return Path(parts[1]).stem if len(parts) > 1 else ""


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: `submit_case` for `actions.submit_case(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield every call below a node."""
    return (n for n in ast.walk(node) if isinstance(n, ast.Call))


@dataclass(frozen=True)
class Function:
    """A function at the top of a file."""

    path: Path
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        """What it is called."""
        return self.node.name

    @property
    def is_public(self) -> bool:
        """Whether others may use it."""
        return not self.name.startswith("_")

    @property
    def decoration(self) -> ast.expr | None:
        """The `@action` or `@action(…)` above it."""
        for decorator in self.node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Name) and called.id == "action":
                return decorator
        return None

    @property
    def silent(self) -> str:
        """Why it records nothing, as its decorator says."""
        words = self.decoration.keywords if isinstance(self.decoration, ast.Call) else []
        return next((str(ast.literal_eval(w.value)) for w in words if w.arg == "silent"), "")

    def __str__(self) -> str:
        return f"{place(self.path, self.node)} {self.name}"


def functions(path: Path) -> list[Function]:
    """Return the functions at the top of a file."""
    return [Function(path, n) for n in syntax(path).body if isinstance(n, ast.FunctionDef)]


@cache
def action_files() -> tuple[Path, ...]:
    """Return the files that hold actions, of domains and of the foundation's packages."""
    everywhere = python_files(DOMAINS, FOUNDATION)
    inside = (p for p in everywhere if "actions" in {p.stem, p.parent.name} and p != FOUNDATION / "actions.py")
    return tuple(inside)


@cache
def actions() -> tuple[Function, ...]:
    """Return every function under `@action`."""
    return tuple(f for path in action_files() for f in functions(path) if f.decoration is not None)


def words_of(name: str) -> list[str]:
    """Return the words of `snake_case` or `CamelCase`."""
    return re.findall(r"[A-Z]?[a-z0-9]+", name)
