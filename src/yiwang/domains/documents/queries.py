"""Read documents. Whoever calls has checked that the case may be seen."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from yiwang.domains.documents.models import Document
from yiwang.domains.documents.rendering.notices import SEAL_BOX, render_notice
from yiwang.domains.seals.pades.stamp import seal_pdf
from yiwang.domains.seals.queries import key_of, seal_in_use
from yiwang.foundation import files, vault
from yiwang.foundation.clock import now

KIND_NAMES = {
    "receipt": ("收件凭证", "Receipt"),
    "acceptance": ("受理通知书", "Notice of acceptance"),
    "correction": ("补正告知书", "Request for correction"),
    "not_accepted": ("不予受理决定书", "Decision not to accept"),
    "grant": ("准予决定书", "Decision to grant"),
    "refusal": ("不予决定书", "Decision to refuse"),
    "letter": ("决定书", "Decision"),
    "withdrawal": ("撤回确认书", "Confirmation of withdrawal"),
}
"""Kind → its name, (Chinese, English)."""


def documents_of(case_id: UUID) -> list[Document]:
    """Return the documents of one case, oldest first."""
    return list(Document.objects.filter(case_id=case_id).order_by("created_at"))


def document_of(case_id: UUID, document_id: UUID) -> Document | None:
    """Return one document of a case."""
    return Document.objects.filter(case_id=case_id, pk=document_id).first()


def payload_of(document: Document) -> bytes:
    """Return the bytes that the seal covers."""
    return vault.open_sealed(bytes(document.data_sealed), f"documents_document:{document.pk}:data")


def data_of(document: Document) -> dict[str, Any]:
    """Return what a document says."""
    found: dict[str, Any] = json.loads(payload_of(document))
    return found


def signature_of(document: Document) -> str:
    """Return the signed data (JWS) of a sealed document; empty before."""
    if not document.signature_sealed:
        return ""
    return vault.open_text(bytes(document.signature_sealed), f"documents_document:{document.pk}:signature")


def verify_address(code: str) -> str:
    """Return the address behind the QR code of a document or certificate."""
    return f"{settings.YIWANG_ORIGIN}/verify?code={code}"


def kept_pdf(document: Document) -> bytes | None:
    """Return the PDF drawn earlier."""
    return files.load(document.pdf_key, f"documents_document:{document.pk}:pdf") if document.pdf_key else None


def with_pdf(document: Document) -> Document:
    """Return a document as it stands now, as far as its PDF goes."""
    return Document.objects.only("pdf_key").get(pk=document.pk)


def draw_pdf(document: Document) -> bytes:
    """Render and seal the PDF/A-3b of a document whose data are sealed.

    Raises:
        LookupError: where the office has no seal in use.
    """
    from yiwang.domains.seals.pades.embedding import sign_pdf  # heavy: for the worker only

    payload = payload_of(document)
    shown = json.loads(payload) | {"verify_url": verify_address(document.verify_code)}
    seal = seal_in_use(document.office_id)
    if seal is None or document.sealed_at is None:
        raise LookupError("not sealed yet")
    drawn = render_notice(document.kind, shown, attached=payload)
    key = key_of(seal)
    picture = seal_pdf(key.office_name)
    title = document.get_kind_display()
    return sign_pdf(drawn, key, field_box=SEAL_BOX, seal_image=picture, reason=title, when=document.sealed_at)


def store_pdf(document: Document, pdf: bytes) -> str:
    """Keep a drawn PDF, encrypted; return where it lies, for `keep_document_pdf`."""
    return files.store(pdf, f"documents_document:{document.pk}:pdf", media_type="application/pdf").key


def document_by_code(code: str) -> Document | None:
    """Return the document that a verify code stands for."""
    return Document.objects.select_related("office").filter(verify_code=code).first()


def document_by_number(number: str) -> Document | None:
    """Return the document with a number."""
    return Document.objects.select_related("office").filter(number=number).order_by("created_at").first()


def unsealed_for(seconds: int) -> int:
    """Return how many documents have waited longer than this for their seal, for the operators."""
    return Document.objects.filter(sealed_at__isnull=True, created_at__lt=now() - timedelta(seconds=seconds)).count()


def oldest_unsealed() -> datetime | None:
    """Return since when the first document without a seal has waited, for the operators."""
    found = Document.objects.filter(sealed_at__isnull=True).order_by("created_at")
    return found.values_list("created_at", flat=True).first()
