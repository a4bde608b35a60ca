"""Take serial numbers, most of them from memory, so that no row is locked for each submission."""

import threading
from collections import OrderedDict

from django.db import connection, transaction

BLOCK = 20
SERIES_KEPT = 5_000

_lock = threading.Lock()
_blocks: OrderedDict[str, list[int]] = OrderedDict()

_RESERVE = """
INSERT INTO numbers_series (name, next_free) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET next_free = numbers_series.next_free + %s
RETURNING next_free
"""


def take(series: str, *, block: int = BLOCK) -> int:
    """Return a number that nobody else gets, from 1 up; a series may have gaps, never doubles.

    A block is reserved in the caller's transaction; what is left of it is kept for later callers only once that
    transaction has committed, so that a rollback can give no number twice.
    """
    with _lock:
        kept = _blocks.get(series)
        if kept:
            return kept.pop()
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [series, block + 1, block])
        end = int(cursor.fetchone()[0])
    rest = list(range(end - 1, end - block, -1))
    transaction.on_commit(lambda: _keep(series, rest))
    return end - block


def _keep(series: str, rest: list[int]) -> None:
    with _lock:
        if rest and not _blocks.get(series):
            _blocks[series] = rest
            while len(_blocks) > SERIES_KEPT:
                _blocks.popitem(last=False)


def forget_blocks() -> None:
    """Drop the numbers kept in memory; for tests, whose database rolls back behind our back."""
    with _lock:
        _blocks.clear()
