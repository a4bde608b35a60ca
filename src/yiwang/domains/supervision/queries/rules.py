"""Read the rules: those that come with the program, and over each of them the version that was set last."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from yiwang.domains.supervision.models import CardRule

_SHIPPED = Path(__file__).resolve().parent.parent / "data" / "rules.json"


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(_SHIPPED.read_text(encoding="utf-8")))


def all_rules() -> list[CardRule]:
    """Return every rule in the version that counts now, in order; they are public."""
    latest = {rule.key: rule for rule in CardRule.objects.order_by("version")}
    found = [latest.get(values["key"]) or CardRule(**values) for values in _shipped()]
    return sorted(found, key=lambda rule: rule.position)


def rules_in_force() -> list[CardRule]:
    """Return the rules that are switched on, in their order."""
    return [rule for rule in all_rules() if rule.is_on]


def rule_of(key: str, version: int) -> CardRule | None:
    """Return one version of a rule: the one that showed a card."""
    if version > 1:
        return CardRule.objects.filter(key=key, version=version).first()
    return next((CardRule(**values) for values in _shipped() if values["key"] == key), None)


def versions_of(key: str) -> list[CardRule]:
    """Return the later versions of a rule, the newest first, with who set them."""
    return list(CardRule.objects.filter(key=key).select_related("changed_by").order_by("-version")[:50])
