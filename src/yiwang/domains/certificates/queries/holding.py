"""Certificates that somebody holds, and what they say."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from yiwang.domains.certificates.models import Certificate
from yiwang.foundation import vault
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.ids import as_uuid
from yiwang.foundation.journal.recording import database_uuid
from yiwang.foundation.masking import mask_id_number
from yiwang.foundation.prepared import prepared_cursor

SELECTED = ("type", "office")


def visible_to(actor: Actor) -> QuerySet[Certificate]:
    """Return the certificates that an actor may see: one's own or one's firm's; for officials those of their office."""
    found = Certificate.objects.select_related(*SELECTED).exclude(state=Certificate.State.INTENDED)
    if actor.is_person:
        mine = Q(holder_firm_id=actor.on_behalf_of) if actor.on_behalf_of else Q(holder_person_id=actor.id)
        return found.filter(mine).order_by("-issued_on", "-id")
    if actor.is_staff:
        return found.filter(office_id=actor.office).order_by("-issued_on", "-id")
    return found.order_by("-issued_on", "-id") if actor.kind == "system" else found.none()


def of_case(case_id: UUID) -> Certificate | None:
    """Return the certificate that a case led to; whoever calls has checked that the case may be seen."""
    return Certificate.objects.select_related(*SELECTED).filter(case_id=case_id).first()


def is_in_force(certificate: Certificate) -> bool:
    """Return whether a certificate counts today."""
    return certificate.state == Certificate.State.VALID and (
        certificate.valid_until is None or certificate.valid_until >= today()
    )


def held_for(actor: Actor) -> dict[str, Certificate]:
    """Return type code → the newest certificate in force that the actor holds, for forms and materials."""
    return {c.type_id: c for c in reversed(list(visible_to(actor)[:100])) if is_in_force(c)} if actor.is_person else {}


def ids_held(actor: Actor, type_codes: Collection[str]) -> dict[str, UUID]:
    """Return type code → the newest certificate in force of these types that the actor holds, in one narrow read.

    Whoever acts for a firm and is its legal representative has their own identity papers with them; a clerk has none of
    another's.
    """
    if not actor.is_person or not type_codes:
        return {}
    marks, day = ", ".join(["%s"] * len(type_codes)), connection.ops.adapt_datefield_value(today())
    me, rest = database_uuid(actor.known_id), [day, *type_codes]
    statement, values = _HELD.format(whose="c.holder_person_id = %s", marks=marks), [me, *rest]
    if actor.on_behalf_of:
        firm = database_uuid(actor.on_behalf_of)
        statement = _HELD.format(whose="c.holder_firm_id = %s", marks=marks)
        statement += f" UNION ALL {_HELD.format(whose=_REPRESENTATIVE, marks=marks)}"
        values = [firm, *rest, me, firm, *rest]
    with prepared_cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY issued_on, id", values)
        return {code: as_uuid(found) for code, found, _issued_on in cursor.fetchall()}


_HELD = """SELECT c.type_id, c.id, c.issued_on FROM certificates_certificate c
WHERE {whose} AND c.state = 'valid' AND (c.valid_until IS NULL OR c.valid_until >= %s) AND c.type_id IN ({marks})"""
_REPRESENTATIVE = """c.holder_person_id = %s AND EXISTS (SELECT 1 FROM identity_firmmember m WHERE m.firm_id = %s
 AND m.person_id = c.holder_person_id AND m.role = 'legal_representative')"""


def held_of(actor: Actor, type_codes: Collection[str]) -> dict[str, Certificate]:
    """Return the certificates that `ids_held` finds, as a page names them."""
    ids = ids_held(actor, type_codes)
    rows = Certificate.objects.in_bulk(ids.values()) if ids else {}
    return {code: rows[found] for code, found in ids.items() if found in rows}


def payload_of(certificate: Certificate) -> bytes:
    """Return the bytes that the seal covers."""
    return vault.open_sealed(bytes(certificate.payload_sealed), f"certificates_certificate:{certificate.pk}:payload")


def data_of(certificate: Certificate) -> dict[str, Any]:
    """Return what a certificate says, by the short names of GB/T 36903."""
    found: dict[str, Any] = json.loads(payload_of(certificate))
    return found


def signature_of(certificate: Certificate) -> str:
    """Return the signed data (JWS)."""
    place = f"certificates_certificate:{certificate.pk}:signature"
    return vault.open_text(bytes(certificate.signature_sealed), place) if certificate.signature_sealed else ""


def face_of(certificate: Certificate, *, masked: bool) -> list[tuple[dict[str, str], str]]:
    """Return the fields of the face as (label in both languages, value); `masked` hides id numbers.

    Holder and number of the holder head it, unless a field of the type says the same.
    """
    data = data_of(certificate)
    own = [(spec["label"], str(data.get(f"KZ_{spec['key']}", ""))) for spec in certificate.type.fields]
    said = {value for _, value in own}
    number = FIRM_NUMBER if certificate.holder_firm_id else PERSON_NUMBER
    heads = [(HOLDER, data["CZZT"]), (number, data.get("CZZTDM", ""))]
    rows = [row for row in heads if row[1] not in said] + own
    hides = masked and certificate.holder_person_id is not None
    return [(label, mask_id_number(v) if hides and _is_id_like(v) else v) for label, v in rows if v]


HOLDER = {"zh": "持有人", "en": "Holder"}
FIRM_NUMBER = {"zh": "统一社会信用代码", "en": "Credit code"}
PERSON_NUMBER = {"zh": "证件号码", "en": "ID number"}


def _is_id_like(value: str) -> bool:
    return len(value) == 18 and value[:17].isdigit()
