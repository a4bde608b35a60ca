"""Read the journal."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.foundation.journal import merkle
from yiwang.foundation.journal.dispatch import consumers
from yiwang.foundation.journal.models import Checkpoint, Cursor, Entry, Leaf, Node, Retry
from yiwang.foundation.journal.sealing import SEQUENCER


@dataclass(frozen=True)
class Proof:
    """That one entry stands in the journal: its leaf, the path, and the signed head that it leads to."""

    index: int
    leaf: bytes
    path: list[bytes]
    checkpoint: Checkpoint


def timeline(case_id: UUID) -> list[Entry]:
    """Return the facts of one case, oldest first. Whoever calls has checked that the case may be seen."""
    return list(Entry.objects.filter(case_id=case_id).order_by("id"))


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest signed tree head."""
    return Checkpoint.objects.order_by("-size").first()


def proof_of(index: int) -> Proof | None:
    """Return the inclusion proof of a leaf against the newest checkpoint; None where there is no such leaf yet.

    It reads two statements: of ten million leaves about a hundred hashes, of any number at most thirty for each factor of
    sixteen in it (fifteen on the way up, fifteen along the right edge).
    """
    head = latest_checkpoint()
    if head is None or not 0 <= index < head.size:
        return None
    leaves, nodes, kept = Q(index=index), Q(level=-1), {}
    for low, high in merkle.inclusion_ranges(index, head.size):
        for part in merkle.whole_parts(low, high):
            level, indices = merkle.kept_below(part)
            some = Q(index__gte=indices.start, index__lt=indices.stop)
            if level == 0:
                leaves |= some
            else:
                nodes |= Q(level=level) & some
    for at, found in Leaf.objects.filter(leaves).values_list("index", "hash"):
        kept[0, at] = bytes(found)
    for level, at, found in Node.objects.filter(nodes).values_list("level", "index", "hash"):
        kept[level, at] = bytes(found)
    return Proof(index, kept[0, index], merkle.path_from(index, head.size, kept), head)


def leaf_of(entry_id: int) -> int | None:
    """Return the place of an entry in the tree; None until it is sealed, some seconds after it was written."""
    return Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True).first()


def entries_of_kind(kind: str, *, case_id: UUID) -> list[dict[str, Any]]:
    """Return the facts of one kind in one case, oldest first."""
    return list(Entry.objects.filter(case_id=case_id, kind=kind).order_by("id").values_list("fact", flat=True))


def set_aside() -> list[Retry]:
    """Return the facts that handlers gave up on, for an operator, newest first."""
    return list(Retry.objects.filter(state=Retry.State.DEAD).order_by("-first_failed_at")[:200])


def latest_of_kind(kind: str, limit: int = 20) -> list[Entry]:
    """Return the newest facts of one kind, whatever case they belong to; for operators."""
    return list(Entry.objects.filter(kind=kind).order_by("-id")[:limit])


def newest_entry() -> Entry | None:
    """Return the entry that was written last."""
    return Entry.objects.order_by("-id").first()


@dataclass(frozen=True)
class Reader:
    """How far one consumer has read. `waiting_since`: when the first entry that it has not read was written."""

    consumer: str
    position: int
    behind: int
    waiting_since: dt.datetime | None


def readers() -> list[Reader]:
    """Return every consumer and the sequencer, the one that is furthest behind first."""
    newest = newest_entry()
    end = newest.pk if newest else 0
    known = dict(Cursor.objects.values_list("consumer", "position"))
    found = []
    for name in sorted({*known, *consumers(), SEQUENCER}):
        position = known.get(name, 0)
        following = Entry.objects.filter(id__gt=position).order_by("id") if position < end else Entry.objects.none()
        found.append(Reader(name, position, end - position, following.values_list("recorded_at", flat=True).first()))
    return sorted(found, key=lambda r: (-r.behind, r.consumer))
