"""Run a table, within a limit, and twice: the engine says which row was met, and reading the cells has to say the same."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from yiwang.domains.rules.tables.jdm import faults_of_jdm
from yiwang.domains.rules.tables.structs import GRANT, PERSON, Outcome, Table
from yiwang.domains.rules.tables.values import Cell, NoValue, Value, cell_of, engine_inputs

if TYPE_CHECKING:
    import zen

LIMIT_SECONDS = 0.05
"""CPU that one run may take; a table of the greatest size takes a hundredth of it."""


class RuleFailed(Exception):
    """The table could not be run to an end that counts; the case goes to a person. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Hit(msgspec.Struct, frozen=True):
    """Which row was met (the one past the last of the table is the last row, that goes to a person)."""

    row: int
    outcome: Outcome


def run(jdm: str, table: Table, values: Mapping[str, Any]) -> Hit:
    """Return the first row of a table that these values (by input) meet.

    Raises:
        RuleFailed: the document is not allowed, fails, takes too long, or engine and table do not agree.
    """
    inputs = engine_inputs(table.columns, values)
    try:
        decision = _decision(jdm)
        begun = time.thread_time()
        result = decision.evaluate(inputs)["result"]
        hit = Hit(int(result["row"]), GRANT if result["outcome"] == GRANT else PERSON)
    except RuleFailed:
        raise
    except Exception as problem:  # the engine raises RuntimeError for whatever goes wrong within
        raise RuleFailed("engine_failed") from problem
    if time.thread_time() - begun > LIMIT_SECONDS:
        raise RuleFailed("too_slow")
    if hit != read(table, inputs):
        raise RuleFailed("not_agreed")
    return hit


@lru_cache(maxsize=500)
def _decision(jdm: str) -> "zen.ZenDecision":
    import zen  # late, as in `jdm`

    if faults := faults_of_jdm(jdm):
        raise RuleFailed(faults[0].code)
    return zen.ZenEngine().create_decision(jdm)


def read(table: Table, inputs: Mapping[str, Value]) -> Hit:
    """Return the first row that is met, read from the cells without the engine."""
    for number, cells in enumerate(_cells(table)):
        if all(meets(table.columns[n].op, cell, inputs.get(f"c{n}")) for n, cell in cells):
            return Hit(number, table.rows[number].outcome)
    return Hit(len(table.rows), PERSON)


@lru_cache(maxsize=500)
def _read_cells(key: bytes) -> tuple[tuple[tuple[int, Cell], ...], ...]:
    table = msgspec.json.decode(key, type=Table)
    try:
        return tuple(
            tuple(
                (n, cell) for n, typed in enumerate(row.cells) if (cell := cell_of(table.columns[n], typed)) is not None
            )
            for row in table.rows
        )
    except (NoValue, IndexError):
        raise RuleFailed("not_readable") from None


_by_identity: dict[int, tuple[Table, tuple[tuple[tuple[int, Cell], ...], ...]]] = {}


def _cells(table: Table) -> tuple[tuple[tuple[int, Cell], ...], ...]:
    """Return the cells that ask for something, by row; kept for the tables that are asked again and again."""
    kept = _by_identity.get(id(table))
    if kept is None or kept[0] is not table:
        if len(_by_identity) >= 500:
            _by_identity.clear()
        kept = _by_identity[id(table)] = table, _read_cells(msgspec.json.encode(table))
    return kept[1]


def meets(op: str, cell: Cell, value: Value) -> bool:
    """Tell whether a value meets a cell. Nothing known meets nothing, but for a cell that asks for nothing."""
    if op == "filled":
        return (value is not None) is bool(cell)
    if value is None:
        return False
    if isinstance(cell, bool):
        return value is cell
    if isinstance(cell, tuple):
        return isinstance(value, int | float) and cell[0] <= value <= cell[1]
    if isinstance(cell, int | float):
        if not isinstance(value, int | float):
            return False
        return value == cell if op == "equals" else value >= cell if op in {"at_least", "from"} else value <= cell
    if op == "starts":
        return str(value).startswith(tuple(cell))
    among = any(one in cell for one in (value if isinstance(value, list) else [value]))
    return not among if op == "none_of" else among
