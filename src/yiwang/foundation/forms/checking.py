"""What JSON Schema does not see: hostile shapes and characters; and its errors in our words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from yiwang.foundation.forms.conditions import is_blank
from yiwang.foundation.forms.messages import problem
from yiwang.foundation.forms.structs import MAX_NUMBER, Field, Problem

MAX_LIST = 200
MAX_LIST_TEXT = 200
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""No control character, no change of direction, no half of a surrogate pair: nothing that XML or PDF cannot hold."""
_BROKEN = re.compile("[\r\n\x85\u2028\u2029]")
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")

_KEYWORDS = {
    "type": "wrong_type", "minLength": "too_short", "maxLength": "too_long", "pattern": "pattern",
    "enum": "not_an_option", "const": "not_an_option", "minimum": "minimum", "exclusiveMinimum": "above",
    "maximum": "maximum", "exclusiveMaximum": "below", "multipleOf": "step", "minItems": "too_few",
    "maxItems": "too_many", "uniqueItems": "repeated",
}  # fmt: skip


def fault(field: Field, value: Any) -> Problem | None:
    """Check that a filled answer has the right shape and holds only characters and sizes that we accept."""
    if field.parts:
        return _part_fault(field, value)
    code = _shape_fault(field, value)
    if code == "too_long":
        return problem(field, code, entered=value, limit=field.max_length)
    return problem(field, code, entered=value) if code else None


def is_faulty(field: Field, value: Any) -> bool:
    """Tell whether `fault` finds something, for less than wording it costs."""
    return _part_fault(field, value) is not None if field.parts else _shape_fault(field, value) is not None


def _part_fault(field: Field, value: Any) -> Problem | None:
    if not isinstance(value, dict) or any(key not in field.parts for key in value):
        return problem(field, "wrong_type")
    for part in map(field.part, field.parts):
        given = value.get(part.key.rpartition("-")[2])
        found = problem(part, "required") if is_blank(given) else fault(part, given)
        if found:
            return msgspec.structs.replace(found, field=field.key)
    return None


def _shape_fault(field: Field, value: Any) -> str | None:
    match field.shape:
        case "string":
            return _text_fault(value, field.max_length, field.widget != "textarea")
        case "boolean":
            return None if isinstance(value, bool) else "wrong_type"
        case "array":
            if not isinstance(value, list) or len(value) > MAX_LIST:
                return "wrong_type"
            return next((c for one in value if (c := _text_fault(one, MAX_LIST_TEXT, True))), None)
    kind = "money" if field.widget == "money" else field.shape
    if isinstance(value, bool) or not isinstance(value, int if field.shape == "integer" else int | float):
        return kind
    return None if abs(value) <= MAX_NUMBER else kind  # NaN is not less than anything either


def _text_fault(value: Any, limit: int, one_line: bool) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    if limit and len(value) > limit:
        return "too_long"
    if one_line and _BROKEN.search(value):
        return "one_line"
    return "control_character" if _REFUSED.search(value) or (one_line and _UNSEEN.search(value)) else None


def from_schema(
    fields: Mapping[str, Field],
    error: Any,
    checks: Mapping[str, Callable[[str], str | None]],
) -> Problem:
    """Return a validator's error as a problem of its field; `checks` say what is wrong with a format."""
    key, *below = error.instance_path
    field, keyword = fields[key], str(error.schema_path[-1])
    if field.is_rows and len(below) > 1:
        at, name, *below = below
        field = field.cell(at, next(one for one in field.columns if one.key == name))
    control = field.key
    if field.parts and below:
        part, *below = below
        field = field.part(part)
    where = field.spec if not below else field.spec.get("items", {})
    code = where["format"].replace("-", "_") if keyword == "format" else _KEYWORDS.get(keyword, "wrong_type")
    if code == "not_an_option" and field.widget == "checkbox":
        code = "must_agree"
    detail = checks[where["format"]](error.instance) if keyword == "format" else None
    pointer = "/".join(["", *(str(step) for step in error.instance_path)])
    entered = error.instance if not below else None
    found = problem(field, code, entered=entered, limit=where.get(keyword), pointer=pointer, detail=detail)
    return found if found.field == control else msgspec.structs.replace(found, field=control)
