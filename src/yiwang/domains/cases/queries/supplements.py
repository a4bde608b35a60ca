"""What was asked for after acceptance (依法补充): which questions are open, which things want a paper, what is missing."""

from collections.abc import Collection, Mapping
from typing import Any

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.procedure import more_items
from yiwang.foundation.forms import Form

MORE = "more-"
"""How the material of a paper begins that was handed in for a thing that no question of the form stands for."""

Items = list[dict[str, str]]


def more_open(form: Form, items: Items, before: Mapping[str, Any]) -> list[str]:
    """Return the questions that are open again: those that were asked about and stand on the form as it was sent."""
    asked = {one["field"] for one in items}
    return [field.key for field in form.visible_fields(before) if field.key in asked]


def more_loose(form: Form, items: Items, before: Mapping[str, Any]) -> list[tuple[int, dict[str, str]]]:
    """Return the things, each with its number from 1, that a paper of their own is handed in for."""
    open_ = more_open(form, items, before)
    return [(number, one) for number, one in enumerate(items, 1) if one["field"] not in open_]


def more_closed(form: Form, items: Items, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the questions that were changed although nobody asked; those that a changed answer brings up are free."""
    open_ = more_open(form, items, before)
    stood = {field.key for field in form.visible_fields(before)}
    old, new = form.prune(before), form.prune(after)
    still = (field.key for field in form.visible_fields(after) if field.key in stood)
    return [key for key in still if key not in open_ and old.get(key) != new.get(key)]


def more_missing(
    form: Form, items: Items, before: Mapping[str, Any], after: Mapping[str, Any], handed_in: Collection[int]
) -> Items:
    """Return the things that have not come: the answer is as it was, or there is no paper."""
    return unchanged(form, items, before, after) + [
        one for number, one in more_loose(form, items, before) if number not in handed_in
    ]


def unchanged(form: Form, items: Items, before: Mapping[str, Any], after: Mapping[str, Any]) -> Items:
    """Return the things of these whose question is answered as it was before."""
    open_ = more_open(form, items, before)
    old, new = form.prune(before), form.prune(after)
    return [one for one in items if one["field"] in open_ and old.get(one["field"]) == new.get(one["field"])]


def more_names(case: Case) -> dict[str, str]:
    """Return material → what it was asked for as, of the papers that came for things that no question stands for."""
    return {f"{MORE}{number}": one["text"] for number, one in enumerate(more_items(case), 1)}
