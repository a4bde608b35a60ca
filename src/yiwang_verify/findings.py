"""What a rule found, and what all rules share."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from yiwang_verify.keyring import Keyring
from yiwang_verify.store import Store
from yiwang_verify.table import Table

SHOWN = 10
"""How many breaches of a rule are kept in words; the others are counted."""


@dataclass
class Findings:
    """One rule's result."""

    number: int
    name: str
    title: str
    checked: int = 0
    broken: int = 0
    breaches: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def breach(self, text: str) -> None:
        """Count a breach, and keep the first ones in words."""
        self.broken += 1
        if len(self.breaches) < SHOWN:
            self.breaches.append(text)

    def require(self, holds: bool, text: str) -> bool:
        """Count a breach unless it holds; return whether it does."""
        if not holds:
            self.breach(text)
        return holds

    def note(self, text: str) -> None:
        """Tell something that an operator should look at, and that breaks no promise."""
        self.notes.append(text)


@dataclass(frozen=True)
class Settings:
    """How patient the rules are, in seconds, and what they are given beside the store."""

    now: dt.datetime
    sealing_grace: int = 60
    intent_grace: int = 60
    waiting_grace: int = 18_370
    orphan_grace: int = 3_600
    ledger: Path | None = None
    anchor: Path | None = None

    def before(self, seconds: int) -> dt.datetime:
        """Return the moment so many seconds ago."""
        return self.now - dt.timedelta(seconds=seconds)


@dataclass(frozen=True)
class Evidence:
    """All that a rule may look at."""

    store: Store
    keyring: Keyring
    folder: Path
    table: Table
    settings: Settings
