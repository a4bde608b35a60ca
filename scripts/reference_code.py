"""What the command line, the facts, the addresses and the form compiler say, as Markdown."""

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reference_tables import cell, first_sentence

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "yiwang"


def blocks() -> dict[str, str]:
    """Return block name → Markdown."""
    return {
        "commands": commands(),
        "facts": facts(),
        "pages": pages(),
        "api": api(),
        "widgets": widgets(),
        "prefill": prefill(),
    }


# The command line -----------------------------------------------------------------------------------------------------


def commands() -> str:
    """Return every command with its options, from the parser that reads them."""
    from yiwang.config.cli import EXAMPLES, parser

    parts = []
    for words, help_, one in _leaves(parser(), "yiwang", ""):
        lines = [f"### {words}", "", f"{help_[:1].upper()}{help_[1:]}.", ""]
        rows = [row for action in one._actions if (row := _argument(action))]
        if rows:
            lines += ["| argument | what it does | otherwise |", "|---|---|---|", *rows, ""]
        example = EXAMPLES.get(words.split()[1], "")
        lines.append(f"Example: `{example}`")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _leaves(one: argparse.ArgumentParser, words: str, help_: str) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    below = [a for a in one._actions if isinstance(a, argparse._SubParsersAction)]
    if not below:
        yield words, help_, one
    for group in below:
        said = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for name, sub in group.choices.items():
            yield from _leaves(sub, f"{words} {name}", said.get(name) or help_)


def _argument(action: argparse.Action) -> str:
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
        return ""
    name = ", ".join(action.option_strings) or action.dest.upper() + (" …" if action.nargs in {"+", "*", "..."} else "")
    if action.option_strings and action.nargs != 0:
        name += " " + (action.metavar or action.dest).upper() if not action.choices else ""
    what = action.help or ""
    if action.choices:
        what = " ".join([what, "one of " + ", ".join(f"`{c}`" for c in action.choices)]).strip()
    default = "" if action.default in (None, False, "", argparse.SUPPRESS) else f"`{action.default}`"
    if action.dest == "port":
        default = "`$PORT`, or `8000`"
    return f"| `{name}` | {cell(what)} | {default} |"


# Facts ----------------------------------------------------------------------------------------------------------------


def facts() -> str:
    """Return every fact: who records it, what it says, who listens."""
    from yiwang.foundation.journal.recording import handlers

    recorded = _recorded()
    parts = []
    for path in sorted(SRC.glob("*/*/events.py")):
        package = "/".join(path.parts[-3:-1])
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes = [n for n in tree.body if isinstance(n, ast.ClassDef)]
        lines = [f"### {package}", "", "| fact | says | holds | recorded by | heard by |", "|---|---|---|---|---|"]
        for node in classes:
            held = ", ".join(
                f"`{n.target.id}`" for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
            )
            by = ", ".join(f"`{name}`" for name in sorted(recorded.get(node.name, ())))
            heard = ", ".join(f"`{consumer}`" for consumer, _ in handlers.get(node.name, ()))
            lines.append(f"| `{node.name}` | {first_sentence(ast.get_docstring(node))} | {held} | {by} | {heard} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _recorded() -> dict[str, set[str]]:
    """Return fact → the functions that make it."""
    found: dict[str, set[str]] = {}
    for path in sorted(SRC.rglob("*.py")):
        if "tests" in path.parts or ("actions" not in {path.stem, path.parent.name}):
            continue
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(function, ast.FunctionDef):
                for call in (n for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
                    found.setdefault(call.func.id, set()).add(function.name.lstrip("_"))  # type: ignore[attr-defined]
    return found


# Addresses ------------------------------------------------------------------------------------------------------------


def pages() -> str:
    """Return every address but the API's, with what the view says of itself."""
    from django.urls import get_resolver

    parts: dict[str, list[str]] = {}
    for route, view in _routes(get_resolver().url_patterns, ""):
        if route.startswith("api/") or not route.isprintable():
            continue
        words = re.sub(r"^(?:[A-Z]+ )?/[^ :]*: *", "", first_sentence(_said(view)))
        address = re.sub(r"<\w+:(\w+)>", r"<\1>", f"/{route}")
        parts.setdefault(_part(view), []).append(f"| `{address}` | {words[:1].upper()}{words[1:]} |")
    return "\n\n".join(
        f"### {part}\n\n| address | what it does |\n|---|---|\n" + "\n".join(dict.fromkeys(rows))
        for part, rows in parts.items()
    )


def _routes(patterns: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        route = prefix + str(one.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if hasattr(one, "url_patterns"):
            yield from _routes(one.url_patterns, route)
        else:
            yield route, one.callback


def _said(view: Any) -> str:
    made = getattr(view, "view_class", None)
    return str((made.__doc__ if made else view.__doc__) or "")


def _part(view: Any) -> str:
    module = getattr(getattr(view, "view_class", view), "__module__", "").removeprefix("yiwang.")
    return "/".join(module.split(".")[:2]) if module.startswith(("channels.", "connectors.")) else "machines"


def api() -> str:
    """Return every operation of the JSON API with its summary."""
    from yiwang.channels.openapi.document import openapi_document

    lines = ["| operation | what it does | who |", "|---|---|---|"]
    for path, operations in openapi_document()["paths"].items():
        for method, operation in operations.items():
            needed = operation.get("security") or [{}]
            who = "anyone" if {} in needed else "with a token"
            lines.append(f"| `{method.upper()} {path}` | {cell(operation.get('summary', ''))} | {who} |")
    return "\n".join(lines)


# Forms ----------------------------------------------------------------------------------------------------------------


def widgets() -> str:
    """Return the widgets with the JSON type that each needs."""
    from typing import get_args

    from reference_words import WIDGETS
    from yiwang.foundation.forms.structs import Widget

    lines = ["| `widget` | schema | what the reader sees |", "|---|---|---|"]
    lines += [f"| `{name}` | {WIDGETS[name][0]} | {WIDGETS[name][1]} |" for name in get_args(Widget)]
    return "\n".join(lines)


def prefill() -> str:
    """Return the sources that a field may be filled in from."""
    from yiwang.foundation.forms.sources import SOURCES

    return "\n".join(f"- `{name}`" for name in [*sorted(SOURCES), "certificate.<type code>.<field>"])
