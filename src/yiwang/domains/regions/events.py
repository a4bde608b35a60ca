"""What others may hear of regions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RegionsLoaded:
    """Divisions were entered or renamed."""

    added: int
    renamed: int
