"""Official codes and their check characters: people, bodies, certificates, items and cases, contacts.

A `…_problem` function returns None for a good value, otherwise one word for what is wrong: `empty`, `length`,
`format`, `division`, `birth_date`, `check_digit`, `old_15` (a resident id of before 1999), `office_code`, `landline`.
Values may be typed with full-width signs, spaces or small letters; `plain_code` gives the form to store.
"""

from yiwang.foundation.codes.bodies import credit_code_problem, org_code_check_char, org_code_of, org_code_problem
from yiwang.foundation.codes.certificates import (
    CERTIFICATE_ROOT,
    CertificateIdentifier,
    certificate_check_char,
    certificate_identifier,
    certificate_identifier_problem,
    parse_certificate_identifier,
)
from yiwang.foundation.codes.contacts import email_problem, mobile_problem, phone_problem, plain_mobile
from yiwang.foundation.codes.items import ItemCode, case_number, item_code_problem, parse_item_code
from yiwang.foundation.codes.people import (
    DOCUMENT_KINDS,
    citizen_birth_date,
    citizen_id_from_15,
    citizen_id_problem,
    citizen_sex,
    identity_document_problem,
)
from yiwang.foundation.codes.typing_slips import plain_code

__all__ = [
    "CERTIFICATE_ROOT",
    "DOCUMENT_KINDS",
    "CertificateIdentifier",
    "ItemCode",
    "case_number",
    "certificate_check_char",
    "certificate_identifier",
    "certificate_identifier_problem",
    "citizen_birth_date",
    "citizen_id_from_15",
    "citizen_id_problem",
    "citizen_sex",
    "credit_code_problem",
    "email_problem",
    "identity_document_problem",
    "item_code_problem",
    "mobile_problem",
    "org_code_check_char",
    "org_code_of",
    "org_code_problem",
    "parse_certificate_identifier",
    "parse_item_code",
    "phone_problem",
    "plain_code",
    "plain_mobile",
]
