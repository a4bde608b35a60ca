"""One's certificates, and checking anybody's."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router

from yiwang.channels.openapi.access import OnBehalfOf, person, token, visitor
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, keys_of, page, strange_cursor
from yiwang.channels.openapi.papers import UPLOAD, uploaded_file
from yiwang.channels.openapi.problems import ApiProblem, said
from yiwang.channels.openapi.sealed_files import no_such_format, not_drawn_yet, not_sealed_yet
from yiwang.channels.openapi.shapes import certificates as shapes
from yiwang.channels.openapi.shapes import read_as, words
from yiwang.channels.openapi.strict_json import read_json
from yiwang.channels.ui.downloads import BeingMade, certificate_pdf, download
from yiwang.channels.ui.limits import guessed, guessed_too_often
from yiwang.domains.certificates import queries
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import Finding, public_facts, verify_file, verify_text
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor

router = Router(tags=["certificates"], auth=token)
FORMATS = ["pdf", "jws"]


def _row(certificate: Certificate) -> dict[str, Any]:
    kind, office = certificate.type, certificate.office
    return {
        "id": certificate.pk,
        "type": {"code": kind.code, "name": words(kind.name, kind.name_en)},
        "number": certificate.number,
        "identifier": certificate.identifier,
        "holder_name": certificate.holder_name,
        "office": {"code": office.code, "name": words(office.name, office.name_en)},
        "issued_on": certificate.issued_on,
        "valid_until": certificate.valid_until,
        "state": certificate.state,
        "is_in_force": queries.is_in_force(certificate),
    }


@router.get(
    "/certificates",
    response=shapes.CertificatePage,
    operation_id="listCertificates",
    summary="My certificates / 证照夹",
)
def list_certificates(request: HttpRequest, limit: Limit, cursor: Cursor, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One's own certificates, or those of the firm acted for, the newest first."""
    found = queries.visible_to(person(request, on_behalf_of))
    if keys := keys_of(cursor, 2):
        try:
            day, last = dt.date.fromisoformat(keys[0]), UUID(keys[1])
        except ValueError:
            raise strange_cursor() from None
        found = found.filter(Q(issued_on__lt=day) | Q(issued_on=day, id__lt=last))
    rows, more = page(list(found[: limit + 1]), limit)
    after = cursor_for(rows[-1].issued_on.isoformat(), str(rows[-1].pk)) if more else None
    return {"items": [_row(c) for c in rows], "next": after}


def _own(actor: Actor, certificate_id: UUID) -> Certificate:
    found = queries.visible_to(actor).filter(pk=certificate_id).first()
    if found is None:
        raise NotVisible
    return found


@router.get(
    "/certificates/{uuid:certificate_id}",
    response=shapes.CertificateOut,
    operation_id="getCertificate",
    summary="A certificate / 电子证照",
)
def get_certificate(request: HttpRequest, certificate_id: UUID, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One certificate with its face; numbers of identity documents are masked."""
    certificate = _own(person(request, on_behalf_of), certificate_id)
    return {
        **_row(certificate),
        "valid_from": certificate.valid_from,
        "verify_code": certificate.verify_code,
        "face": [{"label": label, "value": value} for label, value in queries.face_of(certificate, masked=True)],
        "formats": FORMATS,
    }


@router.get(
    "/certificates/{uuid:certificate_id}/document",
    response={200: None},
    operation_id="getCertificateDocument",
    summary="A certificate as a file / 下载证照",
    openapi_extra={
        "responses": {
            200: {
                "content": {
                    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
                    "application/jose": {"schema": {"type": "string"}},
                }
            }
        },
        "x-problems": [406, 409],
    },
)
def get_file(
    request: HttpRequest,
    certificate_id: UUID,
    on_behalf_of: OnBehalfOf,
    format: Annotated[
        str,
        Query(default="pdf", max_length=20, pattern="^[a-z-]+$", description="`pdf` or `jws`.", examples=["pdf"]),
    ],
) -> Any:
    """The sealed PDF/A-3b with the data attached, or the signed data (JWS, RFC 7515). Other formats: 406 names these."""
    actor = person(request, on_behalf_of)
    certificate = _own(actor, certificate_id)
    if format not in FORMATS:
        raise no_such_format(format, FORMATS)
    if certificate.signed_at is None:
        raise not_sealed_yet()
    if format == "jws":
        signed = queries.signature_of(certificate).encode()
        return download(signed, name=f"{certificate.number}.jws", media_type="application/jose")
    try:
        pdf = certificate_pdf(certificate, by=actor)
    except BeingMade:
        raise not_drawn_yet() from None
    return download(pdf, name=f"{certificate.number}.pdf", media_type="application/pdf")


VERIFY = {
    "requestBody": {
        "required": True,
        "content": {
            **UPLOAD["requestBody"]["content"],  # type: ignore[dict-item]
            "application/json": {"schema": {"$ref": "#/components/schemas/VerifySent"}},
        },
    }
}


@router.post(
    "/verify",
    response=shapes.Verdict,
    auth=visitor,
    operation_id="verify",
    summary="Verify a certificate or document / 验证",
    tags=["verification"],
    openapi_extra=VERIFY,
)
def verify(request: HttpRequest) -> dict[str, Any]:
    """Say whether a file, an identifier, a number or a code is valid, expired, revoked, altered or unknown, and why."""
    if request.content_type == "multipart/form-data":
        return _verdict(verify_file(uploaded_file(request)[0]))
    if request.content_type != "application/json":
        zh, en = (
            "用 multipart/form-data 发文件，或者用 JSON 发 text。",
            "Send a file as multipart/form-data, or JSON with `text`.",
        )
        raise ApiProblem(415, "", zh, en)
    sent = read_as(shapes.VerifySent, read_json(request.body))
    if wait := guessed_too_often(request, "verify"):
        raise ApiProblem(429, headers={"Retry-After": str(wait)})
    finding = verify_text(sent.text)
    if finding.verdict == "unknown":
        guessed(request, "verify")
    return _verdict(finding)


def _verdict(finding: Finding) -> dict[str, Any]:
    kind = "certificate" if finding.certificate else "document" if finding.document else None
    return {
        "verdict": finding.verdict,
        "reasons": [said(*reason) for reason in finding.reasons],
        "kind": kind,
        "facts": [{"label": words(*label), "value": _fact(value)} for label, value in public_facts(finding)],
        "checks": [{"ok": c.ok, "words": words(*c.words), "detail": words(*c.detail)} for c in finding.checks],
        "differences": [{"label": words(*d.words), "signed": d.signed, "found": d.found} for d in finding.differences],
    }


def _fact(value: Any) -> str:
    if isinstance(value, tuple):
        return said(*value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
