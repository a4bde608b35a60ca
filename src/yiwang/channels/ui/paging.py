"""Where the next page of a list begins, as its address says it."""

from datetime import datetime


def moment_of(text: str) -> datetime | None:
    """Return the moment that an address names, aware; None where it names none. A + may have become a space on its way."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None
