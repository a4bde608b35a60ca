"""What a database driver gave for a column, as Python has it: for the few statements that go round the ORM."""

import datetime as dt
from typing import Any


def moment(value: Any) -> dt.datetime | None:
    """Return a time, aware, in UTC where the driver says no zone."""
    if value is None:
        return None
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def date(value: Any) -> dt.date | None:
    """Return a date."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
