"""Sign what was intended: read, sign outside any transaction, store. Done twice, it changes nothing. And draw PDFs."""

from collections.abc import Collection, Sequence
from typing import Any

from yiwang.domains.certificates.actions import keep_certificate_pdf, store_certificate_signatures
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import draw_pdf, payload_of, store_pdf
from yiwang.domains.seals.actions import provide_seal
from yiwang.domains.seals.pades.signing import sign_data
from yiwang.domains.seals.queries import key_of
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.failpoints import fail_at
from yiwang.foundation.files.orphans import names_files
from yiwang.foundation.jobs.registry import batch_job, outside_job


@batch_job("sign_certificate")
def sign_certificates(payloads: Sequence[dict[str, Any]]) -> None:
    """Sign the data of certificates, each with the seal of the office that issues it.

    Raises:
        LookupError: where an office has no seal; its job waits on the ladder until it has one.
    """
    wanted = [payload["certificate"] for payload in payloads]
    found = list(Certificate.objects.filter(pk__in=wanted, signed_at__isnull=True).order_by("pk"))
    codes = sorted({certificate.office_id for certificate in found})
    seals = {code: provide_seal(office_code=code, by=SYSTEM) for code in codes}
    keys = {code: key_of(seal) for code, seal in seals.items()}
    fail_at("certificate.unsigned")
    signed = [(c.pk, sign_data(payload_of(c), keys[c.office_id]), seals[c.office_id]) for c in found]
    fail_at("certificate.unstored")
    if signed:
        store_certificate_signatures(signed=signed, by=SYSTEM)


@outside_job("draw_certificate_pdf", urgent=True)
def draw_certificate_pdf(payload: dict[str, Any], *, key: str) -> None:
    """Draw and seal the PDF of a certificate that somebody asked for, and keep it.

    Raises:
        LookupError: where the certificate is not signed yet, or its office has no seal in use.
    """
    certificate = Certificate.objects.select_related("type").get(pk=payload["certificate"])
    if not certificate.pdf_key:
        pdf_key = store_pdf(certificate, draw_pdf(certificate))
        keep_certificate_pdf(certificate_id=certificate.pk, pdf_key=pdf_key, by=SYSTEM)


@names_files("certificates_certificate.pdf_key")
def named_by_certificates(keys: Collection[str]) -> set[str]:
    """Return which of these keys certificates name."""
    return set(Certificate.objects.filter(pdf_key__in=keys).exclude(pdf_key="").values_list("pdf_key", flat=True))
