"""Insert one row at the cost of its statement: for the few hot actions whose rows go through the ORM too slowly."""

from functools import cache
from typing import Any

from django.db import connection, models


@cache
def _statement(model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(model._meta.local_concrete_fields)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})", fields  # noqa: S608  (names of our own model)


def insert(*rows: models.Model, ignore_conflicts: bool = False) -> int:
    """Insert rows whose primary keys are set, one statement each; return how many stand now that did not before.

    Every value is prepared by its field, as the ORM does; defaults of the model hold. No signals, no refresh.
    """
    added = 0
    with connection.cursor() as cursor:
        for row in rows:
            statement, fields = _statement(type(row))
            if ignore_conflicts:
                statement += " ON CONFLICT DO NOTHING"
            cursor.execute(statement, [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields])
            added += cursor.rowcount
    return added
