"""The Merkle tree of RFC 6962: roots, proofs and the growing edge. Bytes in, bytes out; nothing is stored here.

A tree over n > 1 leaves splits at the greatest power of two below n. A leaf is hashed with 0x00 in front and an inner
node with 0x01, so that neither can be taken for the other.
"""

import hashlib
from collections.abc import Mapping, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
_SIZE = 32


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds `data`."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return _root_of(leaves, 0, len(leaves)) if leaves else EMPTY_ROOT


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _root_of(leaves: Sequence[bytes], low: int, high: int) -> bytes:
    """The root over leaves[low:high], level by level: neighbours are joined, a last one without neighbour goes up."""
    level = list(leaves[low:high])
    while len(level) > 1:
        joined = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = joined + level[len(joined) * 2 :]
    return level[0]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges of leaves whose roots prove leaf `index` in a tree of `size`, from the leaf upwards.

    Raises IndexError for a leaf that the tree does not have.
    """
    if not 0 <= index < size:
        raise IndexError(f"a tree of {size} leaves has no leaf {index}")
    ranges, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


STRIDE = 4
"""Roots of whole subtrees are kept at every fourth level: one for 16 leaves, one for 256, …"""

Place = tuple[int, int]
"""(level, index): the subtree over the leaves from `index << level` on, `1 << level` of them."""


def whole_parts(low: int, high: int) -> list[Place]:
    """Return the whole subtrees that the leaves from `low` to `high` consist of, greatest first.

    `low` must be such as `inclusion_ranges` gives: a multiple of the greatest of them.
    """
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append((level, low >> level))
        low += 1 << level
    return parts


def kept_below(part: Place) -> tuple[int, range]:
    """Return the level at or below a subtree at which roots are kept, and the indices there that it consists of."""
    level, index = part
    over = level % STRIDE
    return level - over, range(index << over, (index + 1) << over)


def path_from(index: int, size: int, kept: Mapping[Place, bytes]) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size`, from the roots at the places that `kept_below` names.

    Raises IndexError for a leaf that the tree does not have, KeyError where a root is missing.
    """
    path = []
    for low, high in inclusion_ranges(index, size):
        roots = []
        for part in whole_parts(low, high):
            level, indices = kept_below(part)
            below = [kept[level, at] for at in indices]
            roots.append(_root_of(below, 0, len(below)))
        joined = roots.pop()
        while roots:
            joined = node_hash(roots.pop(), joined)
        path.append(joined)
    return path


def inclusion_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree. Raises IndexError for a leaf that it does not have."""
    return [_root_of(leaves, low, high) for low, high in inclusion_ranges(index, len(leaves))]


def consistency_path(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree over `leaves` grew out of its first `old_size` leaves.

    Raises IndexError for a size that the tree never had.
    """
    if not 0 <= old_size <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves never had {old_size}")
    if old_size == 0:
        return []
    path, low, high, whole = [], 0, len(leaves), True
    while high != old_size:
        middle = low + _split(high - low)
        if old_size <= middle:
            path.append(_root_of(leaves, middle, high))
            high = middle
        else:
            path.append(_root_of(leaves, low, middle))
            low, whole = middle, False
    if not whole:  # the old tree was not a full part of the new one, so its last part has to be named
        path.append(_root_of(leaves, low, high))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Return whether `path` proves that the leaf hash stands at `index` of the tree of `size` with this root."""
    if not 0 <= index < size or any(len(part) != _SIZE for part in path):
        return False
    rest = list(path)

    def rebuild(index: int, size: int) -> bytes:
        if size == 1:
            return leaf
        middle, beside = _split(size), rest.pop()
        if index < middle:
            return node_hash(rebuild(index, middle), beside)
        return node_hash(beside, rebuild(index - middle, size - middle))

    try:
        return rebuild(index, size) == expected_root and not rest
    except IndexError:  # the path is too short
        return False


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether `path` proves that the tree of `new_size` begins with the tree of `old_size`."""
    if not 0 <= old_size <= new_size or any(len(part) != _SIZE for part in path):
        return False
    if old_size == 0:
        return old_root == EMPTY_ROOT and not path and (new_size > 0 or new_root == EMPTY_ROOT)
    rest = list(path)

    def rebuild(old: int, new: int, whole: bool) -> tuple[bytes, bytes]:
        if old == new:
            shared = old_root if whole else rest.pop()
            return shared, shared
        middle, beside = _split(new), rest.pop()
        if old <= middle:
            before, after = rebuild(old, middle, whole)
            return before, node_hash(after, beside)
        before, after = rebuild(old - middle, new - middle, whole=False)
        return node_hash(beside, before), node_hash(beside, after)

    try:
        return rebuild(old_size, new_size, whole=True) == (old_root, new_root) and not rest
    except IndexError:  # the path is too short
        return False


class Frontier:
    """The right edge of a growing tree: the roots of its full parts, greatest first. Appending costs O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def from_state(cls, size: int, state: Sequence[str]) -> "Frontier":
        """Return the edge that `size` and `state()` were kept of. Raises ValueError if they do not fit together."""
        edge = cls()
        edge.size = size
        edge._peaks = [bytes.fromhex(part) for part in state]
        if size < 0 or len(state) != size.bit_count() or any(len(peak) != _SIZE for peak in edge._peaks):
            raise ValueError(f"not the edge of a tree of {size} leaves")
        return edge

    def state(self) -> list[str]:
        """Return what has to be kept, beside `size`, as JSON can hold it."""
        return [peak.hex() for peak in self._peaks]

    def append(self, leaf: bytes) -> list[tuple[Place, bytes]]:
        """Add a leaf hash; return the subtrees that it made whole, those that are kept. Raises ValueError if it is not 32 bytes."""
        if len(leaf) != _SIZE:
            raise ValueError("a leaf hash has 32 bytes")
        full_parts, peak, level = self.size, bytes(leaf), 0
        whole = []
        while full_parts & 1:
            peak = node_hash(self._peaks.pop(), peak)
            full_parts >>= 1
            level += 1
            if level % STRIDE == 0:
                whole.append(((level, full_parts), peak))
        self._peaks.append(peak)
        self.size += 1
        return whole

    def root(self) -> bytes:
        """Return the root over everything appended."""
        if not self._peaks:
            return EMPTY_ROOT
        joined = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            joined = node_hash(peak, joined)
        return joined
