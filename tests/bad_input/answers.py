"""Answers that fit a form, made from the form alone: whatever kinds of fields there are, now or later."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from yiwang.domains.identity.tests.factories import credit_code, id_number
from yiwang.foundation.forms import Field, Form, Page

FITTING = {
    "date": lambda chance: (dt.date(2026, 1, 5) + dt.timedelta(days=chance.randrange(60))).isoformat(),
    "phone": lambda chance: "19900000001",
    "email": lambda chance: "someone@demo.example",
    "citizen-id": lambda chance: id_number(),
    "credit-code": lambda chance: credit_code(),
    "region": lambda chance: "330106",
}
WORDS = [
    "演示甲乙丙丁",
    "ZL2020123456789",
    "330106",
    "A12345678",
    "1234567890",
    "12345678",
    "2026-0001",
    "100",
    "演A12345",
    "123456789012",
]


def fitting(spec: dict[str, Any], chance: Random, paper: str) -> Any:
    """Return a value for one property of a JSON Schema."""
    if "const" in spec:
        return spec["const"]
    if "enum" in spec:
        return chance.choice(spec["enum"])
    match spec.get("type", "object" if "properties" in spec else "string"):
        case "boolean":
            return True
        case "integer" | "number":
            low = spec.get("minimum", spec.get("exclusiveMinimum", 0) + spec.get("multipleOf", 1))
            high = spec.get("maximum", spec.get("exclusiveMaximum", low + 1000))
            return min(low + spec.get("multipleOf", 1) * chance.randrange(3), high)
        case "array":
            wanted = max(spec.get("minItems", 1), 1)
            return [fitting(spec.get("items", {}), chance, paper) for _ in range(wanted)]
        case "object":
            return {key: fitting(one, chance, paper) for key, one in spec.get("properties", {}).items()}
    if spec.get("format") == "paper":
        return paper
    if spec.get("format") in FITTING:
        return FITTING[spec["format"]](chance)
    word = chance.choice(WORDS) if "pattern" in spec else WORDS[0]
    return word.ljust(spec.get("minLength", 0), "乙")[: spec.get("maxLength", 200)]


def guesses(form: Form, paper: str, times: int = 60) -> Iterator[dict[str, Any]]:
    """Yield answers to everything that a form asks, each time with other choices."""
    for seed in range(times):
        chance, answers = Random(seed), dict[str, Any]()
        for key, one in form.fields.items():
            answers[key] = added_up(one, fitting(one.spec, chance, paper), answers)
        yield answers


def added_up(field: Field, value: Any, answers: dict[str, Any]) -> Any:
    """Return rows whose column adds up to what the form wants; any other answer as it is."""
    rule = field.total
    wanted = None if rule is None else rule.equals if rule.equals is not None else answers.get(rule.field)
    if rule is None or wanted is None:
        return value
    first, *others = value
    return [first | {rule.column: wanted - sum(row[rule.column] for row in others)}, *others]


def sound_answers(form: Form, paper: str) -> dict[str, Any]:
    """Return answers that may be handed in, or as nearly so as chance found them."""
    best: tuple[int, dict[str, Any]] = (10_000, {})
    for answers in guesses(form, paper):
        kept = form.prune(answers)
        faults = len(form.problems(kept))
        if faults < best[0]:
            best = (faults, kept)
        if not faults:
            break
    return best[1]


def answers_for_page(form: Form, page: Page, paper: str) -> dict[str, Any] | None:
    """Return answers that bring up a page, with as many of its fields as chance found; None where none do."""
    best: tuple[int, dict[str, Any] | None] = (0, None)
    for answers in guesses(form, paper):
        shown = sum(one.page == page.key for one in form.visible_fields(answers))
        if shown > best[0]:
            best = (shown, answers)
        if shown == len(page.fields):
            break
    return best[1]
