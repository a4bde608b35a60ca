"""What a compiled form is made of: fields, pages, problems, and what was read from a page."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

from yiwang.foundation.forms.conditions import Condition
from yiwang.foundation.forms.texts import Text

Widget = Literal[
    "text", "textarea", "number", "money", "date", "radio", "select", "checkboxes", "checkbox", "region", "upload",
    "phone", "email", "citizen_id", "credit_code", "address", "organisation", "group", "table",
]  # fmt: skip

MAX_NUMBER = 10**15
INPUT_MODES = {"number": "decimal", "money": "decimal", "phone": "tel", "email": "email"}
FIELDSETS = frozenset({"radio", "checkboxes", "date", "address", "organisation", "group", "table"})
PARTS = {"address": ("region", "detail"), "organisation": ("name", "credit_code")}
"""Widgets whose answer is an object, and its parts; each part has a box of its own, `<key>-<part>`."""
PART_FIELDS: dict[str, tuple[Widget, Text, dict[str, Any]]] = {
    "region": ("region", Text("省、市、区县、街道", "Province, city, county, street"), {"type": "string", "format": "region"}),
    "detail": ("text", Text("路名、门牌号", "Road and number"), {"type": "string", "minLength": 2, "maxLength": 200}),
    "name": ("text", Text("单位名称", "Name of the organisation"), {"type": "string", "minLength": 2, "maxLength": 200}),
    "credit_code": ("credit_code", Text("统一社会信用代码", "Unified social credit code"),
                    {"type": "string", "format": "credit-code"}),
}  # fmt: skip
"""Part → how it is asked."""
FIRST_BOX = {"radio": "-1", "checkboxes": "-1", "date": "-year", "address": "-region", "organisation": "-name"}


class Option(msgspec.Struct, frozen=True):
    """One answer that may be chosen."""

    value: str
    label: Text
    hint: Text | None = None


class Total(msgspec.Struct, frozen=True):
    """The sum of one column: shown under the rows, and where something is known of it, checked.

    `equals` is the number that it has to be, `field` the key of a question before whose answer it has to be.
    """

    column: str
    equals: int | float | None = None
    field: str = ""


class Field(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One question: what the template draws and what the validator checks.

    A group or a table asks its `columns` once for each row. The key of one cell is `<key>-<row>-<column>`, with the row
    counted from 0: so its controls are named, and so problems and the error summary find it.
    """

    key: str
    page: str
    label: Text
    widget: Widget
    spec: dict[str, Any]
    required: bool = False
    hint: Text | None = None
    unit: Text | None = None
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    prefill: str = ""
    material: str = ""
    error: Text | None = None
    when: Condition | None = None
    raw_when: Any = None
    columns: tuple["Field", ...] = ()
    entry: Text | None = None
    total: Total | None = None

    @property
    def is_rows(self) -> bool:
        """Tell whether the answer is a list of rows: a group (one entry a page) or a table."""
        return bool(self.columns)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of an answer that is an object; none for any other."""
        return PARTS.get(self.widget, ())

    @property
    def top(self) -> str:
        """The key of the question that this belongs to: its own, or for a cell that of its group."""
        return self.key.partition("-")[0]

    @property
    def scope(self) -> str:
        """What the keys of the other cells of the same row begin with; empty for what is no cell."""
        return self.key.rpartition("-")[0]

    @property
    def shape(self) -> str:
        """The JSON type of the answer: string, number, integer, boolean, array or object."""
        return str(self.spec["type"])

    @property
    def max_length(self) -> int:
        """How many characters an answer may have; 0 where this does not apply."""
        return int(self.spec.get("maxLength", 0))

    @property
    def is_limited(self) -> bool:
        """Tell whether the reader should know the greatest length before writing."""
        return self.widget == "textarea" and self.max_length <= 2000

    @property
    def max_items(self) -> int:
        """How many boxes, files or rows an answer may have; 0 where this does not apply."""
        return int(self.spec.get("maxItems", 0))

    @property
    def min_items(self) -> int:
        """How many boxes, files or rows an answer needs at least."""
        return int(self.spec.get("minItems", 0))

    @property
    def inputmode(self) -> str:
        """Which keyboard a phone should show."""
        return "numeric" if self.widget == "number" and self.shape == "integer" else INPUT_MODES.get(self.widget, "")

    @property
    def is_group(self) -> bool:
        """Tell whether the field is drawn as a fieldset with a legend."""
        return self.widget in FIELDSETS

    @property
    def anchor(self) -> str:
        """The id of the first control, where the error summary and 修改 lead."""
        return f"f-{self.key}{FIRST_BOX.get(self.widget, '')}"

    def cell(self, row: int, column: "Field") -> "Field":
        """Return one cell of this group or table, ready to be drawn and checked."""
        return msgspec.structs.replace(column, key=f"{self.key}-{row}-{column.key}", entry=self.entry)

    def part(self, name: str) -> "Field":
        """Return one part of an answer that is an object, as a question of its own."""
        widget, label, spec = PART_FIELDS[name]
        return Field(key=f"{self.key}-{name}", page=self.page, label=label, widget=widget, spec=spec, required=True,
                     entry=self.entry)  # fmt: skip

    def rows(self, value: Any) -> list[dict[str, Any]]:
        """Return the rows of an answer; what is no row is an empty one, so that counting stays true."""
        return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, list) else []

    def typed(self, value: Any) -> Any:
        """Return an answer as it stands in the controls: a text, a list, or one text for each of several boxes."""
        if self.is_rows:
            return self.rows(value)
        if self.parts:
            given = value if isinstance(value, Mapping) else {}
            return {part: one if isinstance(one := given.get(part), str) else "" for part in self.parts}
        if self.widget == "date":
            if isinstance(value, Mapping):  # as it was typed: a text for each box
                return {k: one if isinstance(one := value.get(k), str) else "" for k in ("year", "month", "day")}
            parts = value.split("-") if isinstance(value, str) and value.count("-") == 2 else ("", "", "")
            return {k: v.lstrip("0") for k, v in zip(("year", "month", "day"), parts, strict=True)}
        if self.shape == "array":
            return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
        if isinstance(value, bool):
            return "true" if value else ""
        if isinstance(value, int | float):
            if self.shape not in ("integer", "number") or not abs(value) <= MAX_NUMBER:
                return ""
            is_fen = self.widget == "money" and isinstance(value, int)
            return yuan(int(value)).replace(",", "") if is_fen else number_text(value)
        return value if isinstance(value, str) else ""


class Page(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One screen: one subject, a few fields."""

    key: str
    title: Text
    hint: Text | None = None
    fields: tuple[Field, ...] = ()
    when: Condition | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to change. `code` is stable, `pointer` a JSON Pointer (RFC 6901) into the answers.

    `field` is the key of the question, or of the cell: `members-2-id_number` where `pointer` is `/members/2/id_number`.
    `message` stands beside the field (how to fix it, then what was entered); `short` in the error summary, where it
    links to `anchor`.
    """

    field: str
    pointer: str
    code: str
    message: Text
    short: Text
    anchor: str = ""

    @property
    def top(self) -> str:
        """The key of the question that has the problem, also where it lies in one cell of it."""
        return self.field.partition("-")[0]


class PageInput(msgspec.Struct, frozen=True, kw_only=True):
    """What one posted page says.

    `values` holds what could be read, `raw` what was typed (shown again when wrong), `answers` all answers so far with
    this page's values in place: what a draft stores. Hidden ones stay in it, for the reader may turn back; `Form.prune`
    drops them when the answers are submitted. `revealed` are fields that these values bring up and that the
    reader has not seen yet; `removed` are papers taken off; `unreadable` are questions whose answer stands in `raw` only.
    """

    values: dict[str, Any]
    problems: list[Problem]
    raw: dict[str, Any]
    answers: dict[str, Any]
    revealed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    asked_to_stay: bool = False
    unreadable: tuple[str, ...] = ()

    @property
    def by_field(self) -> dict[str, Problem]:
        """The problem of each field that has one."""
        return {one.field: one for one in self.problems}

    @property
    def stay(self) -> bool:
        """Tell whether to show the same page again although nothing is wrong with what was typed."""
        return bool(self.revealed or self.removed or self.asked_to_stay)


def number_text(value: int | float) -> str:
    """Return a number as people write it: no exponent, no trailing zeros."""
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}".removesuffix(".0")


def yuan(fen: int) -> str:
    """Return an amount of fen in yuan, with thousands marked and cents only where there are any."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}" + (f".{cents:02}" if cents else "")
