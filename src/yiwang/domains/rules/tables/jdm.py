"""A table as JDM, the decision model of GoRules that zen-engine runs; and what of a JDM document is let in.

Only our own shape is run: one input, one decision table, one output, in a line. A graph that can fail or go round (function
nodes, decisions within decisions, cycles) never comes to the engine.
"""

import json
from typing import Any

import msgspec

from yiwang.domains.rules.tables.structs import GRANT, PERSON, Column, Fault, Row, Table
from yiwang.domains.rules.tables.values import Cell, NoValue, cell_of
from yiwang.foundation.forms.texts import Text

LONGEST_JDM = 300_000
OURS = "yiwang"
"""Where the table as people write it lies in the document, so that it can be taken to another installation."""

_NODES = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
_EDGES = [("in", "table"), ("table", "out")]


def to_jdm(table: Table) -> str:
    """Return the table as a JDM document, always the same for the same table.

    Raises:
        NoValue: a cell cannot be read; `faults_of` says which.
    """
    columns = table.columns
    rules = [_rule(columns, row, n) for n, row in enumerate(table.rows)]
    rules.append(_line(len(table.rows), ["" for _ in columns], PERSON, table.last.zh))
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": f"c{n}", "field": f"c{n}", "name": c.word.zh} for n, c in enumerate(columns)],
        "outputs": [{"id": "o", "field": "outcome", "name": "结论"}, {"id": "r", "field": "row", "name": "第几行"}],
        "rules": rules,
    }
    nodes: list[dict[str, Any]] = [
        {"id": key, "type": kind, "name": key, "position": {"x": 240 * n, "y": 0}}
        for n, (key, kind) in enumerate(_NODES.items())
    ]
    nodes[1]["content"] = content
    document = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": nodes,
        "edges": [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in _EDGES],
        OURS: msgspec.to_builtins(table),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _rule(columns: tuple[Column, ...], row: Row, number: int) -> dict[str, str]:
    cells = [_expression(c, cell_of(c, typed)) for c, typed in zip(columns, row.cells, strict=True)]
    return _line(number, cells, row.outcome, row.note.zh)


def _line(number: int, cells: list[str], outcome: str, note: str) -> dict[str, str]:
    values = {f"c{n}": cell for n, cell in enumerate(cells)}
    return {"_id": f"r{number}", "_description": note, **values, "o": f'"{outcome}"', "r": str(number)}


def _expression(column: Column, cell: Cell | None) -> str:
    """Return a cell as the engine's own words. Each asks first whether there is a value: nothing known meets nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        if column.op == "filled":
            return "$ != null" if cell else "$ == null"
        return f"$ == {str(cell).lower()}"
    if isinstance(cell, tuple):
        return f"$ != null and $ >= {cell[0]} and $ <= {cell[1]}"
    if isinstance(cell, int | float):
        sign = {"at_least": ">=", "from": ">=", "at_most": "<=", "until": "<=", "equals": "=="}[column.op]
        return f"$ != null and $ {sign} {cell}"
    values = ", ".join(f'"{one}"' for one in cell)
    match column.op:
        case "any_of":
            return f"$ != null and some($, # in [{values}])"
        case "none_of" if column.kind == "choices":
            return f"$ != null and none($, # in [{values}])"
        case "none_of":
            return f"$ != null and not ($ in [{values}])"
        case "starts":
            # No brackets after `and`: the engine would read them as something else, and say nothing.
            return " or ".join(f'startsWith($, "{one}")' for one in cell)
        case _:
            return f"$ != null and $ in [{values}]"


def faults_of_jdm(text: str) -> list[Fault]:
    """Return why a document is not run; none where it is a line of input, table and output that holds."""
    try:
        document: Any = json.loads(text if len(text) <= LONGEST_JDM else "null")
        nodes = {str(node["id"]): node for node in document["nodes"]}
        edges = sorted((str(edge["sourceId"]), str(edge["targetId"])) for edge in document["edges"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return [Fault("not_jdm", Text("这不是一份 JDM 决策文件", "this is no JDM document"))]
    kinds = {key: str(node.get("type")) for key, node in nodes.items()}
    if odd := sorted(set(kinds.values()) - set(_NODES.values())):
        return [
            Fault(
                "node_not_allowed",
                Text(
                    f"只许有输入、决策表、输出，这里有 {'、'.join(odd)[:80]}",
                    f"only input, table and output are allowed, here is {', '.join(odd)[:80]}",
                ),
            )
        ]
    if _goes_round(edges):
        return [Fault("loop", Text("规则绕成了圈，永远算不完", "the rule goes round in a circle and never ends"))]
    if kinds != _NODES or edges != sorted(_EDGES) or len(document["nodes"]) != len(_NODES):
        return [
            Fault(
                "graph_not_allowed",
                Text(
                    "应当是一个输入、一张决策表、一个输出连成一条线",
                    "it has to be one input, one table, one output in a line",
                ),
            )
        ]
    return _faults_of_content(nodes["table"].get("content"))


def _goes_round(edges: list[tuple[str, str]]) -> bool:
    """Tell whether the arrows lead back to where they came from."""
    left = set(edges)
    while left:
        ends = {target for _, target in left} - {source for source, _ in left}
        rest = {edge for edge in left if edge[1] not in ends}
        if rest == left:
            return True
        left = rest
    return False


def _is_readable(cell: str) -> bool:
    import zen  # 10 MB that a process does without until it looks at a rule

    return zen.validate_unary_expression(cell) is None


def _faults_of_content(content: Any) -> list[Fault]:
    if not isinstance(content, dict) or content.get("hitPolicy") != "first":
        return [Fault("hit_policy", Text("必须是“先符合的算数”", "the first row that is met has to count"))]
    rules, inputs = content.get("rules"), content.get("inputs")
    if not isinstance(rules, list) or not isinstance(inputs, list) or not rules:
        return [Fault("no_rows", Text("决策表里没有行", "the table has no rows"))]
    keys = [str(one.get("id")) for one in inputs if isinstance(one, dict)]
    found = []
    for number, rule in enumerate(rules):
        cells = rule if isinstance(rule, dict) else {}
        if cells.get("o") not in (f'"{GRANT}"', f'"{PERSON}"') or cells.get("r") != str(number):
            found.append(Fault("outcome", Text("结论只能是准予或转人工", "the outcome is grant or person"), row=number))
        for at, key in enumerate(keys):
            cell = cells.get(key) or ""
            if cell and not (isinstance(cell, str) and _is_readable(cell)):
                found.append(
                    Fault("expression", Text("这一格引擎读不懂", "the engine cannot read this cell"), at, number)
                )
    last = rules[-1] if isinstance(rules[-1], dict) else {}
    if last.get("o") != f'"{PERSON}"' or any(last.get(key) for key in keys):
        found.append(Fault("last_row", Text("最后一行必须总是转人工", "the last row has to go to a person, always")))
    return found


def read_jdm(text: str) -> tuple[Table | None, list[Fault]]:
    """Return the table that a document was made from, or why it is not taken.

    The table as people write it has to lie in the document and to lead to the very same graph: what is shown is what is run.
    """
    if faults := faults_of_jdm(text):
        return None, faults
    try:
        table = msgspec.convert(json.loads(text).get(OURS), Table)
        same = json.loads(to_jdm(table)) == json.loads(text)
    except (msgspec.ValidationError, NoValue, ValueError, KeyError):
        same, table = False, Table()
    if not same:
        words = Text("图和里面写的表对不上，请在这里改表", "graph and table in it differ: change the table here")
        return None, [Fault("not_the_same", words)]
    return table, []
