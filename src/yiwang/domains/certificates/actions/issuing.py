"""Prepare and sign certificates."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from yiwang.domains.certificates.actions.after_grant import put_in_place
from yiwang.domains.certificates.events import (
    CertificateIntended,
    CertificateSigned,
    CertificateTypesLoaded,
)
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.policies import may_prepare, may_store_signature
from yiwang.domains.certificates.rendering import missing_glyphs
from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.identity.queries import id_number_of
from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.actions import note_seal_use
from yiwang.domains.seals.models import Seal
from yiwang.domains.seals.queries import seal_in_use
from yiwang.foundation import vault
from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.codes import certificate_identifier
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, made, together
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import database_uuid, record
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.taking import take
from yiwang.foundation.prepared import prepared_cursor

SPECIMEN = "演示 SPECIMEN"
HOLDER_CODE = {"person": "111", "firm": "001"}
"""证件类型代码: 111 公民身份号码, 001 统一社会信用代码."""


@action
def load_certificate_types(*, types: Iterable[CertificateType], by: Actor) -> int:
    """Enter or change certificate types; return how many changed."""
    require(by.kind == "system" or by.has_role("administrator"))
    fields = ["name", "name_en", "definer", "holder", "validity_months", "fields"]
    known = {t.code: t for t in CertificateType.objects.all()}
    wanted = list(types)
    changed = [
        t for t in wanted if t.code not in known or any(getattr(t, f) != getattr(known[t.code], f) for f in fields)
    ]
    CertificateType.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=fields)
    if changed:
        record(CertificateTypesLoaded(codes=tuple(t.code for t in changed)), by=by)
    return len(changed)


@action
def prepare_certificate(
    *,
    type_code: str,
    person: Person | None,
    firm: Firm | None,
    office: Office,
    case_id: UUID | None,
    fields: dict[str, Any],
    valid_until: date | None,
    replaces_id: UUID | None = None,
    by: Actor,
) -> Certificate:
    """Store what a certificate will say, before anything is signed; a job signs it within seconds.

    Raises:
        Refused: where a character of the face cannot be printed as typed; nothing is written.
    """
    require(may_prepare(by))
    kind = _type_with(type_code)
    holder = firm.name if firm else (person.name if person else "")
    lost = missing_glyphs("".join([holder, office.name, *[str(v) for v in fields.values()]]))
    if lost:
        message = _("证照上印不出这些字：{signs}。请先请运维装上字库，再作决定。").format(signs="、".join(lost))
        raise Refused(message, code="missing_glyph")
    day, certificate_id = today(), uuid7()
    prefix = f"YS{day.year}{office.region_id or ''}{type_code[-3:]}"
    serial = take(f"certificate:{prefix}")
    identifier = certificate_identifier(type_code, office.code, f"{day.year}{serial:06d}", 1)
    number = f"{prefix}{serial:06d}"
    code, payload = build_data(
        kind=kind, person=person, firm=firm, office=office, number=number, identifier=identifier, fields=fields, day=day,
        valid_until=valid_until,
    )  # fmt: skip
    digest = hashlib.sha256(payload).hexdigest()
    certificate = made(
        Certificate,
        id=certificate_id,
        type_id=kind.code,
        identifier=identifier,
        number=number,
        verify_code=code,
        holder_person_id=None if firm or person is None else person.pk,
        holder_firm_id=firm.pk if firm else None,
        holder_name=holder,
        office_id=office.code,
        case_id=case_id,
        issued_on=day,
        valid_from=day,
        valid_until=valid_until,
        payload_sealed=vault.seal(payload, f"certificates_certificate:{certificate_id}:payload"),
        payload_sha256=digest,
        intended_at=now(),
        replaces_id=replaces_id,
    )
    with together():
        insert(certificate)
        enqueue("sign_certificate", {"certificate": str(certificate_id)}, key=str(certificate_id))
        record(CertificateIntended(certificate_id=certificate_id, case_id=case_id, sha256=digest), by=by)
    return certificate


_TYPE = "SELECT name FROM certificates_certificatetype WHERE code = %s"


def _type_with(code: str) -> CertificateType:
    """Return as much of a type as the data name. Raises CertificateType.DoesNotExist."""
    with prepared_cursor() as cursor:
        cursor.execute(_TYPE, [code])
        found = cursor.fetchone()
    if found is None:
        raise CertificateType.DoesNotExist(code)
    return made(CertificateType, code=code, name=found[0])


def build_data(
    *,
    kind: CertificateType,
    person: Person | None,
    firm: Firm | None,
    office: Office,
    number: str,
    identifier: str,
    fields: dict[str, Any],
    day: date,
    valid_until: date | None,
) -> tuple[str, bytes]:
    """Return the verify code and the data to be signed: the short names of GB/T 36903, own fields under KZ_."""
    code, issued_on = unguessable(), day.isoformat()
    data = {
        "ZZMC": kind.name,
        "ZZLXDM": kind.code,
        "ZZBH": number,
        "ZZBS": identifier,
        "ZZBFJG": office.name,
        "ZZBFJGDM": office.code,
        "ZZBFRQ": issued_on,
        "CZZT": firm.name if firm else (person.name if person else ""),
        "CZZTDM": firm.credit_code if firm else (id_number_of(person) if person else ""),
        "CZZTDMLXDM": HOLDER_CODE["firm" if firm else "person"],
        "ZZYXQQSRQ": issued_on,
        "ZZYXQJZRQ": valid_until.isoformat() if valid_until else "",
        "verify_code": code,
        "specimen": SPECIMEN,
    }
    for key, value in fields.items():
        data[f"KZ_{key}"] = value
    return code, json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


_STORE = "UPDATE certificates_certificate SET signature_sealed = %s, signed_at = %s, state = 'valid' WHERE id = %s"


@action
def store_certificate_signatures(*, signed: Sequence[tuple[UUID, str, Seal]], by: Actor) -> None:
    """Make certificates count: their signatures are stored, each with its seal. One that is signed stays as it is."""
    require(may_store_signature(by))
    waiting = Certificate.objects.select_for_update().filter(pk__in=[pk for pk, _, _ in signed], signed_at__isnull=True)
    known = {
        c.pk: c for c in waiting.only("id", "identifier", "case_id", "payload_sha256", "replaces_id").order_by("pk")
    }
    fresh = [(known[pk], signature, seal) for pk, signature, seal in signed if pk in known]
    at = connection.ops.adapt_datetimefield_value(now())
    rows = [
        (vault.seal(signature, f"certificates_certificate:{one.pk}:signature"), at, database_uuid(one.pk))
        for one, signature, _ in fresh
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, rows)
    with together():
        for one, signature, seal in fresh:
            note_seal_use(seal=seal, purpose="certificate", subject=one.identifier, signed=signature, by=by)
        for one, _, _ in fresh:
            fact = CertificateSigned(certificate_id=one.pk, case_id=one.case_id, sha256=one.payload_sha256)
            record(fact, by=by)
    for one, _, _ in fresh:
        if one.replaces_id:
            put_in_place(one, by)


@action(silent="it is only asked for; drawn from data that are recorded")
def ask_for_certificate_pdf(*, certificate_id: UUID, by: Actor) -> None:
    """Have the worker draw the PDF of a certificate: no web process holds the fonts. A second time asks for nothing more."""
    require(by.kind in {"person", "staff", "system"})
    enqueue("draw_certificate_pdf", {"certificate": str(certificate_id)}, key=str(certificate_id))


@action(silent="a PDF is drawn from data that are recorded; the use of the seal is a row of its own")
def keep_certificate_pdf(*, certificate_id: UUID, pdf_key: str, by: Actor) -> None:
    """Remember where the rendered and sealed PDF of a certificate lies, and note the use of the seal on it."""
    require(by.kind in {"person", "staff", "system"})
    if Certificate.objects.filter(pk=certificate_id, pdf_key="").update(pdf_key=pdf_key):
        certificate = Certificate.objects.only("office_id", "identifier").get(pk=certificate_id)
        if seal := seal_in_use(certificate.office_id):
            subject = certificate.identifier
            note_seal_use(seal=seal, purpose="certificate_pdf", subject=subject, signed=pdf_key, by=SYSTEM)
