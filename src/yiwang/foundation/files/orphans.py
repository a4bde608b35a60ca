"""Files that no row names: an upload that was stored and then refused, a PDF whose worker was killed. They are collected.

A file is stored before the row that names it. So one that is younger than a day is left alone: no request, no job and no
transaction is under way for so long.
"""

import time
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from pathlib import Path

from yiwang.foundation.files import storage

YOUNGEST_SECONDS = 24 * 3600
PARTS = 256
"""The store is looked through in as many parts, one at a time, so that no look takes long."""

_AT_ONCE = 500

Named = Callable[[Collection[str]], set[str]]

_named: dict[str, Named] = {}


def names_files(where: str) -> Callable[[Named], Named]:
    """Have the decorated function asked which of some keys a column ("table.column") names.

    Every column that names files needs one: what none of them names is deleted.
    """

    def register(function: Named) -> Named:
        _named[where] = function
        return function

    return register


def columns_that_name_files() -> set[str]:
    """Return the columns that are asked before a file is deleted."""
    return set(_named)


def remove_orphans(part: int) -> int:
    """Delete the files of one part of the store, 0 to 255, that are older than a day and that no row names; return how many.

    Raises:
        RuntimeError: where no column was registered: then nothing would be named.
    """
    if not _named:
        raise RuntimeError("nobody says which files are named")
    old = _old_files(part, time.time() - YOUNGEST_SECONDS)
    removed = 0
    while some := list(islice(old, _AT_ONCE)):
        keys = [path.name for path in some if not path.name.startswith(".")]
        named = set().union(*(ask(keys) for ask in _named.values())) if keys else set()
        for path in some:
            if path.name not in named:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _old_files(part: int, before: float) -> Iterator[Path]:
    """Yield the files of a part that were written before a moment, and what a killed process left of one (`.….part`)."""
    folder = storage.root() / f"{part:02x}"
    for path in sorted(folder.glob("*/*")) if folder.is_dir() else ():
        try:
            if path.stat().st_mtime < before:
                yield path
        except FileNotFoundError:
            continue
