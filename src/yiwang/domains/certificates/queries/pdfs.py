"""Certificates as sealed PDFs: kept ones, and drawing one, which only the worker does."""

import json

from django.conf import settings

from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries.holding import face_of, payload_of
from yiwang.domains.certificates.rendering import SEAL_BOX, render_certificate
from yiwang.domains.seals.pades.stamp import seal_pdf
from yiwang.domains.seals.queries import key_of, seal_in_use
from yiwang.foundation import files


def kept_pdf(certificate: Certificate) -> bytes | None:
    """Return the PDF drawn earlier."""
    if not certificate.pdf_key:
        return None
    return files.load(certificate.pdf_key, f"certificates_certificate:{certificate.pk}:pdf")


def with_pdf(certificate: Certificate) -> Certificate:
    """Return a certificate as it stands now, as far as its PDF goes."""
    return Certificate.objects.only("pdf_key").get(pk=certificate.pk)


def draw_pdf(certificate: Certificate) -> bytes:
    """Render and seal the PDF/A-3b of a signed certificate.

    Raises:
        LookupError: where it is not signed yet, or its office has no seal in use.
    """
    from yiwang.domains.seals.pades.embedding import sign_pdf  # heavy: for the worker only

    seal = seal_in_use(certificate.office_id)
    if seal is None or certificate.signed_at is None:
        raise LookupError("not signed yet")
    payload = payload_of(certificate)
    data = json.loads(payload)
    shown = {
        "type_name": certificate.type.name,
        "type_name_en": certificate.type.name_en,
        "identifier": certificate.identifier,
        "number": certificate.number,
        "issuer": data["ZZBFJG"],
        "issued_on": data["ZZBFRQ"],
        "valid_until": data["ZZYXQJZRQ"] or "长期",
        "verify_url": f"{settings.YIWANG_ORIGIN}/verify?code={certificate.verify_code}",
        "specimen": data["specimen"],
        "fields": [[label["zh"], value] for label, value in face_of(certificate, masked=False)],
    }
    drawn = render_certificate(shown, attached=payload)
    key = key_of(seal)
    picture = seal_pdf(key.office_name)
    return sign_pdf(
        drawn,
        key,
        field_box=SEAL_BOX,
        seal_image=picture,
        reason=certificate.type.name,
        when=certificate.signed_at,
    )


def store_pdf(certificate: Certificate, pdf: bytes) -> str:
    """Keep a drawn PDF, encrypted; return where it lies, for `keep_certificate_pdf`."""
    return files.store(pdf, f"certificates_certificate:{certificate.pk}:pdf", media_type="application/pdf").key
