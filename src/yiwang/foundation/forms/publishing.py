"""A form as a JSON Schema 2020-12: for clients, and loosened for our own validator."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from yiwang.foundation.forms.conditions import Condition, as_schema
from yiwang.foundation.forms.structs import Field

if TYPE_CHECKING:
    from yiwang.foundation.forms.form import Form

Asked = Callable[[str], dict[str, Any] | None]


def loose(field: Field) -> dict[str, Any]:
    """Return the schema that sound answers are checked with: which rows and cells are needed is asked elsewhere."""
    if not field.columns:
        return field.spec
    return {"type": "array", "items": {"type": "object", "properties": {c.key: c.spec for c in field.columns}}}


def json_schema(form: "Form") -> dict[str, Any]:
    """Return the whole form; see `Form.json_schema`."""

    def asked(key: str) -> dict[str, Any] | None:
        field = form.fields[key]
        return _all_of([c for c in (form.page(field.page).when, field.when) if c], form.fields, asked)

    needed, sometimes = _required(list(form.fields.values()), asked)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {key: {"title": field.label.zh, **_published(field)} for key, field in form.fields.items()},
        "required": needed,
        "additionalProperties": False,
    }
    return schema | ({"allOf": sometimes} if sometimes else {})


def _all_of(conditions: list[Condition], fields: Mapping[str, Field], asked: Asked) -> dict[str, Any] | None:
    if not conditions:
        return None
    schemas = [as_schema(c, lambda key: fields[key].shape, asked) for c in conditions]
    return schemas[0] if len(schemas) == 1 else {"allOf": schemas}


def _required(fields: list[Field], asked: Asked) -> tuple[list[str], list[dict[str, Any]]]:
    always, sometimes = [], []
    for field in fields:
        if field.required and (when := asked(field.key)):
            sometimes.append({"if": when, "then": {"required": [field.key]}})
        elif field.required:
            always.append(field.key)
    return always, sometimes


def _published(field: Field) -> dict[str, Any]:
    """Return the schema of one answer. A row says which cells it needs, as far as the row itself decides it."""
    if field.parts:
        return {**field.spec, "required": list(field.parts)}
    if not field.columns:
        return field.spec
    columns = {column.key: column for column in field.columns}

    def asked(key: str) -> dict[str, Any] | None:
        when = columns[key].when
        return _all_of([when] if when else [], columns, asked)

    own = [c for c in field.columns if not c.when or all(leaf.field in columns for leaf in c.when.leaves())]
    needed, sometimes = _required(own, asked)
    row: dict[str, Any] = {
        "type": "object",
        "properties": {key: {"title": column.label.zh, **_published(column)} for key, column in columns.items()},
        "required": needed,
        "additionalProperties": False,
    }
    least = {"minItems": max(field.min_items, 1 if field.required else 0)}
    return {"type": "array", "items": row | ({"allOf": sometimes} if sometimes else {}), **least,
            "maxItems": field.max_items}  # fmt: skip
