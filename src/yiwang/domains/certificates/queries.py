"""Read and check certificates."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.rendering import SEAL_BOX, render_certificate
from yiwang.domains.seals.pades.signing import sign_pdf
from yiwang.domains.seals.pades.stamp import seal_pdf
from yiwang.domains.seals.queries import key_of, seal_in_use
from yiwang.foundation import files, vault
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.masking import mask_id_number

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
    """Return the fields of the face as (label in both languages, value); `masked` hides id numbers."""
    data = data_of(certificate)
    code = data.get("CZZTDM", "")
    if masked and certificate.holder_person_id:
        code = mask_id_number(code)
    label = {"zh": "统一社会信用代码", "en": "Credit code"} if certificate.holder_firm_id else {"zh": "证件号码", "en": "ID number"}
    rows = [({"zh": "持有人", "en": "Holder"}, data["CZZT"]), (label, code)]
    for spec in certificate.type.fields:
        value = str(data.get(f"KZ_{spec['key']}", ""))
        if value:
            rows.append((spec["label"], mask_id_number(value) if masked and _is_id_like(value) else value))
    return rows


def _is_id_like(value: str) -> bool:
    return len(value) == 18 and value[:17].isdigit()


def kept_pdf(certificate: Certificate) -> bytes | None:
    """Return the PDF drawn earlier."""
    if not certificate.pdf_key:
        return None
    return files.load(certificate.pdf_key, f"certificates_certificate:{certificate.pk}:pdf")


def draw_pdf(certificate: Certificate) -> bytes:
    """Render and seal the PDF/A-3b of a signed certificate.

    Raises:
        LookupError: where it is not signed yet, or its office has no seal in use.
    """
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
    picture = seal_pdf(data["ZZBFJG"])
    return sign_pdf(
        drawn, key_of(seal), field_box=SEAL_BOX, seal_image=picture, reason=certificate.type.name, when=certificate.signed_at
    )


def store_pdf(certificate: Certificate, pdf: bytes) -> str:
    """Keep a drawn PDF, encrypted; return where it lies, for `keep_certificate_pdf`."""
    return files.store(pdf, f"certificates_certificate:{certificate.pk}:pdf", media_type="application/pdf").key


@dataclass(frozen=True)
class Finding:
    """What a check found: the verdict, what was checked, and what may be shown to anybody."""

    verdict: str
    """valid, expired, revoked, altered, unknown"""
    reasons: list[tuple[str, str]] = field(default_factory=list)
    """Sentences, (Chinese, English)."""
    certificate: Certificate | None = None


def by_identifier(text: str) -> Certificate | None:
    """Return the certificate with this identifier (GB/T 36904) or this number."""
    wanted = text.strip().replace(" ", "").upper()
    found = Certificate.objects.select_related(*SELECTED).exclude(state=Certificate.State.INTENDED)
    return found.filter(Q(identifier=wanted) | Q(number=wanted)).first()


def by_code(code: str) -> Certificate | None:
    """Return the certificate that a verify code stands for."""
    found = Certificate.objects.select_related(*SELECTED).exclude(state=Certificate.State.INTENDED)
    return found.filter(verify_code=code.strip().replace(" ", "").upper()).first()


STATE_REASONS = {
    "revoked": ("发证机关已经撤销了它", "The issuing office has revoked it"),
    "cancelled": ("它已经注销", "It has been cancelled"),
    "suspended": ("它正被暂扣", "It is suspended"),
    "replaced": ("已经换发新证，旧证不再有效", "It was replaced by a newer one"),
}


def finding_of(certificate: Certificate) -> Finding:
    """Say whether a certificate counts today, and why not where it does not."""
    if certificate.state in STATE_REASONS:
        return Finding("revoked", [STATE_REASONS[certificate.state]], certificate)
    if not is_in_force(certificate):
        return Finding("expired", [("它已经过了有效期", "Its validity has ended")], certificate)
    good = [
        ("签发记录在库，内容与签发时一致", "It is on record as issued, with the same contents"),
        ("没有被撤销、注销、暂扣或换发", "It is not revoked, cancelled, suspended or replaced"),
        ("在有效期内", "It is within its validity"),
    ]
    return Finding("valid", good, certificate)
