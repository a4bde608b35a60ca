"""Hand a file over under its own name, kept by no cache; and the sealed PDFs, drawn at the first time of asking and kept.

The worker draws them: a typesetter and its fonts weigh as much as all the rest of a web process.
"""

from collections.abc import Callable
from threading import BoundedSemaphore
from time import monotonic, sleep

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from yiwang.domains.certificates import queries as certificates
from yiwang.domains.certificates.actions import ask_for_certificate_pdf
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.documents import queries as documents
from yiwang.domains.documents.actions import ask_for_document_pdf
from yiwang.domains.documents.models import Document
from yiwang.foundation.actors import Actor

PATIENCE_SECONDS = 2.0
"""How long a request waits for its PDF: a worker that has nothing else to do draws one within half a second."""
LOOK_SECONDS = 0.1
_places = BoundedSemaphore(2)
"""Of the four threads of a process two may wait for PDFs; the others go on with pages."""


class BeingMade(LookupError):
    """The seal or the PDF is not there yet; it follows within seconds."""


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
        BeingMade: where it is not signed yet, or the worker has not drawn it by now.
    """
    pdf = certificates.kept_pdf(certificate)
    if pdf is None and certificate.signed_at is not None:
        ask_for_certificate_pdf(certificate_id=certificate.pk, by=by)
        pdf = _awaited(lambda: certificates.kept_pdf(certificates.with_pdf(certificate)))
    if pdf is None:
        raise BeingMade
    return pdf


def document_pdf(document: Document, *, by: Actor) -> bytes:
    """Return the sealed PDF of a document of an office. Whoever calls has checked that it may be seen.

    Raises:
        BeingMade: where it is not sealed yet, or the worker has not drawn it by now.
    """
    pdf = documents.kept_pdf(document)
    if pdf is None and document.sealed_at is not None:
        ask_for_document_pdf(document_id=document.pk, by=by)
        pdf = _awaited(lambda: documents.kept_pdf(documents.with_pdf(document)))
    if pdf is None:
        raise BeingMade
    return pdf


def _awaited(look: Callable[[], bytes | None]) -> bytes | None:
    """Look again and again for what the worker draws, for as long as one waits for a page; then None."""
    if not _places.acquire(blocking=False):
        return None
    try:
        end = monotonic() + PATIENCE_SECONDS
        while monotonic() < end:
            if (found := look()) is not None:
                return found
            sleep(LOOK_SECONDS)
        return look()
    finally:
        _places.release()
