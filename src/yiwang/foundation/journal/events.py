"""What others may hear of the journal itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FactTriedAgain:
    """An operator sent a set-aside fact to its handler once more."""

    consumer: str
    entry_id: int
