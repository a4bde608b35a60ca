"""How one answer reads on the page that is checked before submitting."""

from datetime import date
from typing import Any

from yiwang.foundation.codes import citizen_id_problem
from yiwang.foundation.forms.formats import RegionName
from yiwang.foundation.forms.structs import MAX_NUMBER, Field, number_text, yuan
from yiwang.foundation.masking import mask_id_number

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def answer_text(
    field: Field, value: Any, language: str, region_name: RegionName | None = None, *, reveal: bool = False
) -> str:
    """Return an answer in words; whatever cannot be read reads as not given. `reveal` shows id numbers in full.

    Rows read as the first cell of each; `Form.entries` gives all of their cells.
    """
    english = language.startswith("en")
    if is_personal_number(field, value):
        return str(value) if reveal else mask_id_number(str(value))
    text = _given(field, value, english, language, region_name)
    return text or ("Not given" if english else "没有填")


def is_personal_number(field: Field, value: Any) -> bool:
    """Tell whether an answer is a resident id number: asked for as one, or written where another number might stand."""
    if not isinstance(value, str) or not value:
        return False
    if field.widget == "citizen_id":
        return True
    return field.widget == "text" and len(value) == 18 and citizen_id_problem(value) is None


def _given(field: Field, value: Any, english: bool, language: str, region_name: RegionName | None) -> str:
    if isinstance(value, bool):
        yes, no = ("Yes", "No") if english else ("是", "否")
        return (yes if value else no) if field.widget == "checkbox" else ""
    if isinstance(value, int | float):
        return _number(field, value, english, language)
    if field.is_rows:
        first = field.columns[0]
        names = [_given(first, row.get(first.key), english, language, region_name) for row in field.rows(value)]
        return (", " if english else "、").join(name for name in names if name)
    if field.parts:
        return _parted(field, value, english, language, region_name)
    if field.shape == "array":
        return _several(field, field.typed(value), english, language)
    if not isinstance(value, str) or field.shape != "string":
        return ""
    match field.widget:
        case "date":
            return date_text(value, english)
        case "region" if region_name and value.isascii() and value.isdigit():
            name = region_name(value)
            return name.in_(language) if hasattr(name, "in_") else str(name or value)
        case "radio" | "select":
            return next((option.label.in_(language) for option in field.options if option.value == value), value)
    return value


def _parted(field: Field, value: Any, english: bool, language: str, region_name: RegionName | None) -> str:
    given = field.typed(value)
    read = {p: _given(field.part(p), given[p], english, language, region_name) for p in field.parts if given[p]}
    if field.widget == "organisation":
        code = read.get("credit_code", "")
        return (
            (f"{read['name']} ({code})" if english else f"{read['name']}（{code}）")
            if len(read) > 1
            else "".join(read.values())
        )
    pieces = [read[part] for part in field.parts if part in read]
    return ", ".join(reversed(pieces)) if english else "".join(pieces)


def _number(field: Field, value: int | float, english: bool, language: str) -> str:
    if field.shape not in ("integer", "number") or not abs(value) <= MAX_NUMBER:
        return ""
    if field.widget == "money":
        return "" if not isinstance(value, int) else f"¥{yuan(value)}" if english else f"{yuan(value)} 元"
    return f"{number_text(value)} {field.unit.in_(language)}" if field.unit else number_text(value)


def _several(field: Field, values: list[str], english: bool, language: str) -> str:
    if field.widget == "upload":
        count = len(values)
        return "" if not count else f"{count} file{'s' * (count > 1)}" if english else f"{count} 份文件"
    labels = {option.value: option.label.in_(language) for option in field.options}
    return (", " if english else "、").join(labels.get(one, one) for one in values)


def date_text(value: str, english: bool) -> str:
    """Return an ISO date in words: 2026 年 11 月 23 日, or 23 November 2026. What is no date comes back as it is."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if english else f"{day.year} 年 {day.month} 月 {day.day} 日"
