"""Seal what was drawn up: read, sign outside any transaction, store. Done twice, it changes nothing. And draw PDFs."""

from collections.abc import Collection, Sequence
from typing import Any

from yiwang.domains.documents.actions import keep_document_pdf, store_document_seals
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import draw_pdf, payload_of, store_pdf
from yiwang.domains.seals.actions import provide_seal
from yiwang.domains.seals.pades.signing import sign_data
from yiwang.domains.seals.queries import key_of
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.failpoints import fail_at
from yiwang.foundation.files.orphans import names_files
from yiwang.foundation.jobs.registry import batch_job, outside_job


@batch_job("seal_document")
def seal_documents(payloads: Sequence[dict[str, Any]]) -> None:
    """Sign the data of documents, each with the seal of its office.

    Raises:
        LookupError: where an office has no seal; its job waits on the ladder until it has one.
    """
    wanted = [payload["document"] for payload in payloads]
    found = list(Document.objects.filter(pk__in=wanted, sealed_at__isnull=True).order_by("pk"))
    codes = sorted({document.office_id for document in found})
    seals = {code: provide_seal(office_code=code, by=SYSTEM) for code in codes}
    keys = {code: key_of(seal) for code, seal in seals.items()}
    fail_at("document.unsigned")
    signed = [(d.pk, sign_data(payload_of(d), keys[d.office_id]), seals[d.office_id]) for d in found]
    fail_at("document.unstored")
    if signed:
        store_document_seals(signed=signed, by=SYSTEM)


@outside_job("draw_document_pdf", urgent=True)
def draw_document_pdf(payload: dict[str, Any], *, key: str) -> None:
    """Draw and seal the PDF of a document that somebody asked for, and keep it.

    Raises:
        LookupError: where the document is not sealed yet, or its office has no seal in use.
    """
    document = Document.objects.get(pk=payload["document"])
    if not document.pdf_key:
        pdf_key = store_pdf(document, draw_pdf(document))
        keep_document_pdf(document_id=document.pk, pdf_key=pdf_key, by=SYSTEM)


@names_files("documents_document.pdf_key")
def named_by_documents(keys: Collection[str]) -> set[str]:
    """Return which of these keys documents name."""
    return set(Document.objects.filter(pdf_key__in=keys).exclude(pdf_key="").values_list("pdf_key", flat=True))
