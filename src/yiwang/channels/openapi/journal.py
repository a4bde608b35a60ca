"""The public journal: its signed head, and the proof that a fact stands in it."""

import base64
from typing import Any

from django.http import HttpRequest
from ninja import Router

from yiwang.channels.openapi.access import visitor
from yiwang.channels.openapi.shapes.certificates import Checkpoint, Proof
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.journal import models
from yiwang.foundation.journal.queries import latest_checkpoint, proof_of
from yiwang.foundation.journal.sealing import head_text

router = Router(tags=["journal"], auth=visitor)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _head(head: models.Checkpoint) -> dict[str, Any]:
    at = int(head.signed_at.timestamp() * 1_000_000)
    return {
        "size": head.size,
        "root": _base64(bytes(head.root)),
        "signed_at": head.signed_at,
        "key_id": head.key_id,
        "signature": head.signature,
        "text": head_text(size=head.size, root=bytes(head.root), signed_at_us=at).decode(),
    }


@router.get(
    "/journal/checkpoint",
    response=Checkpoint,
    operation_id="getCheckpoint",
    summary="The newest signed head / 日志检查点",
    openapi_extra={"x-problems": [404]},
)
def get_checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The newest signed head of the Merkle tree (RFC 6962) over all facts. Keep it: later heads must contain it."""
    head = latest_checkpoint()
    if head is None:
        raise NotVisible
    return _head(head)


@router.get("/journal/proof/{int:leaf}", response=Proof, operation_id="getProof", summary="Proof of a leaf / 日志证明")
def get_proof(request: HttpRequest, leaf: int) -> dict[str, Any]:
    """The path from a leaf to the newest head. A case names the leaf of each of its facts in `timeline`."""
    proof = proof_of(leaf)
    if proof is None:
        raise NotVisible
    return {
        "leaf": proof.index,
        "hash": _base64(proof.leaf),
        "path": [_base64(one) for one in proof.path],
        "checkpoint": _head(proof.checkpoint),
    }
