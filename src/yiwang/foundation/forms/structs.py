"""What a compiled form is made of: fields, pages, problems, and what was read from a page."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from yiwang.foundation.forms.conditions import Condition
from yiwang.foundation.forms.texts import Text

Widget = Literal[
    "text", "textarea", "number", "money", "date", "radio", "select", "checkboxes", "checkbox", "region", "upload",
    "phone", "email", "citizen_id", "credit_code",
]  # fmt: skip

MAX_NUMBER = 10**15
INPUT_MODES = {"number": "decimal", "money": "decimal", "phone": "tel", "email": "email"}
GROUPS = frozenset({"radio", "checkboxes", "date"})


class Option(msgspec.Struct, frozen=True):
    """One answer that may be chosen."""

    value: str
    label: Text
    hint: Text | None = None


class Field(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One question: what the template draws and what the validator checks."""

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

    @property
    def shape(self) -> str:
        """The JSON type of the answer: string, number, integer, boolean or array."""
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
        """How many boxes or files an answer may have; 0 where this does not apply."""
        return int(self.spec.get("maxItems", 0))

    @property
    def inputmode(self) -> str:
        """Which keyboard a phone should show."""
        return "numeric" if self.widget == "number" and self.shape == "integer" else INPUT_MODES.get(self.widget, "")

    @property
    def is_group(self) -> bool:
        """Tell whether the field is drawn as a fieldset with a legend."""
        return self.widget in GROUPS

    @property
    def anchor(self) -> str:
        """The id of the first control, where the error summary and 修改 lead."""
        return f"f-{self.key}" + {"radio": "-1", "checkboxes": "-1", "date": "-year"}.get(self.widget, "")

    def typed(self, value: Any) -> Any:
        """Return an answer as it stands in the controls: a text, a list, or the three boxes of a date."""
        if self.widget == "date":
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

    `message` stands beside the field (how to fix it, then what was entered); `short` in the error summary, where it
    links to `anchor`.
    """

    field: str
    pointer: str
    code: str
    message: Text
    short: Text
    anchor: str = ""


class PageInput(msgspec.Struct, frozen=True, kw_only=True):
    """What one posted page says.

    `values` holds what could be read, `raw` what was typed (shown again when wrong), `answers` all answers so far with
    this page's values in place: what a draft stores. Hidden ones stay in it, for the reader may turn back; `Form.prune`
    drops them when the answers are submitted. `revealed` are fields that these values bring up and that the
    reader has not seen yet; `removed` are papers taken off.
    """

    values: dict[str, Any]
    problems: list[Problem]
    raw: dict[str, Any]
    answers: dict[str, Any]
    revealed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    asked_to_stay: bool = False

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
