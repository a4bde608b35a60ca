"""Every change of a certificate, one function for each verb."""

from yiwang.domains.certificates.actions.after_grant import (
    cancel_as_asked,
    restore_certificate,
    suspend_certificate,
    withdraw_certificate,
)
from yiwang.domains.certificates.actions.issuing import (
    HOLDER_CODE,
    SPECIMEN,
    ask_for_certificate_pdf,
    build_data,
    keep_certificate_pdf,
    load_certificate_types,
    prepare_certificate,
    store_certificate_signatures,
)

__all__ = [
    "HOLDER_CODE",
    "SPECIMEN",
    "ask_for_certificate_pdf",
    "build_data",
    "cancel_as_asked",
    "keep_certificate_pdf",
    "load_certificate_types",
    "prepare_certificate",
    "restore_certificate",
    "store_certificate_signatures",
    "suspend_certificate",
    "withdraw_certificate",
]
