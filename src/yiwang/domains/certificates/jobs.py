"""Sign what was intended: read, sign outside any transaction, store. Done twice, it changes nothing."""

from typing import Any

from yiwang.domains.certificates.actions import store_certificate_signature
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import payload_of
from yiwang.domains.seals.actions import provide_seal
from yiwang.domains.seals.pades.signing import sign_data
from yiwang.domains.seals.queries import key_of
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import outside_job


@outside_job("sign_certificate")
def sign_certificate(payload: dict[str, Any], *, key: str) -> None:
    """Sign one certificate's data with the seal of the office that issues it.

    Raises:
        LookupError: where the office has no seal; the job waits on the ladder until it has one.
    """
    certificate = Certificate.objects.get(pk=payload["certificate"])
    if certificate.signed_at:
        return
    seal = provide_seal(office_code=certificate.office_id, by=SYSTEM)
    signature = sign_data(payload_of(certificate), key_of(seal))
    store_certificate_signature(certificate_id=certificate.pk, signature=signature, seal=seal, by=SYSTEM)
