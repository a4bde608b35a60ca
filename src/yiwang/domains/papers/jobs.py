"""Timed work on papers, and on the store that their files lie in."""

import time
from collections.abc import Collection

from yiwang.domains.papers.actions import free_removed_papers
from yiwang.domains.papers.models import Paper
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.files.orphans import PARTS, names_files, remove_orphans
from yiwang.foundation.jobs.registry import every

ORPHANS_SECONDS = 300
"""How often a part of the store is looked through: all of it within a day."""


@every(3600, name="papers.free_removed_papers")
def free_the_room_of_removed_papers() -> None:
    """Delete the files of papers that were taken away."""
    free_removed_papers(by=SYSTEM)


@every(ORPHANS_SECONDS, name="papers.remove_orphan_files")
def remove_files_that_nobody_names() -> None:
    """Delete, in one part of the store, the files that are older than a day and that no row names."""
    remove_orphans(int(time.time() // ORPHANS_SECONDS) % PARTS)


@names_files("papers_paper.storage_key")
def named_by_papers(keys: Collection[str]) -> set[str]:
    """Return which of these keys papers name."""
    return set(Paper.objects.filter(storage_key__in=keys).exclude(storage_key="").values_list("storage_key", flat=True))
