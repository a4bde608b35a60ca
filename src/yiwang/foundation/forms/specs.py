"""The schema of one field: what may stand in it, which widget asks for it, and what the widget adds to it."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from yiwang.foundation.forms.structs import PART_FIELDS, PARTS, Option, Widget
from yiwang.foundation.forms.texts import Text, as_text

NOTES = frozenset({"title", "description"})
_STRING = frozenset({"type", "minLength", "maxLength", "pattern", "format", "enum"}) | NOTES
_NUMERIC = frozenset({"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}) | NOTES
_ARRAY = frozenset({"type", "items", "minItems", "maxItems", "uniqueItems"}) | NOTES
_KEYWORDS = {"string": _STRING, "number": _NUMERIC, "integer": _NUMERIC, "array": _ARRAY,
             "boolean": frozenset({"type", "const"}) | NOTES, "object": frozenset({"type"}) | NOTES}  # fmt: skip
_FORMATS = {"date": "date", "region": "region", "phone": "phone", "email": "email", "citizen_id": "citizen-id",
            "credit_code": "credit-code"}  # fmt: skip
_SHAPES = {"number": {"number", "integer"}, "money": {"integer"}, "checkboxes": {"array"}, "upload": {"array"},
           "checkbox": {"boolean"}, "address": {"object"}, "organisation": {"object"}, "group": {"array"},
           "table": {"array"}}  # fmt: skip
ROWS = frozenset({"type", "items", "minItems", "maxItems"}) | NOTES
ENTRY = frozenset({"type", "properties", "required", "additionalProperties"}) | NOTES
TABLE_COLUMNS = frozenset({"text", "number", "money", "date", "select", "phone", "email", "citizen_id", "credit_code"})
MAX_ROWS = 200
MAX_CELLS = 1_200
DEFAULT_ROWS = 20
_LENGTHS = {"text": 200, "textarea": 5000, "email": 254, "phone": 40}
_DEFAULT_ITEMS = 10
_WIDGETS: dict[str, Widget] = {name: name for name in get_args(Widget)}


class SpecReader:
    """Reads parts of a definition and gathers their faults."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def say(self, place: str) -> Callable[[str], None]:
        """Return what to call with a fault at this place."""
        return lambda fault: self.faults.append(f"{place}: {fault}")

    def mapping(self, value: Any, place: str, allowed: set[str] | frozenset[str] | None = None) -> dict[str, Any]:
        """Return what is a mapping, with keys that are allowed; anything else is a fault and an empty one."""
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            self.faults.append(f"{place}: needs a mapping")
            return {}
        if allowed is not None and (unknown := sorted(set(value) - allowed)):
            self.faults.append(f"{place}: unknown {', '.join(unknown)}")
        return dict(value)

    def text(self, value: Any, place: str, *, needed: bool = False) -> Text | None:
        """Return a text; None where there is none and none is needed."""
        if value is None and not needed:
            return None
        try:
            return as_text(value)
        except ValueError as error:
            self.faults.append(f"{place}: {error}")
            return Text("？") if needed else None

    def spec(self, key: str, raw: Any) -> dict[str, Any]:
        """Return the schema of a field with its type, without notes; keywords that we do not know are faults."""
        place = f"schema.properties.{key}"
        spec = self.mapping(raw, place)
        if "type" not in spec:
            spec["type"] = "boolean" if "const" in spec else "string" if "enum" in spec else ""
        allowed = _KEYWORDS.get(spec["type"]) if isinstance(spec["type"], str) else None
        if allowed is None:
            self.faults.append(f"{place}.type: string, number, integer, boolean, array or object")
            return {"type": "string"}
        if unknown := sorted(set(spec) - allowed):
            self.faults.append(f"{place}: {', '.join(unknown)} cannot be used with {spec['type']}")
        if spec["type"] == "boolean" and spec.get("const", True) is not True:
            self.faults.append(f"{place}.const: is true")
        if spec["type"] == "array":
            items = self.mapping(spec.get("items"), f"{place}.items", {"type", "format", "enum"})
            spec["items"] = {"type": "string", **items}
        return {name: value for name, value in spec.items() if name not in NOTES}

    def widget(self, named: Any, spec: dict[str, Any], place: str) -> Widget:
        """Return the widget that is named, or the one that goes with the schema."""
        if named is not None:
            if isinstance(named, str) and named in _WIDGETS:
                return _WIDGETS[named]
            self.faults.append(f"{place}.widget: unknown {named!r}")
        match spec["type"]:
            case "number" | "integer":
                return "number"
            case "boolean":
                return "checkbox"
            case "array":
                return "upload" if spec["items"].get("format") == "paper" else "checkboxes"
            case "object":
                if named is None:
                    self.faults.append(f"{place}.widget: an object needs address or organisation")
                return "address"
        if "enum" in spec:
            return "radio" if isinstance(spec["enum"], list) and len(spec["enum"]) <= 6 else "select"
        return next((_WIDGETS[name] for name, wanted in _FORMATS.items() if wanted == spec.get("format")), "text")

    def fitted(self, widget: Widget, spec: dict[str, Any], place: str) -> dict[str, Any]:
        """Return the schema with what the widget implies: its format, a greatest length, several items once each."""
        if spec["type"] not in _SHAPES.get(widget, {"string"}):
            self.faults.append(f"{place}.widget: {widget} does not go with type {spec['type']}")
        if widget in ("group", "table"):
            self.faults.append(f"{place}.widget: {widget} needs items that are objects")
        if widget in PARTS:
            parts = {part: PART_FIELDS[part][2] for part in PARTS[widget]}
            return {"type": "object", "properties": parts, "additionalProperties": False}
        inner = spec["items"] if spec["type"] == "array" else spec
        wanted = "paper" if widget == "upload" else _FORMATS.get(widget)
        if inner.get("format", wanted) != wanted:
            self.faults.append(f"{place}.widget: {widget} does not go with format {inner['format']!r}")
        if ("enum" in inner) != (widget in ("radio", "select", "checkboxes")):
            self.faults.append(f"{place}.widget: radio, select and checkboxes go with enum, others without")
        fitted = dict(spec)
        if spec["type"] == "array":
            extra = {"format": wanted} if wanted else {}
            fitted |= {"items": {**inner, **extra}, "uniqueItems": True}
            if widget == "upload":
                fitted.setdefault("maxItems", _DEFAULT_ITEMS)
        elif wanted:
            fitted["format"] = wanted
        if widget in _LENGTHS:
            fitted.setdefault("maxLength", _LENGTHS[widget])
        return fitted

    def options(self, raw: Any, widget: Widget, spec: dict[str, Any], place: str) -> tuple[Option, ...]:
        """Return what may be chosen, in the order of the schema, each with its label."""
        values = (spec["items"] if spec["type"] == "array" else spec).get("enum")
        if values is None:
            if raw is not None:
                self.faults.append(f"{place}.options: only with enum")
            return ()
        if not isinstance(values, list) or not values or not all(isinstance(v, str) and v for v in values):
            self.faults.append(f"{place}: enum lists strings")
            return ()
        raw = self.mapping(raw, f"{place}.options")
        if set(raw) != set(values) or len(set(values)) != len(values):
            self.faults.append(f"{place}.options: one label for each value of enum, no other")
            return ()
        return tuple(self.option(value, raw[value], f"{place}.options.{value}") for value in values)

    def option(self, value: str, raw: Any, place: str) -> Option:
        """Return one answer that may be chosen."""
        label, hint = raw, None
        if isinstance(raw, dict) and "label" in raw:
            raw = self.mapping(raw, place, {"label", "hint"})
            label, hint = raw["label"], self.text(raw.get("hint"), f"{place}.hint")
        return Option(value, self.text(label, place, needed=True) or Text("？"), hint)
