"""Seal what was drawn up: read, sign outside any transaction, store. Done twice, it changes nothing."""

from typing import Any

from yiwang.domains.documents.actions import store_document_seal
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import payload_of
from yiwang.domains.seals.actions import provide_seal
from yiwang.domains.seals.pades.signing import sign_data
from yiwang.domains.seals.queries import key_of
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import outside_job


@outside_job("seal_document")
def seal_document(payload: dict[str, Any], *, key: str) -> None:
    """Sign one document's data with the seal of its office.

    Raises:
        LookupError: where the office has no seal; the job waits on the ladder until it has one.
    """
    document = Document.objects.get(pk=payload["document"])
    if document.sealed_at:
        return
    seal = provide_seal(office_code=document.office_id, by=SYSTEM)
    signature = sign_data(payload_of(document), key_of(seal))
    store_document_seal(document_id=document.pk, signature=signature, seal=seal, by=SYSTEM)
