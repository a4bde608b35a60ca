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
from yiwang.foundation.forms.structs import Field, Page, PageInput

if TYPE_CHECKING:
    from yiwang.foundation.forms.form import Form

SHOWN = "_shown"
"""Hidden input that names each field the reader saw; the template writes one with every field."""
MAX_POSTED = 200
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
    readings: dict[str, Reading] = {}
    removed: list[str] = []
    for field in fields:
        gone = _posted(post, f"{field.key}-remove") if field.widget == "upload" else []
        readings[field.key] = _read(field, post, answers.get(field.key), gone)
        removed += [one for one in gone if one in field.typed(answers.get(field.key))]
    values = {key: reading.value for key, reading in readings.items() if reading.value is not None}
    merged = {key: value for key, value in answers.items() if key not in readings} | values
    visible = [field for field in form.visible_fields(merged) if field.page == page.key]
    shown = [field for field in visible if field.key in readings]
    unreadable = {
        field.key: problem(field, readings[field.key].fault, entered=_typed_text(readings[field.key].raw))
        for field in shown
        if readings[field.key].fault
    }
    checked = {p.field: p for p in form.problems(merged, only={f.key for f in shown} - set(unreadable))}
    found = unreadable | checked
    return PageInput(
        values=values,
        problems=[found[field.key] for field in shown if field.key in found],
        raw={key: reading.raw for key, reading in readings.items()},
        answers={key: value for key, value in merged.items() if key in form.fields and not is_blank(value)},
        revealed=tuple(field.key for field in visible if field.key not in readings),
        removed=tuple(removed),
        asked_to_stay=any(_posted(post, f"{field.key}-upload") for field in fields if field.widget == "upload"),
    )


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
