"""A decision table as a plain form: what was posted, read into a table, and a table as the page shows it. No script is needed."""

from collections.abc import Mapping
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.channels.ui.wording import text_of
from yiwang.domains.rules.tables import (
    GRANT,
    OPERATORS,
    PERSON,
    Column,
    Fault,
    Input,
    Row,
    Table,
    Trial,
    condition_words,
    in_words,
)
from yiwang.foundation.forms.texts import Text

MOST = {"col": 12, "row": 60, "trial": 20}
LONGEST = 400


def _text(post: Mapping[str, str], name: str, longest: int = LONGEST) -> str:
    return " ".join(post.get(name, "").replace("\0", "").split())[:longest]


def _count(post: Mapping[str, str], what: str) -> int:
    text = post.get(f"{what}s", "0")
    return min(int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0, MOST[what])


def read_table(post: Mapping[str, str], before: Table, inputs: list[Input]) -> Table:
    """Return the table that a posted page says, after the button that was pressed (`do`)."""
    known = {one.key: one for one in inputs}
    columns = tuple(_column(post, n, before, known) for n in range(min(_count(post, "col"), len(before.columns))))
    rows = tuple(_row(post, n, len(columns)) for n in range(_count(post, "row")))
    trials = tuple(_trial(post, n, columns) for n in range(_count(post, "trial")))
    sample = post.get("sample", "")
    table = Table(
        columns,
        rows,
        trials,
        Text(_text(post, "last") or before.last.zh, _text(post, "last_en")),
        int(sample) if sample.isascii() and sample.isdigit() and len(sample) < 4 else 0,
        _presets(post.get("presets", "")),
    )
    return _pressed(table, post.get("do", "save"), known.get(post.get("new-input", "")))


def _column(post: Mapping[str, str], n: int, before: Table, known: Mapping[str, Input]) -> Column:
    was = before.columns[n]
    one = known.get(was.input)
    kind, options = (one.kind, one.options) if one else (was.kind, was.options)
    op = post.get(f"col-{n}-op", "")
    op = op if op in OPERATORS[kind] else next(iter(OPERATORS[kind]))
    word = Text(_text(post, f"col-{n}-word"), _text(post, f"col-{n}-word_en"))
    return Column(was.input, word, kind, op, options)


def _outcome(post: Mapping[str, str], name: str) -> Literal["grant", "person"]:
    return GRANT if post.get(name) == GRANT else PERSON


def _row(post: Mapping[str, str], n: int, columns: int) -> Row:
    outcome = _outcome(post, f"row-{n}-outcome")
    cells = tuple(_text(post, f"row-{n}-cell-{c}") for c in range(columns))
    return Row(cells, outcome, Text(_text(post, f"row-{n}-note"), _text(post, f"row-{n}-note_en")))


def _trial(post: Mapping[str, str], n: int, columns: tuple[Column, ...]) -> Trial:
    values = {c.input: text for at, c in enumerate(columns) if (text := _text(post, f"trial-{n}-v-{at}"))}
    expect = _outcome(post, f"trial-{n}-expect")
    return Trial(_text(post, f"trial-{n}-name", 60), values, expect)


def _presets(text: str) -> dict[str, str]:
    lines = (line.partition("=") for line in text[:4000].splitlines()[:30])
    return {key.strip()[:60]: value.strip()[:100] for key, _sign, value in lines if key.strip() and value.strip()}


def _pressed(table: Table, button: str, new: Input | None) -> Table:
    """Return the table after a button: a column, row or example more or less, or a row one up."""
    columns, rows, trials = list(table.columns), list(table.rows), list(table.trials)
    what, _sign, number = button.rpartition("-")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if button == "add-col" and new and len(columns) < MOST["col"]:
        columns.append(Column(new.key, new.word, new.kind, next(iter(OPERATORS[new.kind])), new.options))
        rows = [Row((*row.cells, ""), row.outcome, row.note) for row in rows]
    elif button == "add-row" and len(rows) < MOST["row"]:
        rows.append(Row(tuple("" for _ in columns), GRANT))
    elif button == "add-trial" and len(trials) < MOST["trial"]:
        trials.append(Trial("", {}, GRANT))
    elif what == "drop-col" and 0 <= at < len(columns):
        del columns[at]
        rows = [Row((*row.cells[:at], *row.cells[at + 1 :]), row.outcome, row.note) for row in rows]
    elif what == "drop-row" and 0 <= at < len(rows):
        del rows[at]
    elif what == "drop-trial" and 0 <= at < len(trials):
        del trials[at]
    elif what == "up-row" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return Table(tuple(columns), tuple(rows), tuple(trials), table.last, table.sample_percent, table.presets)


def table_view(table: Table, inputs: list[Input]) -> dict[str, Any]:
    """Return a table as its template draws it."""
    known = {one.key: one for one in inputs}
    columns = []
    for n, column in enumerate(table.columns):
        one = known.get(column.input)
        columns.append(
            {
                "n": n,
                "input": column.input,
                "source": text_of(one.word) if one else column.input,
                "group": text_of(one.group) if one else _("取不到了"),
                "word": column.word.zh,
                "word_en": column.word.en,
                "title": text_of(column.word),
                "op": column.op,
                "op_words": text_of(OPERATORS[column.kind].get(column.op, Text(column.op))),
                "ops": [(key, text_of(words)) for key, words in OPERATORS[column.kind].items()],
                "is_yes_no": column.kind == "yes_no" or column.op == "filled",
                "hint": _hint(column),
                "is_first": column.input not in [c.input for c in table.columns[:n]],
            }
        )
    return {
        "columns": columns,
        "rows": [
            {
                "n": n,
                "cells": [in_words(c, typed) for c, typed in zip(table.columns, row.cells, strict=False)],
                "outcome": row.outcome,
                "note": row.note.zh,
                "note_en": row.note.en,
                "why": text_of(row.note) if row.note.zh else "",
                "words": [
                    text_of(w)
                    for c, typed in zip(table.columns, row.cells, strict=False)
                    if (w := condition_words(c, typed)).zh
                ],
            }
            for n, row in enumerate(table.rows)
        ],
        "trials": [
            {
                "n": n,
                "name": t.name,
                "expect": t.expect,
                "values": [in_words(c, t.values.get(c.input, "")) for c in table.columns],
            }
            for n, t in enumerate(table.trials)
        ],
        "last": table.last.zh,
        "last_en": table.last.en,
        "last_words": text_of(table.last),
        "sample": table.sample_percent,
        "presets": "\n".join(f"{key}={value}" for key, value in table.presets.items()),
    }


def _hint(column: Column) -> str:
    match column.kind:
        case "number":
            return _("例如 18～60") if column.op == "between" else _("写一个数")
        case "date":
            return _("例如 2026-01-31")
        case "choice" | "choices":
            return _("、").join(text_of(words) for _value, words in column.options[:12])
        case _:
            return _("几个值用顿号隔开")


def input_groups(inputs: list[Input]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column may look at, by group, for a list to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in inputs:
        groups.setdefault(text_of(one.group), []).append((one.key, text_of(one.word)))
    return list(groups.items())


def fault_rows(faults: list[Fault]) -> list[dict[str, str]]:
    """Return what is wrong, in words with the place, and where on the page that is."""
    language = get_language() or "zh"
    found = []
    for one in faults:
        place, anchor = "", "table"
        if one.trial is not None:
            place, anchor = _("例子 {n}").format(n=one.trial + 1), f"trial-{one.trial}-name"
        elif one.row is not None and one.column is not None:
            place = _("第 {row} 行第 {column} 列").format(row=one.row + 1, column=one.column + 1)
            anchor = f"row-{one.row}-cell-{one.column}"
        elif one.row is not None:
            place, anchor = _("第 {row} 行").format(row=one.row + 1), f"row-{one.row}-outcome"
        elif one.column is not None:
            place, anchor = _("第 {column} 列").format(column=one.column + 1), f"col-{one.column}-word"
        words = one.words.in_(language)
        found.append({"href": f"#{anchor}", "message": f"{place}{_('：')}{words}" if place else words})
    return found
