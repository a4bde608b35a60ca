"""RFC 6962, section 2.1: the hash of a leaf, of a node, and the root of a tree that grows leaf by leaf."""

import hashlib


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\0" + data).digest()


class GrowingTree:
    """The complete subtrees of a list of leaf hashes, as (leaves, root), the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[tuple[int, bytes]] = []
        self.whole: dict[int, bytes] = {}
        """Level → root of the subtree of that level that was made whole last."""

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash; equal neighbours become one."""
        self.size += 1
        self.parts.append((1, leaf))
        while len(self.parts) > 1 and self.parts[-1][0] == self.parts[-2][0]:
            leaves, right = self.parts.pop()
            _, left = self.parts.pop()
            root = hashlib.sha256(b"\1" + left + right).digest()
            self.parts.append((2 * leaves, root))
            self.whole[leaves.bit_length()] = root

    def root(self) -> bytes:
        """Return the Merkle tree hash over all leaves so far."""
        if not self.parts:
            return hashlib.sha256(b"").digest()
        joined = b""
        for _, part in reversed(self.parts):
            joined = hashlib.sha256(b"\1" + part + joined).digest() if joined else part
        return joined
