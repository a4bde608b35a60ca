"""What stands in a cell, and what an input is: texts that people typed, read by the kind of their column."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from yiwang.domains.rules.tables.structs import LONGEST_CELL, MOST_VALUES, Column
from yiwang.foundation.forms.texts import Text

Value = int | float | str | bool | list[str] | None
Range = tuple[int | float, int | float]
Cell = int | float | bool | Range | list[str]

YES, NO = ("是", "yes", "true", "1"), ("否", "no", "false", "0")
_SPLIT = re.compile(r"[、，,;；\n]")
_RANGE = re.compile(r"^(.+?)\s*(?:~|～|至|到|—|–)\s*(.+)$")
_UNSAFE = re.compile(r"[\"'\\\x00-\x1f\x7f]")
_MOST = 10**15


class NoValue(ValueError):
    """What was typed is no value of the column; the words say what is."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.zh)
        self.words = words


def cell_of(column: Column, typed: str) -> Cell | None:
    """Return what a cell asks for; None where it is empty and asks for nothing.

    Raises:
        NoValue: what was typed cannot be read.
    """
    text = typed.strip()
    if not text:
        return None
    if len(text) > LONGEST_CELL:
        raise NoValue(Text(f"最多 {LONGEST_CELL} 个字", f"at most {LONGEST_CELL} characters"))
    match column.kind:
        case "number" | "date":
            read = _number if column.kind == "number" else _day
            if column.op != "between":
                return read(text)
            found = _RANGE.match(text)
            if not found:
                raise NoValue(Text("写成“最小～最大”", "write it as lowest～highest"))
            low, high = read(found[1]), read(found[2])
            if low > high:
                raise NoValue(Text("前面的比后面的大", "the first is greater than the second"))
            return low, high
        case "yes_no":
            return _yes_no(text)
        case _ if column.op == "filled":
            return _yes_no(text)
        case _:
            return _texts(column, text)


def _number(text: str) -> int | float:
    try:
        value = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > _MOST:
        raise NoValue(Text("写一个数", "write a number"))
    return int(value) if value == value.to_integral_value() else float(value)


def _day(text: str) -> int:
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise NoValue(Text("写成 2026-01-31 这样的日期", "write a date such as 2026-01-31")) from None
    return day_number(day)


def day_number(day: dt.date) -> int:
    """Return a date as the number that the engine compares: 20260131."""
    return day.year * 10_000 + day.month * 100 + day.day


def _yes_no(text: str) -> bool:
    if text.lower() in YES or text.lower() in NO:
        return text.lower() in YES
    raise NoValue(Text("写“是”或“否”", "write yes or no"))


def _texts(column: Column, text: str) -> list[str]:
    given = _chosen(column, text) if column.options else [part.strip() for part in _SPLIT.split(text) if part.strip()]
    if not given or len(given) > MOST_VALUES:
        raise NoValue(Text(f"写 1 到 {MOST_VALUES} 个值，用顿号隔开", f"write 1 to {MOST_VALUES} values with commas"))
    if any(_UNSAFE.search(one) for one in given):
        raise NoValue(Text("不能有引号和反斜杠", "no quotation marks or backslashes"))
    return list(dict.fromkeys(given))


def _chosen(column: Column, text: str) -> list[str]:
    """Return the choices that a text names, by their words or values. A choice may itself hold the mark that parts them."""
    by_word = {name: value for value, words in column.options for name in (value, words.zh, words.en) if name}
    names, found, left = sorted(by_word, key=len, reverse=True), [], text
    while left := _SPLIT.sub(" ", left[:1]).strip() + left[1:].strip():
        name = next(
            (one for one in names if left.startswith(one) and _SPLIT.match((left[len(one) :].strip() or "、")[0])), ""
        )
        if not name:
            odd = _SPLIT.split(left)[0].strip()[:60]
            raise NoValue(Text(f"没有“{odd}”这个选项", f"there is no such choice: {odd}"))
        found.append(by_word[name])
        left = left[len(name) :].strip()
    return found


def in_words(column: Column, typed: str) -> str:
    """Return a cell as people read it: choices by their words; anything else, and what cannot be read, as it was typed."""
    if not column.options or not typed.strip():
        return typed
    try:
        values = _texts(column, typed)
    except NoValue:
        return typed
    words = {value: text.zh for value, text in column.options}
    return "、".join(words.get(value, value) for value in values)


def as_input(column: Column, value: Any) -> Value:
    """Return a value as the engine takes it: of the column's kind, or nothing. What is not of its kind is nothing."""
    match column.kind:
        case "number":
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MOST
            return value if is_number else None
        case "date":
            try:
                return day_number(value if isinstance(value, dt.date) else dt.date.fromisoformat(value))
            except (TypeError, ValueError):
                return None
        case "yes_no":
            return value if isinstance(value, bool) else None
        case "choices":
            return [one for one in value if isinstance(one, str)] if isinstance(value, list) and value else None
        case _:
            return value if isinstance(value, str) and value.strip() else None


def as_typed(column: Column, typed: str) -> Value:
    """Return what an example holds for a column, from the text that was typed; empty is nothing.

    Raises:
        NoValue: what was typed cannot be read.
    """
    text = typed.strip()
    if not text:
        return None
    match column.kind:
        case "number":
            return _number(text)
        case "date":
            return _day(text)
        case "yes_no":
            return _yes_no(text)
        case "choices":
            return _texts(column, text)
        case "choice":
            return _texts(column, text)[0]
        case _:
            return text


def engine_inputs(columns: tuple[Column, ...], values: Mapping[str, Any]) -> dict[str, Value]:
    """Return what the engine is given: for each column (`c0`, `c1`, …) its value, or nothing."""
    return {f"c{n}": as_input(column, values.get(column.input)) for n, column in enumerate(columns)}
