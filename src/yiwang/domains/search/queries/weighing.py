"""What is kept in memory for reading and ranking: how rare each pair of signs is, and the names of divisions."""

import time

from django.db import connection

from yiwang.domains.regions.queries import places
from yiwang.domains.search.index import Weights
from yiwang.foundation.text import normalise

KEEP_SECONDS = 300
NAMES_WEIGHED = 20_000
_GROWN = 1.02

_kept_weights: tuple[float, int, Weights] | None = None
_kept_places: tuple[int, frozenset[str]] | None = None


def weights() -> Weights:
    """Return how rare each pair of signs is among the names of documents, of at most 20,000.

    Looked at anew every five minutes, worked out anew only where there are more names than before.
    """
    global _kept_weights
    if _kept_weights is None or time.monotonic() - _kept_weights[0] > KEEP_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(id), 0) FROM search_searchdocument")
            newest = cursor.fetchone()[0]
            if _kept_weights is None or newest > _kept_weights[1] * _GROWN:
                cursor.execute(f"SELECT name FROM search_searchdocument ORDER BY id LIMIT {NAMES_WEIGHED}")  # noqa: S608
                _kept_weights = (time.monotonic(), newest, Weights(row[0] for row in cursor.fetchall()))
            else:
                _kept_weights = (time.monotonic(), *_kept_weights[1:])
    return _kept_weights[2]


def place_names() -> frozenset[str]:
    """Return the names of divisions, which a query may hold without meaning them."""
    global _kept_places
    known = places()
    if _kept_places is None or _kept_places[0] != len(known):
        _kept_places = (len(known), frozenset(normalise(place.name) for place in known.values()))
    return _kept_places[1]


def forget_weights() -> None:
    """Work the weights out anew at the next search."""
    global _kept_weights
    _kept_weights = None
