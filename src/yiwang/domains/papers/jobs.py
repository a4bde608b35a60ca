"""Timed work on papers."""

from yiwang.domains.papers.actions import free_removed_papers
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import every


@every(3600, name="papers.free_removed_papers")
def free_the_room_of_removed_papers() -> None:
    """Delete the files of papers that were taken away."""
    free_removed_papers(by=SYSTEM)
