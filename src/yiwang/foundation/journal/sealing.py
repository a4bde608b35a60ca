"""The sequencer: append committed entries to the Merkle tree and sign its head, off the write path."""

import base64

from django.db import transaction

from yiwang.foundation import keys
from yiwang.foundation.clock import microseconds, now
from yiwang.foundation.failpoints import fail_at
from yiwang.foundation.journal.dispatch import advance
from yiwang.foundation.journal.merkle import Frontier as Edge
from yiwang.foundation.journal.merkle import leaf_hash
from yiwang.foundation.journal.models import Checkpoint, Cursor, Entry, Frontier, Leaf, Node

SEQUENCER = "journal.sequencer"


def head_text(*, size: int, root: bytes, signed_at_us: int) -> bytes:
    """Return the bytes that a checkpoint's signature covers."""
    return f"yiwang journal\n{size}\n{base64.b64encode(root).decode()}\n{signed_at_us}\n".encode()


def seal_journal(limit: int = 1000) -> int:
    """Append up to `limit` entries to the tree and sign a new checkpoint; return how many were appended."""
    with transaction.atomic():
        Cursor.objects.get_or_create(consumer=SEQUENCER)
        cursor = Cursor.objects.select_for_update().get(consumer=SEQUENCER)
        numbers = [id_ for id_, _ in advance(cursor, limit=limit)]
        cursor.save(update_fields=["position", "gaps"])
        if not numbers:
            return 0
        kept, _ = Frontier.objects.get_or_create(pk=1)
        edge = Edge.from_state(kept.size, kept.state)
        digests = {id_: bytes(d) for id_, d in Entry.objects.filter(id__in=numbers).values_list("id", "digest")}
        leaves, nodes = [], []
        for number in numbers:
            leaf = leaf_hash(digests[number])
            leaves.append(Leaf(index=edge.size, entry_id=number, hash=leaf))
            nodes += [Node(level=level, index=index, hash=root) for (level, index), root in edge.append(leaf)]
        Leaf.objects.bulk_create(leaves)
        Node.objects.bulk_create(nodes)
        kept.size, kept.state = edge.size, edge.state()
        kept.save()
        fail_at("sealing.unsigned")
        _sign(edge)
    return len(leaves)


def _sign(edge: Edge) -> None:
    at = now()
    text = head_text(size=edge.size, root=edge.root(), signed_at_us=microseconds(at))
    key_id, signature = keys.sign_checkpoint(text)
    Checkpoint.objects.create(
        size=edge.size, root=edge.root(), signed_at=at, key_id=key_id, signature=base64.b64encode(signature).decode()
    )
