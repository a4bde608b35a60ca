"""What the tables, the published procedure and the structs of an item say, as Markdown."""

import ast
from pathlib import Path
from typing import Any

from reference_words import CLOCKS, ELEMENTS, GUARDS, STRUCTS, WHO

ROOT = Path(__file__).resolve().parents[1]
STRUCT_FILE = ROOT / "src/yiwang/domains/catalogue/content/structs.py"

TYPES = {
    "AutoField": "number, counted up", "BigAutoField": "number, counted up", "BigIntegerField": "number",
    "BinaryField": "bytes", "BooleanField": "yes or no", "CharField": "text", "DateField": "date",
    "DateTimeField": "time", "EmailField": "text", "ForeignKey": "", "IntegerField": "number", "PositiveIntegerField": "number", "JSONField": "JSON",
    "ManyToManyField": "", "OneToOneField": "", "SmallIntegerField": "number", "TextField": "text", "TimeField": "time of day", "UUIDField": "UUID",
    "CompositePrimaryKey": "key of several columns", "SlugField": "text",
}  # fmt: skip


def blocks() -> dict[str, str]:
    """Return block name → Markdown."""
    return {
        "procedure-diagram": diagram(),
        "procedure-states": states(),
        "procedure-arrows": arrows(),
        "item-structs": structs(),
        "item-types": item_types(),
        "tables": tables(),
    }


def cell(text: Any) -> str:
    """Return a text that fits a cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def first_sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line."""
    return cell((text or "").strip().split("\n\n")[0])


# The procedure --------------------------------------------------------------------------------------------------------


def _table() -> dict[str, Any]:
    from yiwang.domains.cases.procedure import table

    return table()


def diagram() -> str:
    """Return the published table as two mermaid state diagrams: the way to the result, and the ends before it.

    What leads from one state to another stands on one arrow; so the picture can be read with forty rows as with fourteen.
    """
    table = _table()
    rows = [(source, arrow["to"], arrow["event"]) for arrow in table["arrows"] for source in arrow["from"]]
    wide = {a["event"] for a in table["arrows"] if len(a["from"]) >= ENDS_FROM and a["to"] in table["final"]}
    way = [row for row in rows if row[2] not in wide]
    ends = [row for row in rows if row[2] in wide]
    reached = {to for _, to, _ in way}
    return "\n\n".join(
        [
            _drawn(way, [state for state in table["final"] if state in reached]),
            "Before the decision a case can also end early, from any of these states:",
            _drawn(ends, [state for state in table["final"] if state not in reached]),
        ]
    )


ENDS_FROM = 4
"""From how many states an event has to lead to an end, to be drawn in the second diagram."""


def _drawn(rows: list[tuple[str | None, str, str]], final: list[str]) -> str:
    together: dict[tuple[str | None, str], list[str]] = {}
    for source, to, event in rows:
        together.setdefault((source, to), []).append(event)
    lines = [f"    {source or '[*]'} --> {to}: {', '.join(events)}" for (source, to), events in together.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, *(f"    {state} --> [*]" for state in final), "```"])


def states() -> str:
    """Return the states with their names and the clock that runs."""
    table = _table()
    lines = ["| state | 中文 | English | clock that runs |", "|---|---|---|---|"]
    for key, state in table["states"].items():
        clock = (
            CLOCKS[state["clock"]] if state["clock"] else "none: the case is over" if key in table["final"] else "none"
        )
        lines.append(f"| `{key}` | {state['zh']} | {state['en']} | {clock} |")
    return "\n".join(lines)


def arrows() -> str:
    """Return the arrows: who may cause an event, on what condition, what it leaves behind and what its clock does."""
    lines = ["| event | from | to | who | only if | fact | document | clock |", "|---|---|---|---|---|---|---|---|"]
    for same in _events().values():
        arrow = same[0]
        stays = len(same) > 1
        source = ", ".join(f"`{s}`" if s else "nothing" for one in same for s in one["from"])
        who = ", ".join(WHO[name] for name in arrow["actors"])
        guards = "; ".join(GUARDS[name.strip()] for name in arrow.get("guard", "").split(",") if name.strip())
        cells = [
            f"`{arrow['event']}`",
            source,
            "as it was" if stays else f"`{arrow['to']}`",
            who,
            guards,
            f"`{arrow['fact']}`",
            f"`{arrow['document']}`" if arrow["document"] else "",
            arrow["clock"] or "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _events() -> dict[str, list[dict[str, Any]]]:
    """Return event → its rows: one that leaves the state as it is has a row for each state."""
    found: dict[str, list[dict[str, Any]]] = {}
    for arrow in _table()["arrows"]:
        found.setdefault(arrow["event"], []).append(arrow)
    return found


# The structs of an item -----------------------------------------------------------------------------------------------


def structs() -> str:
    """Return every struct of a version with its elements, ItemContent first."""
    classes = {
        n.name: n for n in ast.parse(STRUCT_FILE.read_text(encoding="utf-8")).body if isinstance(n, ast.ClassDef)
    }
    parts = []
    for name in ["ItemContent", *[c for c in classes if c != "ItemContent"]]:
        node = classes[name]
        parts.append(f"### {name}\n\n{STRUCTS[name]}\n\n| element | value | left out | meaning |\n|---|---|---|---|")
        fields = [n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
        for field in fields:
            assert isinstance(field.target, ast.Name)
            element = field.target.id
            default = "must be given" if field.value is None else _default(ast.unparse(field.value))
            parts[-1] += f"\n| `{element}` | {_shape(field.annotation)} | {default} | {ELEMENTS[f'{name}.{element}']} |"
    return "\n\n".join(parts)


def _default(code: str) -> str:
    return {"None": "not stated", "[]": "none", "{}": "none", "''": "not stated", "Processing()": "the usual way"}.get(
        code, f"`{code.strip(chr(39))}`"
    )


def _shape(node: ast.expr) -> str:
    """Return a type in words: `list of Text`, `one of …`."""
    if isinstance(node, ast.BinOp):
        return _shape(node.left)
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value)
        inner = node.slice
        if outer == "Literal":
            values = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return "one of " + ", ".join(f"`{v.value}`" for v in values if isinstance(v, ast.Constant) and v.value)
        if outer == "list":
            return f"list of {_shape(inner)}"
        return "mapping"
    return {
        "str": "text", "int": "whole number", "bool": "`true` or `false`",
        "Audience": "one of `person`, `enterprise`, `institution`, `organisation`, `agency`, `other`",
        "Unit": "one of `workday`, `day`, `month`, `year`",
    }.get(ast.unparse(node), ast.unparse(node))  # fmt: skip


def item_types() -> str:
    """Return the types of item that the platform knows."""
    from yiwang.domains.catalogue.content.structs import EX_OFFICIO_TYPES, ITEM_TYPES

    lines = ["| `type_code` | 中文 | applied for |", "|---|---|---|"]
    lines += [
        f"| `{c}` | {zh} | {'no: done ex officio' if c in EX_OFFICIO_TYPES else 'yes'} |"
        for c, zh in ITEM_TYPES.items()
    ]
    return "\n".join(lines)


# The tables -----------------------------------------------------------------------------------------------------------


def tables() -> str:
    """Return every table of ours, package by package, the highest domain first."""
    from django.apps import apps

    ours = [c for c in apps.get_app_configs() if c.name.startswith(("yiwang.domains.", "yiwang.foundation."))]
    parts = []
    for config in reversed(ours):
        models = list(config.get_models())
        if models:
            where = config.name.split(".", 1)[1].replace(".", "/")
            parts.append(f"### {where}\n\n" + "\n\n".join(_table_of(model) for model in models))
    return "\n\n".join(parts)


def _table_of(model: Any) -> str:
    meta = model._meta
    lines = [f"**`{meta.db_table}`** {first_sentence(model.__doc__)}", "", "| column | holds | note |", "|---|---|---|"]
    for field in meta.local_fields:
        notes = ["key"] if field.primary_key else []
        notes += ["unique"] if field.unique and not field.primary_key else []
        notes += ["may be empty"] if field.null else []
        notes += [cell(field.help_text)] if field.help_text else []
        if field.choices:
            notes.append("one of " + ", ".join(f"`{value}`" for value, _ in field.flatchoices))
        holds = (
            f"a row of `{field.related_model._meta.db_table}`"
            if field.is_relation
            else TYPES[field.get_internal_type()]
        )
        if field.name.endswith("_sealed"):
            holds = "encrypted"
        elif field.name.endswith("_index") and field.get_internal_type() == "BinaryField":
            holds = "blind index"
        lines.append(f"| `{field.column or field.name}` | {holds} | {'; '.join(notes)} |")
    promises = [c.name.replace("_", " ") for c in meta.constraints]
    if promises:
        lines += ["", "The database keeps: " + "; ".join(promises) + "."]
    return "\n".join(lines)
