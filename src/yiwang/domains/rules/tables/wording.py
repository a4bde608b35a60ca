"""A table and a verdict in words, in both languages: what officials and applicants read."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from yiwang.domains.rules.tables.running import Hit, meets
from yiwang.domains.rules.tables.structs import GRANT, OPERATORS, Column, Table
from yiwang.domains.rules.tables.values import Cell, NoValue, Value, as_input, cell_of
from yiwang.foundation.forms.texts import Text

UNKNOWN = Text("不知道", "not known")
_YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}


class Said(msgspec.Struct, frozen=True):
    """One sentence of a trace, and whether what it says was met; None where it only says what follows."""

    zh: str
    en: str
    met: bool | None = None


def condition_words(column: Column, typed: str) -> Text:
    """Return one condition as a phrase: 年龄 至少 60. Empty where the cell asks for nothing."""
    try:
        cell = cell_of(column, typed)
    except NoValue:
        return Text(f"{column.word.zh}（{typed[:40]}？）", f"{column.word.en or column.word.zh} ({typed[:40]}?)")
    return _phrase(column, cell) if cell is not None else Text("")


def _phrase(column: Column, cell: Cell) -> Text:
    op = OPERATORS[column.kind][column.op]
    word_en = column.word.en or column.word.zh
    if isinstance(cell, bool):
        if column.op == "filled":
            zh, en = ("填了", "is filled in") if cell else ("没有填", "is not filled in")
            return Text(f"{column.word.zh}{zh}", f"{word_en} {en}")
        return Text(f"{column.word.zh}：{_YES_NO[cell].zh}", f"{word_en}: {_YES_NO[cell].en}")
    if isinstance(cell, tuple):
        low, high = (_shown(column, one) for one in cell)
        return Text(f"{column.word.zh} {low.zh} 到 {high.zh}", f"{word_en} from {low.en} to {high.en}")
    given = _shown(column, cell)
    return Text(f"{column.word.zh}{_gap(op.zh)}{op.zh} {given.zh}", f"{word_en} {op.en} {given.en}")


def _gap(words: str) -> str:
    return " " if words else ""


def _shown(column: Column, value: Value | Cell) -> Text:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, int | float):
        if column.kind != "date":
            return Text(f"{value}", f"{value}")
        day = dt.date(int(value) // 10_000, int(value) // 100 % 100, int(value) % 100).isoformat()
        return Text(day, day)
    words = dict(column.options)
    values = [value] if isinstance(value, str) else [str(one) for one in value]
    texts = [words.get(one, Text(one)) for one in values]
    return Text("、".join(t.zh for t in texts), ", ".join(t.en or t.zh for t in texts))


FOLLOWS = {
    (True, False): Text("由系统准予", "granted by the system"),
    (False, False): Text("转给工作人员办理", "goes to a person"),
    (True, True): Text("符合条件", "you qualify"),
    (False, True): Text("不在范围内", "not among them"),
}
"""Whether a row granted, and whether the table looks for people → what follows."""


def explain(table: Table, values: Mapping[str, Any], hit: Hit, *, finds: bool = False) -> list[Said]:
    """Return how a verdict came about: for each row up to the one that counts what decided, then what follows.

    `finds`: the table looks for people who qualify, and decides no case.
    """
    said: list[Said] = []
    for number, row in enumerate(table.rows[: hit.row]):
        missed = _first_missed(table, row.cells, values)
        if missed is not None:
            column, cell, value = missed
            phrase, given = _phrase(column, cell), _shown(column, value)
            said.append(
                Said(
                    f"第 {number + 1} 行不符合：要求{phrase.zh}，这里是 {given.zh}",
                    f"Row {number + 1} is not met: it asks for “{phrase.en}”, here it is {given.en or given.zh}",
                    False,
                )
            )
    if hit.row < len(table.rows):
        row, number = table.rows[hit.row], hit.row + 1
        for column, typed in zip(table.columns, row.cells, strict=True):
            asked = cell_of(column, typed)
            if asked is None:
                continue
            phrase, given = _phrase(column, asked), _shown(column, as_input(column, values.get(column.input)))
            if isinstance(asked, bool):  # what was asked for and what was found are the same words
                said.append(Said(f"第 {number} 行符合：{phrase.zh}", f"Row {number} is met: “{phrase.en}”", True))
                continue
            said.append(
                Said(
                    f"第 {number} 行符合：{phrase.zh}，这里是 {given.zh}",
                    f"Row {number} is met: “{phrase.en}”, here it is {given.en or given.zh}",
                    True,
                )
            )
        note = row.note
    else:
        note = table.last
    follows = FOLLOWS[hit.outcome == GRANT, finds]
    why = Text(
        f"{note.zh}，{follows.zh}" if note.zh else follows.zh,
        f"{note.en or note.zh}: {follows.en}" if note.zh else follows.en,
    )
    return [*said, Said(why.zh, why.en)]


def _first_missed(table: Table, cells: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Column, Cell, Value] | None:
    for column, typed in zip(table.columns, cells, strict=True):
        cell, value = cell_of(column, typed), as_input(column, values.get(column.input))
        if cell is not None and not meets(column.op, cell, value):
            return column, cell, value
    return None
