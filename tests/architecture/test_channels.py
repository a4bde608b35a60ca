"""Rules 6 and 7: a channel view translates: at most one action on any way through it, and it loads only what may be seen."""

import ast
from pathlib import Path

from tests.architecture.source import CHANNELS, actions, place, python_files, syntax

ACTIONS = {f.name for f in actions()}

SEVERAL: dict[str, str] = {
    "channels/desk/exporting.py export": "each page of a list notes whose names leave with it, just before it leaves",
    "channels/desk/exporting.py _lines": "each page of a list notes whose names leave with it, just before it leaves",
}
"""`channels/…py function` → why its actions need not succeed or fail together."""


def named_functions(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of a file by the name that they are called by: `show`, and `self.show` for a method."""
    methods = {m for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for m in c.body}
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {f"self.{n.name}" if n in methods else n.name: n for n in found}


class Ways:
    """Counts the actions on the longest way through each function of a file."""

    def __init__(self, path: Path) -> None:
        tree = syntax(path)
        imported = [
            n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and "actions" in (n.module or "").split(".")
        ]
        self.actions = {a.asname or a.name for n in imported for a in n.names if a.name in ACTIONS}
        self.functions = named_functions(tree)
        self.counted: dict[str, int] = {}

    def of(self, name: str) -> int:
        """Return the count for one function, what it calls in this file included."""
        if name not in self.counted:
            self.counted[name] = 0  # a function that calls itself
            through, left = self.block(self.functions[name].body)
            self.counted[name] = max(through, left)
        return self.counted[name]

    def expression(self, node: ast.AST | None) -> int:
        """Return the count for an expression."""
        if node is None or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return 0
        if isinstance(node, ast.IfExp):
            return self.expression(node.test) + max(self.expression(node.body), self.expression(node.orelse))
        below = sum(self.expression(child) for child in ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in self.functions:
                below += self.of(called)
            elif isinstance(node.func, ast.Name):
                below += node.func.id in self.actions
            elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value).split(".")[-1].endswith(
                "actions"
            ):
                below += node.func.attr in ACTIONS
        return below

    def block(self, statements: list[ast.stmt]) -> tuple[int, int]:
        """Return the counts of the longest way that goes on after a block, and of the longest that ends in it; -1 if none."""
        on, ended = 0, -1
        for statement in statements:
            if on < 0:
                break
            ways = self.statement(statement)
            ended = max(ended, on + ways[1] if ways[1] >= 0 else -1)
            on = on + ways[0] if ways[0] >= 0 else -1
        return on, ended

    def statement(self, node: ast.stmt) -> tuple[int, int]:
        """Return the same two counts for one statement."""
        if isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break):
            return -1, self.expression(node)
        if isinstance(node, ast.If):
            return self.either(self.expression(node.test), [node.body, node.orelse])
        if isinstance(node, ast.Match):
            return self.either(self.expression(node.subject), [case.body for case in node.cases] + [[]])
        if isinstance(node, ast.For | ast.While):
            on, ended = self.block(node.body)
            return max(on, ended, 0) * 2 + self.expression(getattr(node, "iter", None) or node.test), ended
        if isinstance(node, ast.With):
            before = sum(self.expression(item.context_expr) for item in node.items)
            return self.either(before, [node.body])
        if isinstance(node, ast.Try):
            # A handler runs where the action in the body was refused, and so undone.
            return self.either(0, [[*node.body, *node.orelse, *node.finalbody], *[h.body for h in node.handlers]])
        return self.expression(node), -1

    def either(self, before: int, bodies: list[list[ast.stmt]]) -> tuple[int, int]:
        """Return the two counts where one of several blocks is taken."""
        ways = [self.block(body) for body in bodies]
        on, ended = max(w[0] for w in ways), max(w[1] for w in ways)
        return (before + on if on >= 0 else -1), (before + ended if ended >= 0 else -1)


def test_a_view_calls_at_most_one_action() -> None:
    several = []
    for path in python_files(CHANNELS):
        ways = Ways(path)
        for name, node in ways.functions.items():
            key = f"{path.relative_to(CHANNELS.parent)} {name}"
            if ways.of(name) > 1 and key not in SEVERAL:
                several.append(f"{place(path, node)} {name} can call {ways.of(name)} actions")
    assert several == []


def test_the_counting_counts() -> None:
    code = (
        "from yiwang.domains.x.actions import a, b\n"
        "def one_each(p):\n if p:\n  return a()\n return b()\n"
        "def both(p):\n a()\n if p:\n  b()\n"
        "def retry():\n try:\n  a()\n except E:\n  b()\n"
        "def many(xs):\n for x in xs:\n  a()\n"
        "def through():\n both(1)\n"
        "class C:\n def a(self):\n  a()\n def c(self):\n  self.a()\n"
    )
    ways = Ways.__new__(Ways)
    tree = ast.parse(code)
    ways.actions, ways.counted = {"a", "b"}, {}
    ways.functions = named_functions(tree)
    counted = {name: ways.of(name) for name in ways.functions}
    assert counted == {"one_each": 1, "both": 2, "retry": 1, "many": 2, "through": 2, "self.a": 1, "self.c": 1}


def test_channels_load_only_what_the_actor_may_see() -> None:
    loose = []
    for path in python_files(CHANNELS):
        attributes = [n for n in ast.walk(syntax(path)) if isinstance(n, ast.Attribute)]
        guarded = {id(n.value) for n in attributes if n.attr == "visible_to"}
        loose += [
            place(path, n) for n in attributes if n.attr in {"objects", "_default_manager"} and id(n) not in guarded
        ]
    assert loose == [], "ask a query of the domain"
