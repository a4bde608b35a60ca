"""Load a catalogue from a file: read, publish in batches, index. A million items pass through in bounded memory."""

import sys
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from yiwang.domains.catalogue.actions import publish_items
from yiwang.domains.catalogue.events import ItemsPublished
from yiwang.domains.catalogue.loading import ReadItem, RowProblem, detect_source, read_items
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.dispatch import consumers, deliver_to

BATCH = 1_000
"""Items in one transaction: a load that fails half-way leaves whole batches, and the next one goes on behind them."""

FACTS = 4
"""How far a reader goes on after each batch: its own facts, and some of what others wrote."""

LEVELS = {"province": 1, "city": 2, "county": 3, "street": 4}
"""Words for the levels of a division, in our own CSV."""

Refusal = tuple[int, str, str, str]


@dataclass
class LoadReport:
    """What became of a file: how many items by outcome, and the rows that were refused, with reasons in both languages."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


def load_catalogue(path: Path, source: str | None, *, dry_run: bool = False, strict: bool = False) -> LoadReport:
    """Read and publish one catalogue in batches; with `strict` nothing is published if any row is refused."""
    whole = LoadReport()
    if strict:
        whole.refused = [_refusal(e) for e in read_items(path, source) if isinstance(e, RowProblem)]
        if whole.refused:
            return whole
    name = source or ("yiwang" if path.is_dir() else detect_source(path))
    entries = read_items(path, source)
    while part := list(islice(entries, BATCH)):
        whole.refused += [_refusal(e) for e in part if isinstance(e, RowProblem)]
        _publish([e for e in part if isinstance(e, ReadItem)], name, dry_run, whole)
    if not dry_run:
        work_until_idle()
    return whole


def _tell() -> None:
    """Let whoever hears of published items act now, batch by batch: one published meanwhile waits behind no million."""
    for consumer, wanted in consumers().items():
        if ItemsPublished.__name__ in wanted:
            deliver_to(consumer, wanted, limit=FACTS)


def _refusal(problem: RowProblem) -> Refusal:
    return problem.row, problem.code or "", problem.reason_zh, problem.reason_en


def _publish(batch: list[ReadItem], source: str, dry_run: bool, whole: LoadReport) -> None:
    if not batch:
        return
    part = publish_items(items=batch, source=source, dry_run=dry_run, by=SYSTEM)
    if (part.added or part.changed) and not dry_run:
        _tell()
    whole.added += len(part.added)
    whole.changed += len(part.changed)
    whole.unchanged += part.unchanged
    whole.refused += part.refused
    if sys.stderr.isatty():
        print(f"\r{whole.added + whole.changed + whole.unchanged} rows", end="", file=sys.stderr, flush=True)
