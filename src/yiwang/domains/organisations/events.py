"""What others may hear of offices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OfficesLoaded:
    """Offices were entered or changed."""

    added: int
    changed: int
