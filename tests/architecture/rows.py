"""Rows that hold nothing in particular, to try constraints with. Tests of behaviour use the factories of their domain."""

import datetime as dt
import itertools
import uuid
from typing import Any

from django.apps import apps
from django.db import models

FILL = object()
"""As a value: put something there although nothing has to be."""

NOON = dt.datetime(2026, 3, 18, 4, tzinfo=dt.UTC)
_count = itertools.count(1)

SOUND: dict[str, dict[str, Any]] = {
    "regions.Region": {"level": 1},
    "certificates.Certificate": {"holder_person": FILL},
    "joint_cases.JointPart": {"state": "waiting"},
    "cases.CasePaper": {"paper_id": FILL},
    "halls.Reception": {"assurance": 3},
    "rules.AutomaticDecision": {"outcome": "person"},
    "payments.Charge": {"total_fen": 7, "payable_fen": 7},
    "payments.ChargeLine": {"amount_fen": 7},
    "payments.Payment": {"state": "paid", "paid_at": NOON, "trade_number": FILL},
}
"""What a row needs, beyond its columns that must be filled, to be sound."""


def row(label: str, **values: Any) -> models.Model:
    """Store a row with these values and something fitting in every other column that needs it."""
    model = apps.get_model(label)
    values = SOUND.get(model._meta.label, {}) | values
    for field in model._meta.local_concrete_fields:
        if values.get(field.name) is FILL or (field.name not in values and needs(field)):
            values[field.name] = something(field)
    return model._base_manager.create(**values)


def needs(field: models.Field) -> bool:
    """Whether a column has to be given a value."""
    made = isinstance(field, models.AutoField | models.BigAutoField) or getattr(field, "auto_now_add", False)
    return not (field.null or field.has_default() or made or (field.blank and not field.primary_key))


def something(field: models.Field) -> Any:
    """Return a value that fits a column, another one each time where the column allows it."""
    number = next(_count)
    if isinstance(field, models.ForeignKey):
        return row(field.related_model._meta.label)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.DateTimeField):
        return NOON
    if isinstance(field, models.DateField):
        return NOON.date() + dt.timedelta(days=number)
    if isinstance(field, models.BinaryField):
        return number.to_bytes(16, "big")
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.IntegerField):
        return number
    width = field.max_length or 20
    return str(number).zfill(min(width, 12))[-width:]
