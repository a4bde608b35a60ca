"""Two conditions, two schemas: what holds for both, or for one of them."""

from collections.abc import Callable, Mapping
from typing import Any

Rule = Any
"""A raw condition, or True (always) or False (never)."""

_HIGHER = frozenset({"minLength", "minimum", "exclusiveMinimum", "minItems"})
_LOWER = frozenset({"maxLength", "maximum", "exclusiveMaximum", "maxItems"})


def all_of(*rules: Rule) -> Rule:
    """Return the rule that holds where all of these hold."""
    if any(rule is False for rule in rules):
        return False
    some = [rule for rule in rules if rule is not True]
    return True if not some else some[0] if len(some) == 1 else {"all": some}


def any_of(*rules: Rule) -> Rule:
    """Return the rule that holds where one of these holds."""
    if any(rule is True for rule in rules):
        return True
    some: list[Rule] = []
    for rule in rules:
        if rule is not False and rule not in some:
            some.append(rule)
    return False if not some else some[0] if len(some) == 1 else {"any": some}


def stricter(one: dict[str, Any], other: Mapping[str, Any], complain: Callable[[str], None]) -> dict[str, Any]:
    """Return the schema of an answer that satisfies both; that they ask for different things goes to `complain`."""
    if kind_of(one) != kind_of(other):
        complain(f"{kind_of(one)} and {kind_of(other)} cannot be one question")
        return one
    found = dict(one)
    for name, limit in other.items():
        if name in _HIGHER:
            found[name] = max(limit, found.get(name, limit))
        elif name in _LOWER:
            found[name] = min(limit, found.get(name, limit))
        elif name == "pattern" and found.setdefault("pattern", limit) != limit:
            complain("two patterns cannot be one question")
    return found


def kind_of(spec: Mapping[str, Any]) -> str:
    """Return what sort of answer a schema takes, without its limits."""
    type_of = spec.get("type") or ("boolean" if "const" in spec else "string" if "enum" in spec else "")
    items = spec.get("items") or {}
    return " ".join(str(one) for one in (type_of, spec.get("format"), items.get("format"), items.get("type")) if one)


def values_of(spec: Mapping[str, Any]) -> list[Any] | None:
    """Return the answers that may be chosen; None where anything may be written."""
    return (spec.get("items") or {}).get("enum") if spec.get("type") == "array" else spec.get("enum")
