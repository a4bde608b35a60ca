"""Hand a file over under its own name, kept by no cache; and the sealed PDFs, drawn at the first time of asking and kept."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from yiwang.domains.certificates import queries as certificates
from yiwang.domains.certificates.actions import keep_certificate_pdf
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.documents import queries as documents
from yiwang.domains.documents.actions import keep_document_pdf
from yiwang.domains.documents.models import Document
from yiwang.foundation.actors import Actor


def download(data: bytes, *, name: str, media_type: str, is_shown: bool = False) -> HttpResponse:
    """Return a file, to be saved or to be shown; its name may hold any character (RFC 6266, RFC 8187)."""
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(not is_shown, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def certificate_pdf(certificate: Certificate, *, by: Actor) -> bytes:
    """Return the sealed PDF of a certificate. Whoever calls has checked that it may be seen.

    Raises:
        LookupError: where it is not signed yet, or its office has no seal in use.
    """
    pdf = certificates.kept_pdf(certificate)
    if pdf is None:
        pdf = certificates.draw_pdf(certificate)
        keep_certificate_pdf(certificate_id=certificate.pk, pdf_key=certificates.store_pdf(certificate, pdf), by=by)
    return pdf


def document_pdf(document: Document, *, by: Actor) -> bytes:
    """Return the sealed PDF of a document of an office. Whoever calls has checked that it may be seen.

    Raises:
        LookupError: where it is not sealed yet, or its office has no seal in use.
    """
    pdf = documents.kept_pdf(document)
    if pdf is None:
        pdf = documents.draw_pdf(document)
        keep_document_pdf(document_id=document.pk, pdf_key=documents.store_pdf(document, pdf), by=by)
    return pdf
