"""What certificates and documents have in common: each seal that was put is noted once, with what it was put on."""

import hashlib
from collections.abc import Iterable, Iterator

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.keyring import NotSealed
from yiwang_verify.store import Row, side_by_side


def compare_seal_uses(evidence: Evidence, found: Findings, purpose: str, sealed: Iterable[Row]) -> None:
    """Compare (subject, sealed signature, place) rows, sorted by the bytes of the subject, with the uses of seals."""
    store = evidence.store
    order = store.bytewise("subject")
    uses = store.rows(f"SELECT subject, sha256 FROM seals_sealuse WHERE purpose = ? ORDER BY {order}", purpose)
    for subject, (signatures, noted) in side_by_side(_digests(evidence, sealed), uses):
        same = len(signatures) == len(noted) == 1 and signatures[0][1] in (noted[0][1], "")
        found.require(same, f"{purpose} {subject}: {len(signatures)} signatures, {len(noted)} noted uses of a seal")


def _digests(evidence: Evidence, sealed: Iterable[Row]) -> Iterator[Row]:
    for subject, blob, place in sealed:
        try:
            yield subject, hashlib.sha256(evidence.keyring.opened(blob, place)).hexdigest()
        except NotSealed:
            yield subject, ""
