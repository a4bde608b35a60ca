"""When a page or a field is asked: conditions over the answers before it.

`{field: k, equals: v}`, `{field: k, in: [v, …]}`, `{field: k, filled: true}`, `{all: […]}`, `{any: […]}`, `{not: …}`.
For boxes that take several answers, `equals` and `in` hold when one of the ticked boxes is meant.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal
from unicodedata import category

import msgspec

MAX_DEPTH = 8
MAX_LOOKED_AT = 50_000
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_SCALARS = (str, bool, int, float)


class Condition(msgspec.Struct, frozen=True):
    """One parsed condition. `values` belongs to `in`, `parts` to `all`, `any` and `not`."""

    op: Literal["in", "filled", "all", "any", "not"]
    field: str = ""
    values: tuple[Any, ...] = ()
    parts: tuple["Condition", ...] = ()

    def leaves(self) -> Iterator["Condition"]:
        """Yield every part that looks at a field."""
        if self.field:
            yield self
        for part in self.parts:
            yield from part.leaves()


def parse(raw: Any, complain: Callable[[str], None], depth: int = 0) -> Condition | None:
    """Read a condition; what is wrong goes to `complain`, and nothing is returned then."""
    if not isinstance(raw, dict) or depth > MAX_DEPTH:
        complain("a condition is a mapping, at most eight deep")
        return None
    match sorted(map(str, raw)):
        case ["all"] | ["any"]:
            op: Any = next(iter(raw))
            if not isinstance(raw[op], list) or not raw[op]:
                complain(f"'{op}' needs a list of conditions")
                return None
            parts = [parse(part, complain, depth + 1) for part in raw[op]]
            known = tuple(part for part in parts if part)
            return Condition(op, parts=known) if len(known) == len(parts) else None
        case ["not"]:
            part = parse(raw["not"], complain, depth + 1)
            return Condition("not", parts=(part,)) if part else None
        case ["equals", "field"] | ["field", "in"] | ["field", "filled"]:
            return _leaf(raw, complain)
        case keys:
            complain(f"unknown condition {keys}: use field with equals, in or filled, or all, any, not")
            return None


def _leaf(raw: dict[str, Any], complain: Callable[[str], None]) -> Condition | None:
    field = raw["field"]
    if not isinstance(field, str) or not field:
        complain("'field' needs the key of a field")
        return None
    if "filled" in raw:
        if not isinstance(raw["filled"], bool):
            complain("'filled' is true or false")
            return None
        leaf = Condition("filled", field)
        return leaf if raw["filled"] else Condition("not", parts=(leaf,))
    values = [raw["equals"]] if "equals" in raw else raw["in"]
    if not isinstance(values, list) or not values or not all(isinstance(v, _SCALARS) for v in values):
        complain("'equals' takes one plain value, 'in' a list of them")
        return None
    return Condition("in", field, tuple(values))


def is_blank(value: Any, depth: int = 0) -> bool:
    """Tell whether an answer says nothing: absent, no visible character, an empty list, or rows and parts that say nothing."""
    if value is None:
        return True
    if isinstance(value, str):
        if value[:1].isalnum():
            return False  # the usual case, and a quick one
        return not any(category(c) not in _UNSEEN and c not in _FILLERS for c in value[:MAX_LOOKED_AT])
    if isinstance(value, list):
        return depth < MAX_DEPTH and all(isinstance(one, dict) and is_blank(one, depth + 1) for one in value)
    return isinstance(value, dict) and depth < MAX_DEPTH and all(is_blank(one, depth + 1) for one in value.values())


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return isinstance(one, _SCALARS) and one == other


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Tell whether the condition holds for these answers, which must be the visible ones only."""
    match condition.op:
        case "all":
            return all(holds(part, answers) for part in condition.parts)
        case "any":
            return any(holds(part, answers) for part in condition.parts)
        case "not":
            return not holds(condition.parts[0], answers)
    value = answers.get(condition.field)
    if condition.op == "filled":
        return value is not False and not is_blank(value)
    if isinstance(value, str):
        return value in condition.values
    given = value if isinstance(value, list) else [value]
    return any(_same(one, other) for one in given for other in condition.values)


def as_schema(
    condition: Condition, shape: Callable[[str], str], visible: Callable[[str], dict[str, Any] | None]
) -> dict[str, Any]:
    """Return the condition as JSON Schema, for an `if`.

    `shape` gives the JSON type of a field, `visible` the schema under which a field is asked (None: always).
    """
    if condition.op == "not":
        return {"not": as_schema(condition.parts[0], shape, visible)}
    if condition.op in ("all", "any"):
        return {condition.op + "Of": [as_schema(part, shape, visible) for part in condition.parts]}
    key, kind = condition.field, shape(condition.field)
    if condition.op == "in":
        wanted: dict[str, Any] = {"enum": list(condition.values)}
        wanted = {"type": "array", "contains": wanted} if kind == "array" else wanted
    else:
        filled: dict[str, dict[str, Any]] = {
            "string": {"minLength": 1},
            "array": {"minItems": 1},
            "object": {"minProperties": 1},
            "boolean": {"const": True},
        }
        wanted = filled.get(kind, {})
    leaf = {"required": [key], "properties": {key: wanted}}
    asked = visible(key)
    return {"allOf": [asked, leaf]} if asked else leaf
