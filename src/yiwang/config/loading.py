"""Load a catalogue from a file: read, publish in batches, index."""

import sys
from pathlib import Path

from yiwang.domains.catalogue.actions import BatchReport, publish_items
from yiwang.domains.catalogue.loading import ReadItem, RowProblem, detect_source, read_items
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

BATCH = 500
LEVELS = {"province": 1, "city": 2, "county": 3, "street": 4}
"""Words for the levels of a division, in our own CSV."""


def load_catalogue(path: Path, source: str | None, *, dry_run: bool = False, strict: bool = False) -> BatchReport:
    """Read and publish one catalogue in batches; with `strict` nothing is published if any row is refused."""
    whole, batch = BatchReport(), []
    if strict:
        whole.refused = [_refusal(e) for e in read_items(path, source) if isinstance(e, RowProblem)]
        if whole.refused:
            return whole
    name = source or ("yiwang" if path.is_dir() else detect_source(path))
    for entry in read_items(path, source):
        if isinstance(entry, RowProblem):
            whole.refused.append(_refusal(entry))
            continue
        batch.append(entry)
        if len(batch) == BATCH:
            _publish(batch, name, dry_run, whole)
            batch = []
    _publish(batch, name, dry_run, whole)
    if not dry_run:
        work_until_idle()
    return whole


def _refusal(problem: RowProblem) -> tuple[int, str, str, str]:
    return problem.row, problem.code or "", problem.reason_zh, problem.reason_en


def _publish(batch: list[ReadItem], source: str, dry_run: bool, whole: BatchReport) -> None:
    if not batch:
        return
    part = publish_items(items=batch, source=source, dry_run=dry_run, by=SYSTEM)
    whole.added += part.added
    whole.changed += part.changed
    whole.unchanged += part.unchanged
    whole.refused += part.refused
    if sys.stderr.isatty():
        done = len(whole.added) + len(whole.changed) + whole.unchanged
        print(f"\r{done} rows", end="", file=sys.stderr, flush=True)
