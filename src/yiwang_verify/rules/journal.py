"""Rule 3: every entry is as it was written, stands in the tree once, and every signed head fits the tree."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, Unreadable, a_moment, dashed, microseconds, parsed
from yiwang_verify.tree import GrowingTree, leaf_hash

ENTRIES = """
SELECT e.id, e.kind, e.fact, e.case_id, e.actor_kind, e.actor_id, e.office, e.on_behalf_of, e.channel, e.recorded_at,
 e.salt, e.digest, l.hash FROM journal_entry e LEFT JOIN journal_leaf l ON l.entry_id = e.id ORDER BY e.id
"""
HEADS = "SELECT size, root, signed_at, key_id, signature FROM journal_checkpoint ORDER BY size"
NODES = 'SELECT level, "index", hash FROM journal_node ORDER BY ("index" + 1) * (1 << level), level'
"""In the order in which a growing tree makes them whole."""
KEY_PREFIX = "ed25519:"


def check(evidence: Evidence, found: Findings) -> None:
    """Prove the entries, then the tree over their leaves and all its heads."""
    _entries(evidence, found)
    sql = "SELECT l.index, l.entry_id FROM journal_leaf l LEFT JOIN journal_entry e ON e.id = l.entry_id WHERE e.id IS NULL"
    for index, entry in evidence.store.rows(sql.replace("l.index", 'l."index"')):
        found.breach(f"leaf {index}: its entry {entry} is gone")
    _tree(evidence, found)


def canonical(fields: dict[str, Any]) -> bytes:
    """Return JSON with sorted keys, without spaces, in UTF-8."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def covered(row: Row, recorded_at_us: int) -> bytes:
    """Return the bytes that the digest of an entry covers, from its columns."""
    _, kind, fact, case_id, actor_kind, actor_id, office, on_behalf_of, channel = row[:9]
    fields = {
        "actor": f"{actor_kind}:{dashed(actor_id) if actor_id else ''}",
        "case": dashed(case_id) if case_id else "",
        "channel": channel,
        "fact": parsed(fact),
        "kind": kind,
        "office": office,
        "on_behalf_of": dashed(on_behalf_of) if on_behalf_of else "",
        "recorded_at_us": recorded_at_us,
    }
    return canonical(fields)


def _entries(evidence: Evidence, found: Findings) -> None:
    oldest = evidence.settings.before(evidence.settings.sealing_grace)
    unsealed: list[int] = []
    for row in evidence.store.rows(ENTRIES):
        found.checked += 1
        entry, kind, leaf = row[0], row[1], row[12]
        at, digest = a_moment(row[9]), bytes(row[11])
        try:
            same = _digest(row, microseconds(at)) == digest
        except (ValueError, TypeError):
            same = False
        found.require(same, f"entry {entry} ({kind}) is not what was written: its digest differs")
        if leaf is not None:
            found.require(
                bytes(leaf) == leaf_hash(digest), f"entry {entry} ({kind}): its leaf is that of something else"
            )
        elif at < oldest:
            unsealed.append(entry)
    if unsealed:
        more = f"{len(unsealed)} entries, from {unsealed[0]} on,"
        found.breach(f"{more} are older than {evidence.settings.sealing_grace} s and not sealed: does the worker run?")


def _digest(row: Row, recorded_at_us: int) -> bytes:
    return hashlib.sha256(bytes(row[10]) + covered(row, recorded_at_us)).digest()


def _tree(evidence: Evidence, found: Findings) -> None:
    store, tree = evidence.store, GrowingTree()
    heads = _heads(evidence, found)
    anchors = _anchors(evidence)
    head = next(heads, None)
    nodes = store.rows(NODES)
    for index, leaf in store.rows('SELECT "index", hash FROM journal_leaf ORDER BY "index"'):
        if not found.require(index == tree.size, f"leaf {tree.size} is missing: the next one is {index}"):
            return
        tree.add(bytes(leaf))
        _nodes_made_whole(tree, found, nodes)
        if tree.size in anchors:
            found.require(
                anchors.pop(tree.size) == tree.root(), f"the tree at {tree.size} is not the one anchored outside"
            )
        while head is not None and head[0] <= tree.size:
            same = head[0] == tree.size and head[1] == tree.root()
            found.require(same, f"checkpoint {head[0]}: its root is not that of the leaves")
            head = next(heads, None)
    while head is not None:
        found.breach(f"checkpoint {head[0]} signs more leaves than there are ({tree.size})")
        head = next(heads, None)
    for level, index, _ in nodes:
        found.breach(f"node {level}/{index} stands over leaves that there are not")
    for size in anchors:
        found.breach(f"the outside anchor of {size} leaves is beyond the journal ({tree.size})")
    _edge(evidence, found, tree)


def _nodes_made_whole(tree: GrowingTree, found: Findings, nodes: Iterator[Row]) -> None:
    """Every subtree of 16, 256, 4,096 … leaves that became whole with the last leaf is kept with its own root."""
    level = 4
    while tree.size % (1 << level) == 0:
        index = (tree.size >> level) - 1
        kept = next(nodes, None)
        same = kept is not None and (kept[0], kept[1], bytes(kept[2])) == (level, index, tree.whole[level])
        found.require(same, f"node {level}/{index}: the root that proofs are made of is not that of its leaves")
        level += 4


def _edge(evidence: Evidence, found: Findings, tree: GrowingTree) -> None:
    """The newest head covers all leaves, and the kept right edge is that of the tree."""
    newest = evidence.store.one("SELECT max(size) FROM journal_checkpoint")[0] or 0
    found.require(newest >= tree.size, f"{tree.size - newest} leaves stand under no checkpoint")
    for size, state in evidence.store.rows("SELECT size, state FROM journal_frontier"):
        same = size == tree.size and parsed(state) == [part.hex() for _, part in tree.parts]
        found.require(
            same, f"the frontier is kept for {size} leaves and does not fit the {tree.size} leaves of the tree"
        )


def _heads(evidence: Evidence, found: Findings) -> Iterator[tuple[int, bytes]]:
    """Yield (size, root) of each checkpoint whose signature was looked at."""
    for size, root, signed_at, key_id, signature in evidence.store.rows(HEADS):
        found.checked += 1
        root_text = base64.b64encode(bytes(root)).decode()
        text = f"yiwang journal\n{size}\n{root_text}\n{microseconds(a_moment(signed_at))}\n"
        public = key_id.removeprefix(KEY_PREFIX)
        known = key_id.startswith(KEY_PREFIX) and public in evidence.keyring.journal_keys
        if found.require(known, f"checkpoint {size}: its key is not in the key directory"):
            try:
                key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
                key.verify(base64.b64decode(signature, validate=True), text.encode())
            except (InvalidSignature, ValueError):
                found.breach(f"checkpoint {size}: its signature does not hold")
        yield size, bytes(root)


def _anchors(evidence: Evidence) -> dict[int, bytes]:
    """Return size → root of the heads that were kept outside, one JSON object a line. Raises Unreadable."""
    path = evidence.settings.anchor
    if path is None:
        return {}
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return {int(line["size"]): base64.b64decode(line["root"], validate=True) for line in lines if line["size"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"the anchor {path} is not one {{size, root}} a line: {error}") from error
