"""Rules 2 to 5: every change is an action; it is whole and in order, somebody answers for it, it leaves one line."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import (
    YIWANG,
    Function,
    action_files,
    actions,
    called_name,
    calls,
    functions,
    place,
    python_files,
    syntax,
    words_of,
)

_DRAWN = "a PDF is drawn for somebody who was allowed to read what it is drawn from"
MAKES_NO_CHECK = {
    "keep_certificate_pdf": _DRAWN,
    "keep_document_pdf": _DRAWN,
    "hold_answers": "whoever typed them is not signed in any more; only their own browser learns where they lie",
}
"""Action → why whoever calls may."""


@cache
def names() -> set[str]:
    """Return the names of all actions."""
    return {f.name for f in actions()}


def inner_functions(function: Function) -> dict[str, Function]:
    """Return the private functions that an action can call: those of its file, and of the files beside it in a package."""
    folder = function.path.parent
    beside = sorted(folder.glob("*.py")) if folder.name == "actions" else [function.path]
    return {f.name: f for path in beside for f in functions(path) if f.decoration is None}


def calls_within(function: Function) -> set[str]:
    """Return the names that an action calls, itself and through its private functions."""
    inner, seen, waiting = inner_functions(function), set(), [function]
    while waiting:
        for call in calls(waiting.pop().node):
            name = called_name(call)
            if name not in seen:
                seen.add(name)
                if name in inner:
                    waiting.append(inner[name])
    return seen


def test_outsiders_call_only_actions() -> None:
    inner = {(path, f.name) for path in action_files() for f in functions(path) if f.decoration is None}
    strays = []
    for path in python_files(YIWANG):
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.ImportFrom) and (source := action_file(node.module or "")):
                home = source.parent if source.parent.name == "actions" else source
                names = {a.name for a in node.names if (source, a.name) in inner}
                if names and path != home and home not in path.parents:
                    strays.append(f"{place(path, node)} imports {', '.join(sorted(names))}")
    assert strays == [], "what is no action is a part of one: only its own package calls it"


def action_file(module: str) -> Path | None:
    """Return the file of `yiwang.domains.cases.actions.review`; None for what is not a file of actions."""
    path = (YIWANG.parent / module.replace(".", "/")).with_suffix(".py")
    return path if path in action_files() else None


def test_an_action_takes_keywords_only_and_an_actor() -> None:
    wrong = []
    for function in actions():
        taken = function.node.args
        by = {a.arg: (a, default) for a, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True)}.get("by")
        only_keywords = not (taken.args or taken.posonlyargs or taken.vararg or taken.kwarg)
        if not only_keywords or by is None or by[1] is not None or ast.unparse(by[0].annotation or by[0]) != "Actor":
            wrong.append(str(function))
    assert wrong == []


def test_every_action_records_or_says_why_not() -> None:
    mute = [str(f) for f in actions() if not f.silent and not calls_within(f) & ({"record"} | names() - {f.name})]
    assert mute == []


def test_an_action_that_is_silent_records_nothing() -> None:
    assert [str(f) for f in actions() if f.silent and "record" in calls_within(f)] == []


def asks(function: Function) -> bool:
    """Whether an action asks a policy, narrows to what the actor may see, looks at who acts, or hands over to one that does."""
    looks = any(ast.unparse(n.value) == "by" for n in ast.walk(function.node) if isinstance(n, ast.Attribute))
    # Policies, and queries that answer only with what may be seen, take the actor as an argument without a keyword.
    looks = looks or any(isinstance(a, ast.Name) and a.id == "by" for c in calls(function.node) for a in c.args)
    return looks or bool(calls_within(function) & ({"require", "visible_to"} | names() - {function.name}))


def test_every_action_asks_whether_this_actor_may() -> None:
    assert [str(f) for f in actions() if not asks(f) and f.name not in MAKES_NO_CHECK] == []
    assert [name for name in MAKES_NO_CHECK if name not in names()] == []


def test_permission_comes_before_change() -> None:
    early = []
    for function in actions():
        asked = [c.lineno for c in calls(function.node) if called_name(c) == "require"]
        changed = [
            c.lineno for c in calls(function.node) if called_name(c) in {"save", "create", "bulk_create", "delete"}
        ]
        if asked and changed and min(changed) < min(asked):
            early.append(str(function))
    assert early == []


def test_actions_are_called_verb_noun_and_no_two_alike() -> None:
    assert [str(f) for f in actions() if len(words_of(f.name)) < 2] == []
    assert [name for name, count in Counter(f.name for f in actions()).items() if count > 1] == []


def test_an_action_says_what_changes() -> None:
    assert [str(f) for f in actions() if not ast.get_docstring(f.node)] == []


def test_an_action_without_an_actor_is_refused_at_import() -> None:
    from yiwang.foundation.actions import action

    def positional(thing, by): ...
    def nobody(*, thing): ...
    def anybody(*, thing, by=None): ...

    for function in (positional, nobody, anybody):
        with pytest.raises(TypeError):
            action(function)
