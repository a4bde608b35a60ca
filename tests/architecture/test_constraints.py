"""Rule 8: the database keeps the promise. Every constraint is tried: a sound row gets in, one that breaks it does not.

A unique constraint is tried without a word here. A check needs the values that break it, in CHECKS below; a new one
without them fails the build.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from tests.architecture.rows import FILL, NOON, row

CHECKS: dict[str, list[dict[str, Any]]] = {
    "only_a_province_has_no_parent": [{"level": 2}, {"level": 1, "parent": FILL}],
    "a_real_name_rests_on_a_checked_document": [
        {"level": 2},
        {"level": 3, "id_number_index": b"0123456789abcdef"},
        {"level": 3, "checked_at": NOON},
    ],
    "a_certificate_has_one_holder": [{"holder_person": None}, {"holder_firm": FILL}],
    "a_certificate_counts_only_once_signed": [{"state": "valid"}, {"state": "revoked"}],
    "a_case_has_an_acceptance_time_once_accepted": [{"state": "accepted"}, {"state": "in_review"}],
    "a_case_has_a_decision_time_once_decided": [{"state": "granted", "accepted_at": NOON}],
    "a_case_has_a_closing_time_once_it_is_closed": [{"is_open": False}, {"closed_at": NOON}],
    "a_promise_is_never_later_than_the_law": [
        {"legal_due_on": NOON.date(), "promised_due_on": NOON.date() + dt.timedelta(days=1)}
    ],
    "a_material_is_a_paper_or_a_certificate": [{"paper_id": None}, {"certificate_id": uuid.UUID(int=1)}],
}
"""Check → rows that it has to keep out, each as what differs from a sound row."""

OURS = [m for m in apps.get_models() if m.__module__.startswith("yiwang.") and m._meta.managed]
UNIQUES = {c.name: (m, c) for m in OURS for c in m._meta.constraints if isinstance(c, models.UniqueConstraint)}
CHECKED = {c.name: (m, c) for m in OURS for c in m._meta.constraints if isinstance(c, models.CheckConstraint)}


def leaves(condition: models.Q) -> Iterator[tuple[str, Any]]:
    """Yield the (lookup, value) pairs of a condition."""
    for child in condition.children:
        yield from leaves(child) if isinstance(child, models.Q) else [child]


def under(constraint: models.UniqueConstraint) -> dict[str, Any]:
    """Return what a row must hold to fall under a unique constraint."""
    given: dict[str, Any] = dict.fromkeys(constraint.fields, FILL)
    for lookup, value in leaves(constraint.condition or models.Q()):
        column, _, test = lookup.partition("__")
        if test == "isnull":
            given[column] = None if value else FILL
        elif not test:
            given[column] = value
    return given


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(UNIQUES))
def test_what_is_there_once_cannot_be_there_twice(name: str) -> None:
    model, constraint = UNIQUES[name]
    given = under(constraint)
    first = row(model._meta.label, **given)
    row(model._meta.label, **given)  # another one, with values of its own
    twice = {column: getattr(first, column) for column in constraint.fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        row(model._meta.label, **(given | twice))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "broken"), [(name, broken) for name in sorted(CHECKS) for broken in CHECKS[name]])
def test_what_must_hold_cannot_be_broken(name: str, broken: dict[str, Any]) -> None:
    model, _ = CHECKED[name]
    row(model._meta.label)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row(model._meta.label, **broken)


def test_every_check_is_tried() -> None:
    assert set(CHECKS) == set(CHECKED), "say in CHECKS which rows it keeps out"
