"""Reading a posted page: what was typed becomes answers, and is kept as typed where it cannot be read."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from yiwang.foundation.codes import plain_code
from yiwang.foundation.forms.conditions import is_blank
from yiwang.foundation.forms.formats import tidy_phone
from yiwang.foundation.forms.messages import problem
from yiwang.foundation.forms.rows import MAX_ROWS
from yiwang.foundation.forms.structs import Field, Page, PageInput, Problem

if TYPE_CHECKING:
    from yiwang.foundation.forms.form import Form

SHOWN = "_shown"
"""Hidden input that names each field the reader saw; the template writes one with every field."""
MAX_POSTED = 2_000
ROWS = "-rows"
"""Hidden inputs of a group or table whose cells stand on the page: one for each row, with the number that its cells carry."""
PRESSED = ("-upload", "-add", "-edit")
"""Buttons that keep the page: a file, one more row, one entry of a group."""
_NUMBER = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]{1,10}))?")
_GAPS = re.compile(r"[\s,，_]+")


class Reading(NamedTuple):
    """One field as posted: its value (None when blank or unreadable), what was typed, what is wrong with it."""

    value: Any
    raw: Any
    fault: str = ""


def read_page(form: "Form", page: Page, post: Mapping[str, list[str]], answers: Mapping[str, Any]) -> PageInput:
    """Read one posted page on top of the answers so far; see `Form.read_page`."""
    marked = set(_posted(post, SHOWN))
    fields = [field for field in page.fields if not marked or field.key in marked]
    page_reading = _PageReading(post, marked)
    readings = {field.key: page_reading.read(field, answers.get(field.key)) for field in fields}
    values = {key: reading.value for key, reading in readings.items() if reading.value is not None}
    merged = {key: value for key, value in answers.items() if key not in readings} | values
    visible = [field for field in form.visible_fields(merged) if field.page == page.key]
    shown = {field.key for field in visible if field.key in readings}
    unreadable = {key: one for key, one in page_reading.unreadable.items() if one.top in shown}
    checked = {p.field: p for p in form.problems(merged, only=shown)}
    return PageInput(
        values=values,
        problems=sorted((checked | unreadable).values(), key=form.place),
        raw={key: reading.raw for key, reading in readings.items()},
        answers={key: value for key, value in merged.items() if key in form.fields and not _says_nothing(value)},
        revealed=tuple(field.key for field in visible if field.key not in readings),
        removed=tuple(page_reading.removed),
        asked_to_stay=_asked_to_stay(post, fields),
        unreadable=tuple(unreadable),
    )


def read_entry(
    form: "Form", group: Field, row: int, post: Mapping[str, list[str]], answers: Mapping[str, Any]
) -> PageInput:
    """Read the posted page of one entry of a group; see `Form.read_entry`. `raw` and `revealed` go by the keys of cells."""
    marked = set(_posted(post, SHOWN))
    rows = group.rows(answers.get(group.key))
    row = min(row, len(rows))
    was = rows[row] if row < len(rows) else {}
    page_reading = _PageReading(post, marked)
    columns = {group.cell(row, column): column.key for column in group.columns}
    readings = {c: page_reading.read(c, was.get(key)) for c, key in columns.items() if not marked or c.key in marked}
    read = {columns[cell] for cell in readings}
    now = {key: value for key, value in was.items() if key not in read}
    now |= {columns[cell]: reading.value for cell, reading in readings.items() if reading.value is not None}
    merged = {**answers, group.key: [*rows[:row], now, *rows[row + 1 :]]}
    visible = form.cells(group.key, row, merged)
    shown = {cell.key for cell in readings} & {cell.key for cell in visible}
    checked = {p.field: p for p in form.problems(merged, only={group.key}) if p.field in shown}
    if is_blank(now):  # a row that says nothing is dropped, but here somebody is asked to fill it in
        checked = {c.key: problem(c, "required") for c in visible if c.required and c.key in shown}
    found = checked | {key: one for key, one in page_reading.unreadable.items() if key in shown}
    return PageInput(
        values=now,
        problems=sorted(found.values(), key=form.place),
        raw={cell.key: reading.raw for cell, reading in readings.items()},
        answers={key: value for key, value in merged.items() if key in form.fields and not is_blank(value)},
        revealed=tuple(cell.key for cell in visible if cell.key not in {c.key for c in readings}),
        removed=tuple(page_reading.removed),
        asked_to_stay=_asked_to_stay(post, list(columns)),
        unreadable=tuple(found.keys() & page_reading.unreadable.keys()),
    )


def _says_nothing(value: Any) -> bool:
    """Whether an answer need not be kept in a draft. An empty row is kept: somebody asked for it and is about to fill it."""
    return is_blank(value) and not (isinstance(value, list) and value)


def _asked_to_stay(post: Mapping[str, list[str]], fields: list[Field]) -> bool:
    """Whether a button of one of these fields was pressed that keeps the page; for a group also one in its cells."""
    pressed = [name.rpartition("-")[0] for name in post if isinstance(name, str) and name.endswith(PRESSED)]
    if not pressed:
        return False
    keys = {field.key for field in fields}
    return any(key in keys or key.partition("-")[0] in keys for key in pressed)


class _PageReading:
    """Reads fields as posted; gathers what could not be read and which papers were taken off."""

    def __init__(self, post: Mapping[str, list[str]], marked: set[str]) -> None:
        self.post, self.marked = post, marked
        self.unreadable: dict[str, Problem] = {}
        self.removed: list[str] = []

    def read(self, field: Field, before: Any) -> Reading:
        if field.columns:
            return self._rows(field, before)
        if field.parts:
            return self._parts(field)
        gone = _posted(self.post, f"{field.key}-remove") if field.widget == "upload" else []
        self.removed += [one for one in gone if one in field.typed(before)]
        reading = _read(field, self.post, before, gone)
        if reading.fault:
            self.unreadable[field.key] = problem(field, reading.fault, entered=_typed_text(reading.raw))
        return reading

    def _parts(self, field: Field) -> Reading:
        read = {part: _read(field.part(part), self.post, None, []) for part in field.parts}
        raw = {part: one.raw for part, one in read.items()}
        return Reading({part: one.value for part, one in read.items() if one.value is not None} or None, raw)

    def _rows(self, group: Field, before: Any) -> Reading:
        """Read the rows that stand on the page, without empty ones; where none do, those before, less what was removed."""
        rows_before, gone = group.rows(before), set(_posted(self.post, f"{group.key}-remove"))
        names = _posted(self.post, group.key + ROWS)
        if not names:
            kept = [row for at, row in enumerate(rows_before) if str(at) not in gone]
            self._take_off(group, [row for at, row in enumerate(rows_before) if str(at) in gone])
            return Reading(kept or None, kept)
        kept, raws = [], []
        for name in names[:MAX_ROWS]:
            at = int(name) if name.isascii() and name.isdigit() and len(name) <= 4 else -1
            was = rows_before[at] if 0 <= at < len(rows_before) else {}
            if name in gone or at < 0:
                self._take_off(group, [was])
                continue
            row, raw = self._row(group, at, len(kept), was)
            if not is_blank(row) or any(any(one.values()) if isinstance(one, dict) else one for one in raw.values()):
                kept.append(row)
                raws.append(raw)
        if _posted(self.post, f"{group.key}-add") and len(kept) < group.max_items:
            kept.append({})
            raws.append({})
        return Reading(kept or None, raws)

    def _row(self, group: Field, at: int, now_at: int, was: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        row, raw = dict(was), {}
        for column in group.columns:
            cell = group.cell(at, column)
            if group.widget == "group" and self.marked and cell.key not in self.marked:
                continue
            inner = _PageReading(self.post, self.marked)
            reading = inner.read(cell, was.get(column.key))
            self.removed += inner.removed
            raw[column.key] = reading.raw
            row.pop(column.key, None)
            if reading.value is not None and reading.value is not False:
                row[column.key] = reading.value
            if reading.fault:
                moved = group.cell(now_at, column)
                self.unreadable[moved.key] = problem(moved, reading.fault, entered=_typed_text(reading.raw))
        return row, raw

    def _take_off(self, group: Field, rows: list[dict[str, Any]]) -> None:
        uploads = [column for column in group.columns if column.widget == "upload"]
        self.removed += [paper for row in rows for column in uploads for paper in column.typed(row.get(column.key))]


def _posted(post: Mapping[str, list[str]], name: str) -> list[str]:
    """Return all values of one name, from a plain mapping of lists or a Django QueryDict."""
    getlist = getattr(post, "getlist", None)
    found = getlist(name) if getlist else post.get(name, [])
    return [one for one in found[:MAX_POSTED] if isinstance(one, str)] if isinstance(found, list) else []


def _read(field: Field, post: Mapping[str, list[str]], before: Any, gone: list[str]) -> Reading:
    match field.widget:
        case "upload":
            kept = [one for one in field.typed(before) if one not in gone]
            return Reading(kept or None, kept)
        case "date":
            return _read_date({part: _first(post, f"{field.key}-{part}").strip() for part in ("year", "month", "day")})
        case "checkboxes":
            ticked = _posted(post, field.key)
            known = [option.value for option in field.options if option.value in ticked]
            strange = [one for one in dict.fromkeys(ticked) if one not in known]
            return Reading(known + strange or None, known + strange)
        case "checkbox":
            unticked = None if "const" in field.spec else False
            return Reading(True, "true") if _posted(post, field.key) else Reading(unticked, "")
    typed = _first(post, field.key)
    if field.widget in ("number", "money"):
        return read_number(typed, field)
    return Reading(_tidy(field, typed) or None, typed)


def _first(post: Mapping[str, list[str]], name: str) -> str:
    return next(iter(_posted(post, name)), "")


def _tidy(field: Field, typed: str) -> str:
    match field.widget:
        case "phone":
            return tidy_phone(typed.strip())
        case "citizen_id" | "credit_code":
            return plain_code(typed[:100])
        case "email" | "region" | "radio" | "select":
            return typed.strip()
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def read_number(typed: str, field: Field) -> Reading:
    """Read a number, or an amount in yuan as fen; full-width digits, thousands marks and 元 are understood."""
    text = _GAPS.sub("", unicodedata.normalize("NFKC", typed[:60]))
    if field.widget == "money":
        text = text.removeprefix("\u00a5").removesuffix("元")
    if not text and len(typed) <= 60:
        return Reading(None, typed)
    match = _NUMBER.fullmatch(text) if len(typed) <= 60 else None
    if field.widget == "money":
        if not match or len((match[3] or "").rstrip("0")) > 2 or len(match[2]) > 13:
            return Reading(None, typed, "money")
        fen = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0")[:2])
        return Reading(-fen if match[1] == "-" else fen, typed)
    decimals = match[3].rstrip("0") if match and match[3] else ""
    if not match or (decimals and field.shape == "integer") or len(match[2]) + len(decimals) > 15:
        return Reading(None, typed, "integer" if field.shape == "integer" else "number")
    number = f"{match[1]}{match[2]}"
    return Reading(float(f"{number}.{decimals}") if decimals else int(number), typed)


def _read_date(boxes: dict[str, str]) -> Reading:
    parts = [unicodedata.normalize("NFKC", boxes[part][:12]).rstrip("年月日 ").strip() for part in boxes]
    if not any(parts):
        return Reading(None, boxes)
    if not all(parts):
        return Reading(None, boxes, "date_incomplete")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts) or len(parts[0]) != 4:
        return Reading(None, boxes, "date")
    try:
        return Reading(date(*(int(part) for part in parts)).isoformat(), boxes)
    except ValueError:
        return Reading(None, boxes, "date")


def _typed_text(raw: Any) -> str:
    if not isinstance(raw, dict):
        return raw if isinstance(raw, str) else ""
    return " ".join(f"{raw[part] or '…'} {word}" for part, word in (("year", "年"), ("month", "月"), ("day", "日")))
