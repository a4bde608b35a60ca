"""The published table of states and steps, read as data, and followed."""

import json
from dataclasses import dataclass
from pathlib import Path

from yiwang_verify.store import Unreadable

PUBLISHED = Path(__file__).resolve().parents[1] / "yiwang" / "domains" / "cases" / "procedure" / "table.json"


@dataclass(frozen=True)
class Step:
    """One row of the table."""

    event: str
    sources: frozenset[str | None]
    target: str
    actors: frozenset[str]
    fact: str
    document: str | None
    stops: str
    """The clock that it ends, or `all`, or nothing."""
    starts: str
    from_receipt: bool = False
    """Whether the clock that it starts counts from the day on which the one that it ends had begun."""
    effect: str = ""
    """`pause`, `continue` or `extend` for a clock that runs on."""


class Table:
    """States, steps and final states."""

    def __init__(self, path: Path) -> None:
        """Read the table.

        Raises:
            Unreadable: where the file is missing or is not such a table.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            self.states = frozenset(raw["states"])
            self.final = frozenset(raw["final"])
            steps = [_step(row) for row in raw["arrows"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"the published table {path} cannot be read ({error}): give --table") from error
        self._by_fact: dict[str, list[Step]] = {}
        for step in steps:
            self._by_fact.setdefault(step.fact, []).append(step)

    @property
    def facts(self) -> frozenset[str]:
        """The kinds of fact that move a case."""
        return frozenset(self._by_fact)

    def steps(self, state: str | None, fact: str) -> list[Step]:
        """Return the steps that this fact can stand for in this state; none where the law knows no such step."""
        return [step for step in self._by_fact.get(fact, ()) if state in step.sources]


def _step(row: dict) -> Step:
    clocks = {words.split()[0]: words.split()[1] for words in (row["clock"] or "").split(", ") if words}
    return Step(
        event=row["event"],
        sources=frozenset(row["from"]),
        target=row["to"],
        actors=frozenset(name if name in {"person", "system"} else "staff" for name in row["actors"]),
        fact=row["fact"],
        document=row["document"],
        stops=clocks.get("end", ""),
        starts=clocks.get("start", ""),
        from_receipt="from receipt" in (row["clock"] or ""),
        effect=next((word for word in ("pause", "continue", "extend") if word in clocks), ""),
    )
