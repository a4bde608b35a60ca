"""From a form definition (JSON Schema and UI schema) to a Form. Everything that is wrong is said at once."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

import jsonschema_rs
import msgspec

from yiwang.foundation.forms.conditions import Condition, parse
from yiwang.foundation.forms.form import Form
from yiwang.foundation.forms.formats import RegionName
from yiwang.foundation.forms.sources import default_autocomplete, is_autocomplete, is_prefill
from yiwang.foundation.forms.specs import DEFAULT_ROWS, ENTRY, MAX_CELLS, MAX_ROWS, ROWS, TABLE_COLUMNS, SpecReader
from yiwang.foundation.forms.structs import Field, Page, Total
from yiwang.foundation.forms.texts import Text

MAX_FIELDS = 300
MAX_CACHED = 512
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_RESERVED = frozenset({"csrfmiddlewaretoken"})
_SCHEMA_KEYS = frozenset({"type", "properties", "required", "additionalProperties", "$schema", "title", "description"})
_FIELD_KEYS = frozenset({"label", "hint", "widget", "unit", "options", "autocomplete", "prefill", "material", "when",
                         "error"})  # fmt: skip
_ROWS_KEYS = frozenset({"label", "hint", "widget", "entry", "columns", "fields", "when", "total", "error"})
_PAGE_KEYS = frozenset({"key", "title", "hint", "fields", "when"})


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


def _has_rows(spec: Any) -> bool:
    items = spec.get("items") if isinstance(spec, Mapping) else None
    return isinstance(items, Mapping) and (items.get("type") == "object" or "properties" in items)


class _Compiler(SpecReader):
    """Reads one definition and gathers its faults."""

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
        if sum(1 + len(field.columns) for page in pages for field in page.fields) > MAX_FIELDS:
            self.faults.append(f"schema.properties: {MAX_FIELDS} fields at most, with the columns of groups and tables")
        if self.faults:
            raise FormDefinitionError(self.faults)
        try:
            return Form(pages, region_name)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            raise FormDefinitionError([f"schema: {error}".splitlines()[0]]) from error

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
            if leaf.values and (field.is_rows or field.parts):
                self.faults.append(f"{place}: of {leaf.field} one can only ask whether it is filled")
            known = {option.value for option in field.options}
            for value in leaf.values:
                if known and value not in known:
                    self.faults.append(f"{place}: {leaf.field} has no option {value!r}")
        return parsed

    def field(self, key: str, page: str, spec: Any, ui: Any, required: bool, placed: dict[str, Field]) -> Field:
        place = f"ui.fields.{key}"
        if not _KEY.fullmatch(key) or key in _RESERVED:
            self.faults.append(f"schema.properties.{key}: keys are ascii snake_case")
        if _has_rows(spec):
            return self.rows(key, page, spec, ui, required, placed)
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
            raw_when=ui.get("when"),
        )  # fmt: skip

    def rows(self, key: str, page: str, raw: Any, ui: Any, required: bool, placed: dict[str, Field]) -> Field:
        """A group (one entry a page) or a table: its columns are fields of their own, asked once for each row."""
        place, spec_place = f"ui.fields.{key}", f"schema.properties.{key}"
        spec = self.mapping(raw, spec_place, ROWS)
        ui = self.mapping(ui, place, _ROWS_KEYS)
        widget = ui.get("widget", "group")
        if widget not in ("group", "table"):
            self.faults.append(f"{place}.widget: rows are asked for by group or table, not {widget!r}")
        items = self.mapping(spec.get("items"), f"{spec_place}.items", ENTRY)
        properties = self.mapping(items.get("properties"), f"{spec_place}.items.properties")
        needed = self.required(items, properties)
        columns = self.columns(key, page, (widget, ui, properties, needed), placed)
        least, most = spec.get("minItems", 0), spec.get("maxItems", DEFAULT_ROWS)
        counts = all(type(one) is int for one in (least, most))
        if not counts or not 0 <= least <= most <= MAX_ROWS or most * max(1, len(columns)) > MAX_CELLS:
            self.faults.append(f"{spec_place}: needs minItems ≤ maxItems ≤ {MAX_ROWS}, with {MAX_CELLS} cells at most")
        inside = {column.key: column.spec for column in columns}
        whole = {"type": "object", "properties": inside, "required": [c.key for c in columns if c.required]}
        return Field(
            key=key, page=page, widget="table" if widget == "table" else "group", required=required, columns=columns,
            spec={"type": "array", "items": whole, "minItems": least, "maxItems": most},
            label=self.text(ui.get("label"), f"{place}.label", needed=True) or Text("？"),
            hint=self.text(ui.get("hint"), f"{place}.hint"),
            entry=self.text(ui.get("entry"), f"{place}.entry") or Text("一项", "entry"),
            error=self.text(ui.get("error"), f"{place}.error"),
            total=self.total(ui.get("total"), f"{place}.total", columns, placed),
            when=self.condition(ui.get("when"), f"{place}.when", placed),
            raw_when=ui.get("when"),
        )  # fmt: skip

    def columns(
        self,
        key: str,
        page: str,
        parts: tuple[Any, dict[str, Any], dict[str, Any], frozenset[str]],
        placed: dict[str, Field],
    ) -> tuple[Field, ...]:
        widget, ui, properties, needed = parts
        place = f"ui.fields.{key}"
        shown = self.mapping(ui.get("fields"), f"{place}.fields")
        names = ui.get("columns")
        if not isinstance(names, list) or not names or len(set(map(str, names))) != len(names):
            self.faults.append(
                f"{place}.columns: needs a list of the properties of a row, in the order in which they are asked"
            )
            return ()
        if {*map(str, names)} != set(properties) or set(shown) - set(properties):
            self.faults.append(f"{place}.columns: the properties of a row, each once, and no other")
        found: list[Field] = []
        for name in names:
            if name not in properties:
                continue
            where = f"{key}.{name}"
            if _has_rows(properties[name]):
                self.faults.append(f"{place}.fields.{name}: rows cannot stand in rows")
                continue
            before = placed | {one.key: one for one in found}
            inner = self.in_table(shown.get(name), properties[name]) if widget == "table" else shown.get(name)
            said = len(self.faults)
            field = self.field(name, page, properties[name], inner, name in needed, before)
            self.faults[said:] = [f"{where}: {fault}" for fault in self.faults[said:]]
            if widget == "table" and (field.widget not in TABLE_COLUMNS or field.when):
                self.faults.append(f"{where}: a column of a table is a short answer that is always asked; use a group")
            found.append(field)
        return tuple(found)

    def in_table(self, ui: Any, spec: Any) -> Any:
        """Return how a column is asked: a choice in a cell is a list to open, however short."""
        is_choice = isinstance(spec, Mapping) and "enum" in spec
        return {"widget": "select", **ui} if is_choice and isinstance(ui, Mapping) else ui

    def total(self, raw: Any, place: str, columns: tuple[Field, ...], placed: dict[str, Field]) -> Total | None:
        if raw is None:
            return None
        raw = self.mapping(raw, place, {"column", "equals", "field"})
        numbers = {one.key: one for one in columns if one.widget in ("number", "money")}
        column, equals, other = raw.get("column"), raw.get("equals"), raw.get("field", "")
        if column not in numbers:
            self.faults.append(f"{place}.column: a column of numbers or money")
            return None
        if equals is not None and (isinstance(equals, bool) or not isinstance(equals, int | float)):
            self.faults.append(f"{place}.equals: a number")
            equals = None
        if other and (other not in placed or placed[other].widget != numbers[column].widget):
            self.faults.append(f"{place}.field: the key of a field before this one, asked for like the column")
            other = ""
        return Total(column, equals, other)
