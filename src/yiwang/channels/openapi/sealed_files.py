"""Sealed papers for download: as data with their signature, or as the sealed PDF."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query

from yiwang.channels.openapi.problems import ApiProblem
from yiwang.channels.ui.downloads import BeingMade, document_pdf, download
from yiwang.domains.documents import queries as documents
from yiwang.domains.documents.models import Document
from yiwang.foundation.actors import Actor

Format = Annotated[
    str,
    Query(default="json", max_length=20, pattern="^[a-z-]+$", description="`json` or `pdf`.", examples=["json"]),
]
PDF_TOO = {
    "responses": {
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
    },
    "x-problems": [406, 409],
}


def no_such_format(wanted: str, exists: list[str]) -> ApiProblem:
    """Return the answer to a format that we do not make: it names those that exist."""
    listed = "、".join(exists)
    return ApiProblem(
        406, "no_such_format", f"没有 {wanted}，有 {listed}。", f"No {wanted} here; there is {', '.join(exists)}."
    )


def not_sealed_yet() -> ApiProblem:
    """Return the answer to a paper whose seal follows within seconds."""
    zh, en = "还没有盖章，过几秒再取。", "The seal follows within seconds. Try again."
    return ApiProblem(409, "not_sealed_yet", zh, en, headers={"Retry-After": "5"})


def not_drawn_yet() -> ApiProblem:
    """Return the answer to a sealed paper whose PDF the worker is drawing."""
    zh, en = "PDF 正在做，过两秒再取。", "The PDF is being made. Try again in two seconds."
    return ApiProblem(409, "not_drawn_yet", zh, en, headers={"Retry-After": "2"})


def document_answer(request: HttpRequest, document: Document, wanted: str, actor: Actor) -> Any:
    """Return a document as data or as PDF. Whoever calls has checked that the case may be seen.

    Raises:
        ApiProblem: 406 for another format, 409 where the seal or the PDF is not there yet.
    """
    if wanted == "json":
        return {
            "id": document.pk,
            "kind": document.kind,
            "number": document.number,
            "data": documents.data_of(document),
            "sha256": document.data_sha256,
            "sealed_at": document.sealed_at,
            "signature": documents.signature_of(document),
        }
    if wanted != "pdf":
        raise no_such_format(wanted, ["json", "pdf"])
    if document.sealed_at is None:
        raise not_sealed_yet()
    try:
        pdf = document_pdf(document, by=actor)
    except BeingMade:
        raise not_drawn_yet() from None
    return download(pdf, name=f"{document.kind}-{document.pk}.pdf", media_type="application/pdf")
