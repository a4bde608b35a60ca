"""Read documents. Whoever calls has checked that the case may be seen."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from yiwang.domains.documents.models import Document, PublicDecision
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
    "not_needed": ("不需受理告知书", "Notice that no approval is needed"),
    "deemed_acceptance": ("视为受理告知书", "Notice of acceptance by lapse of time"),
    "deferred_acceptance": ("容缺受理通知书", "Notice of acceptance with papers to follow"),
    "promised_acceptance": ("告知承诺受理通知书", "Notice of acceptance on your promise"),
    "supplement": ("补充材料告知书", "Request for more, on a named basis"),
    "special": ("特别程序告知书", "Notice of a special procedure"),
    "special_end": ("特别程序结束告知书", "Notice that the special procedure has ended"),
    "extension": ("延长期限告知书", "Notice of an extension"),
    "interested": ("利害关系人告知书", "Notice to an interested party"),
    "termination": ("终止办理决定书", "Decision to end the procedure"),
    "void": ("作废决定书", "Decision that a case is void"),
    "payment_receipt": ("电子票据", "Electronic receipt"),
}
"""Kind → its name, (Chinese, English)."""


def documents_of(case_id: UUID) -> list[Document]:
    """Return the documents of one case, oldest first."""
    return list(Document.objects.filter(case_id=case_id).order_by("created_at"))


FOR_OTHERS = {"interested"}
"""Kinds that are addressed to somebody else, and name them: not shown to the applicant."""


def documents_for_applicant(case_id: UUID) -> list[Document]:
    """Return the documents of one case that are addressed to its applicant, oldest first."""
    return [one for one in documents_of(case_id) if one.kind not in FOR_OTHERS]


def document_for_applicant(case_id: UUID, document_id: UUID) -> Document | None:
    """Return one document of a case, where it is addressed to its applicant."""
    found = document_of(case_id, document_id)
    return found if found and found.kind not in FOR_OTHERS else None


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


LOOKED_AT = 5_000
"""How many of the newest decisions are read through for words in the middle of a name; the beginning finds any."""


def public_decisions(
    *, words: str = "", office_code: str = "", limit: int = 20, after: tuple[str, UUID] | None = None
) -> list[PublicDecision]:
    """Return published decisions, the newest first: those with a number, or with words in firm or item; no count.

    `after` is (day, id) of the last one of the page before.
    """
    found = PublicDecision.objects.select_related("office", "document")
    if office_code:
        found = found.filter(office_id=office_code)
    wanted = " ".join(words.replace("\0", "").split())[:60]
    if wanted:
        newest = found.order_by("-decided_on", "-document_id").values_list("document_id", flat=True)[:LOOKED_AT]
        inside = PublicDecision.objects.filter(pk__in=list(newest)).filter(
            Q(party__contains=wanted) | Q(item_name__contains=wanted) | Q(item_name_en__icontains=wanted)
        )
        begins = Q(number=wanted) | Q(party__startswith=wanted) | Q(item_name__startswith=wanted)
        keys = set(inside.values_list("pk", flat=True)[:500]) | set(
            found.filter(begins).order_by("-decided_on").values_list("pk", flat=True)[:500]
        )
        found = found.filter(pk__in=keys)
    if after:
        found = found.filter(Q(decided_on__lt=after[0]) | Q(decided_on=after[0], document_id__lt=after[1]))
    return list(found.order_by("-decided_on", "-document_id")[:limit])


def is_published(number: str) -> bool:
    """Return whether a decision with this number can be read by anybody."""
    return PublicDecision.objects.filter(number=number).exists()
