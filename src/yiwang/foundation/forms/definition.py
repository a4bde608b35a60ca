"""From a form definition (JSON Schema and UI schema) to a Form. Everything that is wrong is said at once."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, get_args

import jsonschema_rs
import msgspec

from yiwang.foundation.forms.conditions import Condition, parse
from yiwang.foundation.forms.form import Form
from yiwang.foundation.forms.formats import RegionName
from yiwang.foundation.forms.sources import default_autocomplete, is_autocomplete, is_prefill
from yiwang.foundation.forms.structs import Field, Option, Page, Widget
from yiwang.foundation.forms.texts import Text, as_text

MAX_FIELDS = 300
MAX_CACHED = 512
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_RESERVED = frozenset({"csrfmiddlewaretoken"})
_SCHEMA_KEYS = frozenset({"type", "properties", "required", "additionalProperties", "$schema", "title", "description"})
_FIELD_KEYS = frozenset({"label", "hint", "widget", "unit", "options", "autocomplete", "prefill", "material", "when",
                         "error"})  # fmt: skip
_PAGE_KEYS = frozenset({"key", "title", "hint", "fields", "when"})
_NOTES = frozenset({"title", "description"})
_STRING = frozenset({"type", "minLength", "maxLength", "pattern", "format", "enum"}) | _NOTES
_NUMERIC = frozenset({"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}) | _NOTES
_ARRAY = frozenset({"type", "items", "minItems", "maxItems", "uniqueItems"}) | _NOTES
_KEYWORDS = {"string": _STRING, "number": _NUMERIC, "integer": _NUMERIC, "array": _ARRAY,
             "boolean": frozenset({"type", "const"}) | _NOTES}  # fmt: skip
_FORMATS = {"date": "date", "region": "region", "phone": "phone", "email": "email", "citizen_id": "citizen-id",
            "credit_code": "credit-code"}  # fmt: skip
_SHAPES = {"number": {"number", "integer"}, "money": {"integer"}, "checkboxes": {"array"}, "upload": {"array"},
           "checkbox": {"boolean"}}  # fmt: skip
_LENGTHS = {"text": 200, "textarea": 5000, "email": 254, "phone": 40}
_DEFAULT_ITEMS = 10
_WIDGETS: dict[str, Widget] = {name: name for name in get_args(Widget)}


class FormDefinitionError(ValueError):
    """A form definition that cannot be used. `faults` lists everything wrong with it, each with its place."""

    def __init__(self, faults: list[str]) -> None:
        """Keep the list; the message shows all of it."""
        self.faults = faults
        super().__init__("; ".join(faults))


_cache: OrderedDict[tuple[bytes, RegionName | None], Form] = OrderedDict()
_lock = Lock()
_encoder = msgspec.json.Encoder()


def compile_form(form: Mapping[str, Any], region_name: RegionName | None = None) -> Form:
    """Return the compiled form; the same definition is compiled once.

    `region_name` gives the name of a region code, or None where there is no such region. Pass the same function each
    time: it is part of what is remembered.

    Raises:
        FormDefinitionError: the definition is wrong; the error lists every fault.
    """
    try:
        key = (_encoder.encode(form), region_name)
    except (TypeError, ValueError, RecursionError) as error:
        raise FormDefinitionError([f"form: not plain JSON ({error})"]) from error
    with _lock:
        if found := _cache.get(key):
            _cache.move_to_end(key)
            return found
    made = _Compiler().compile(form, region_name)
    with _lock:
        _cache[key] = made
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    return made


class _Compiler:
    """Reads one definition and gathers its faults."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.specs: dict[str, dict[str, Any]] = {}

    def say(self, place: str) -> Callable[[str], None]:
        return lambda fault: self.faults.append(f"{place}: {fault}")

    def compile(self, form: Any, region_name: RegionName | None) -> Form:
        form = self.mapping(form, "form", {"schema", "ui"})
        schema = self.mapping(form.get("schema"), "schema", _SCHEMA_KEYS)
        ui = self.mapping(form.get("ui"), "ui", {"pages", "fields"})
        properties = self.mapping(schema.get("properties"), "schema.properties")
        shown = self.mapping(ui.get("fields"), "ui.fields")
        required = self.required(schema, properties)
        if not 0 < len(properties) <= MAX_FIELDS:
            self.faults.append(f"schema.properties: needs between 1 and {MAX_FIELDS} fields")
        for key in shown:
            if key not in properties:
                self.faults.append(f"ui.fields.{key}: no such property in schema")
        pages = self.pages(ui.get("pages"), properties, shown, required)
        if self.faults:
            raise FormDefinitionError(self.faults)
        try:
            return Form(pages, region_name)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            raise FormDefinitionError([f"schema: {error}".splitlines()[0]]) from error

    def mapping(self, value: Any, place: str, allowed: set[str] | frozenset[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            self.faults.append(f"{place}: needs a mapping")
            return {}
        if allowed is not None and (unknown := sorted(set(value) - allowed)):
            self.faults.append(f"{place}: unknown {', '.join(unknown)}")
        return dict(value)

    def text(self, value: Any, place: str, *, needed: bool = False) -> Text | None:
        if value is None and not needed:
            return None
        try:
            return as_text(value)
        except ValueError as error:
            self.faults.append(f"{place}: {error}")
            return Text("？") if needed else None

    def required(self, schema: dict[str, Any], properties: dict[str, Any]) -> frozenset[str]:
        if schema.get("type", "object") != "object":
            self.faults.append("schema.type: is object")
        if schema.get("additionalProperties", False) is not False:
            self.faults.append("schema.additionalProperties: is false")
        listed = schema.get("required", [])
        if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            self.faults.append("schema.required: needs a list of keys")
            return frozenset()
        for key in listed:
            if key not in properties:
                self.faults.append(f"schema.required: no property {key}")
        return frozenset(listed)

    def pages(
        self, raw: Any, properties: dict[str, Any], shown: dict[str, Any], required: frozenset[str]
    ) -> tuple[Page, ...]:
        if not isinstance(raw, list) or not raw:
            self.faults.append("ui.pages: needs a list of pages")
            return ()
        pages: list[Page] = []
        placed: dict[str, Field] = {}
        for index, one in enumerate(raw):
            place = f"ui.pages[{index}]"
            page = self.mapping(one, place, _PAGE_KEYS)
            key = page.get("key")
            if not isinstance(key, str) or not _KEY.fullmatch(key) or key in {p.key for p in pages}:
                self.faults.append(f"{place}.key: needs its own key in snake_case")
                key = f"page_{index}"
            when = self.condition(page.get("when"), f"{place}.when", placed)
            fields = self.page_fields(page.get("fields"), place, key, (properties, shown, required), placed)
            title, hint = self.text(page.get("title"), f"{place}.title", needed=True), page.get("hint")
            hint = self.text(hint, f"{place}.hint")
            pages.append(Page(key=key, title=title or Text("？"), hint=hint, fields=fields, when=when))
        for name in properties:
            if name not in placed:
                self.faults.append(f"schema.properties.{name}: stands on no page")
        return tuple(pages)

    def page_fields(
        self,
        raw: Any,
        place: str,
        page: str,
        parts: tuple[dict[str, Any], dict[str, Any], frozenset[str]],
        placed: dict[str, Field],
    ) -> tuple[Field, ...]:
        properties, shown, required = parts
        if not isinstance(raw, list) or not raw or not all(isinstance(name, str) for name in raw):
            self.faults.append(f"{place}.fields: needs a list of property keys")
            return ()
        fields = []
        for name in raw:
            if name not in properties or name in placed:
                self.faults.append(f"{place}.fields: {name} is {'placed twice' if name in placed else 'no property'}")
                continue
            field = self.field(name, page, properties[name], shown.get(name), name in required, placed)
            placed[name] = field
            fields.append(field)
        return tuple(fields)

    def condition(self, raw: Any, place: str, placed: dict[str, Field]) -> Condition | None:
        """A condition may look only at fields before it: so there are no circles, and nothing is asked backwards."""
        if raw is None:
            return None
        parsed = parse(raw, self.say(place))
        for leaf in parsed.leaves() if parsed else ():
            field = placed.get(leaf.field)
            if field is None:
                self.faults.append(f"{place}: {leaf.field} is not a field before this one")
                continue
            known = {option.value for option in field.options}
            for value in leaf.values:
                if known and value not in known:
                    self.faults.append(f"{place}: {leaf.field} has no option {value!r}")
        return parsed

    def field(self, key: str, page: str, spec: Any, ui: Any, required: bool, placed: dict[str, Field]) -> Field:
        place = f"ui.fields.{key}"
        if not _KEY.fullmatch(key) or key in _RESERVED:
            self.faults.append(f"schema.properties.{key}: keys are ascii snake_case")
        spec = self.spec(key, spec)
        ui = self.mapping(ui, place, _FIELD_KEYS)
        widget = self.widget(ui.get("widget"), spec, place)
        spec = self.fitted(widget, spec, place)
        prefill, autocomplete = ui.get("prefill") or "", ui.get("autocomplete") or ""
        if prefill and not is_prefill(prefill):
            self.faults.append(f"{place}.prefill: unknown source {prefill!r}")
        if autocomplete and not is_autocomplete(autocomplete):
            self.faults.append(f"{place}.autocomplete: unknown token {autocomplete!r}")
        material = ui.get("material") or ""
        if not isinstance(material, str) or (material and widget != "upload"):
            self.faults.append(f"{place}.material: a material key, on an upload")
            material = ""
        error = self.text(ui.get("error"), f"{place}.error")
        if "pattern" in spec and not error:
            self.faults.append(f"{place}.error: a field with a pattern says how to fix it")
        return Field(
            key=key, page=page, widget=widget, spec=spec, required=required, material=material, error=error,
            label=self.text(ui.get("label"), f"{place}.label", needed=True) or Text("？"),
            hint=self.text(ui.get("hint"), f"{place}.hint"),
            unit=self.text(ui.get("unit"), f"{place}.unit"),
            options=self.options(ui.get("options"), widget, spec, place),
            autocomplete=autocomplete or default_autocomplete(prefill, widget),
            prefill=prefill,
            when=self.condition(ui.get("when"), f"{place}.when", placed),
        )  # fmt: skip

    def spec(self, key: str, raw: Any) -> dict[str, Any]:
        place = f"schema.properties.{key}"
        spec = self.mapping(raw, place)
        if "type" not in spec:
            spec["type"] = "boolean" if "const" in spec else "string" if "enum" in spec else ""
        allowed = _KEYWORDS.get(spec["type"]) if isinstance(spec["type"], str) else None
        if allowed is None:
            self.faults.append(f"{place}.type: string, number, integer, boolean or array")
            return {"type": "string"}
        if unknown := sorted(set(spec) - allowed):
            self.faults.append(f"{place}: {', '.join(unknown)} cannot be used with {spec['type']}")
        if spec["type"] == "boolean" and spec.get("const", True) is not True:
            self.faults.append(f"{place}.const: is true")
        if spec["type"] == "array":
            items = self.mapping(spec.get("items"), f"{place}.items", {"type", "format", "enum"})
            spec["items"] = {"type": "string", **items}
        return {name: value for name, value in spec.items() if name not in _NOTES}

    def widget(self, named: Any, spec: dict[str, Any], place: str) -> Widget:
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
        if "enum" in spec:
            return "radio" if isinstance(spec["enum"], list) and len(spec["enum"]) <= 6 else "select"
        return next((_WIDGETS[name] for name, wanted in _FORMATS.items() if wanted == spec.get("format")), "text")

    def fitted(self, widget: Widget, spec: dict[str, Any], place: str) -> dict[str, Any]:
        """Return the schema with what the widget implies: its format, a greatest length, several items once each."""
        if spec["type"] not in _SHAPES.get(widget, {"string"}):
            self.faults.append(f"{place}.widget: {widget} does not go with type {spec['type']}")
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
        label, hint = raw, None
        if isinstance(raw, dict) and "label" in raw:
            raw = self.mapping(raw, place, {"label", "hint"})
            label, hint = raw["label"], self.text(raw.get("hint"), f"{place}.hint")
        return Option(value, self.text(label, place, needed=True) or Text("？"), hint)
