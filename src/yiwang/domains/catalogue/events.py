"""What others may hear of the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemsPublished:
    """These items have a new version, or stand elsewhere: it counts from now on; running drafts keep their version."""

    item_codes: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ItemStateChanged:
    """An item was suspended, withdrawn, opened again, or given a closing time."""

    item_code: str
    state: str


@dataclass(frozen=True)
class LifeEventsLoaded:
    """The stages under which items are gathered were entered."""

    keys: tuple[str, ...]
