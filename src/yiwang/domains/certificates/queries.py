"""Read and check certificates."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.rendering import SEAL_BOX, render_certificate
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import document_by_code, document_by_number
from yiwang.domains.seals.pades.signing import sign_pdf
from yiwang.domains.seals.pades.stamp import seal_pdf
from yiwang.domains.seals.queries import check_sealed_pdf, key_of, seal_in_use
from yiwang.foundation import files, vault
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.masking import mask_id_number, mask_name

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
    """Return type code → the newest certificate in force of these types that the actor holds, in one narrow read."""
    if not actor.is_person or not type_codes:
        return {}
    mine = Q(holder_firm_id=actor.on_behalf_of) if actor.on_behalf_of else Q(holder_person_id=actor.known_id)
    found = Certificate.objects.filter(mine, type_id__in=type_codes, state=Certificate.State.VALID)
    in_force = found.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today())).order_by("issued_on", "id")
    return dict(in_force.values_list("type_id", "id"))


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


@dataclass(frozen=True)
class Check:
    """One thing that was tested: passed, failed, or could not be tested (None)."""

    ok: bool | None
    words: tuple[str, str]
    detail: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Difference:
    """One field of a file that says something else than what was issued; what is nobody's business reads as such."""

    words: tuple[str, str]
    signed: str
    found: str


@dataclass(frozen=True)
class Finding:
    """What a check found: the verdict, what was checked, and what may be shown to anybody. Texts are (Chinese, English)."""

    verdict: str
    """valid, expired, revoked, altered, unknown"""
    reasons: list[tuple[str, str]] = field(default_factory=list)
    certificate: Certificate | None = None
    document: Document | None = None
    checks: list[Check] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


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


def finding_of_document(document: Document) -> Finding:
    """Say what a document of an office is worth by its record."""
    if document.sealed_at is None:
        return Finding(
            "unknown",
            [("在库，正在盖章，几秒后再验", "On record; the seal follows. Try again in seconds")],
            None,
            document,
        )
    return Finding("valid", [("签发记录在库，已经盖章", "It is on record, with its seal")], None, document)


PublicValue = str | date | tuple[str, str]
"""A text, a date, or a text in (Chinese, English)."""


def public_facts(finding: Finding) -> list[tuple[tuple[str, str], PublicValue]]:
    """Return the least that tells what a checked thing is: names of people are masked, nothing private is among them."""
    if certificate := finding.certificate:
        holder = mask_name(certificate.holder_name) if certificate.holder_person_id else certificate.holder_name
        until: PublicValue = certificate.valid_until or ("长期", "No end")
        return [
            (("持有人", "Holder"), holder),
            (("证照编号", "Number"), certificate.number),
            (("证照标识", "Identifier"), certificate.identifier),
            (("签发日期", "Issued on"), certificate.issued_on),
            (("有效期到", "Valid until"), until),
        ]
    if document := finding.document:
        day = (document.sealed_at or document.created_at).astimezone(ZONE).date()
        return [(("文书编号", "Number"), document.number), (("日期", "Date"), day)]
    return []


def verify_text(text: str) -> Finding:
    """Check what somebody typed or scanned: a verify code, the address behind a QR code, an identifier or a number."""
    wanted = unquote(text.strip().rpartition("code=")[2])[:200]
    bare = wanted.replace(" ", "").upper()
    if not bare or "\0" in bare:
        return Finding("unknown", [NOT_FOUND])
    if certificate := by_code(bare) or by_identifier(bare):
        found = finding_of(certificate)
        return replace(found, checks=_record_checks(found))
    if document := document_by_code(bare) or document_by_number(wanted) or document_by_number(wanted.replace(" ", "")):
        found = finding_of_document(document)
        return replace(found, checks=_record_checks(found))
    return Finding("unknown", [NOT_FOUND], checks=[Check(False, ("没有这条签发记录", "No such record"))])


def verify_file(data: bytes) -> Finding:
    """Check a PDF: first its seal over the very bytes, then the record that its attached data name.

    What a file with a broken seal claims is never taken for true; it only serves to find the original.
    """
    seal = check_sealed_pdf(data)
    said = _claims(seal.attached_json)
    certificate, document = _named(said)
    seal_words = _halves(seal.reasons[0])
    if seal.kind == "altered":
        checks = [
            Check(False, ("内容被改过", "The contents were changed"), seal_words),
            *_original_checks(certificate, document),
        ]
        return Finding("altered", [seal_words], certificate, document, checks, _differences(certificate, said))
    if seal.kind != "valid":
        known = seal.kind == "untrusted"
        doubt = (
            ("印章不是这里认识的", "The seal is not one we know")
            if known
            else ("没有可以查验的印章", "No seal to check")
        )
        return Finding("unknown", [seal_words], checks=[Check(False if known else None, doubt, seal_words)])
    good = [
        Check(True, ("盖章是真的", "The seal is genuine"), (seal.signer or "", seal.signer or "")),
        Check(True, ("内容没有改过", "Not altered"), seal_words),
    ]
    digest = hashlib.sha256(seal.attached_json or b"").hexdigest()
    record = certificate or document
    if record is None:
        return Finding("unknown", [NO_RECORD], checks=[*good, Check(None, NO_RECORD)])
    if digest != (certificate.payload_sha256 if certificate else document.data_sha256 if document else ""):
        return Finding("altered", [OTHER_RECORD], certificate, document, [*good, Check(False, OTHER_RECORD)])
    found = finding_of(certificate) if certificate else finding_of_document(document)  # type: ignore[arg-type]
    return replace(found, checks=[*good, *_record_checks(found)])


NOT_FOUND = ("查不到。先对照原件看看有没有抄错", "Not found. Check first that it was copied correctly")
NO_RECORD = ("印章没有问题，但这里没有它的签发记录", "The seal is good, but there is no record of it here")
OTHER_RECORD = ("里面的数据和签发记录对不上", "The data inside does not match the record")
HIDDEN = "（不公开）"
SIGNED_NAMES = {
    "ZZMC": ("证照名称", "Certificate"), "ZZBH": ("证照编号", "Number"), "ZZBFJG": ("发证机关", "Issued by"),
    "ZZBFRQ": ("签发日期", "Issued on"), "ZZYXQQSRQ": ("有效期从", "Valid from"), "ZZYXQJZRQ": ("有效期到", "Valid until"),
    "CZZT": ("持有人", "Holder"),
}  # fmt: skip


def _halves(reason: str) -> tuple[str, str]:
    zh, _, en = reason.partition(" / ")
    return zh, en or zh


def _claims(attached: bytes | None) -> dict[str, Any]:
    try:
        said = json.loads(attached or b"{}")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _named(said: dict[str, Any]) -> tuple[Certificate | None, Document | None]:
    """Return the record that a file names by its unguessable code: a number alone could be anybody's guess."""
    code = said.get("verify_code")
    if not isinstance(code, str) or not code or "\0" in code:
        return None, None
    certificate = by_code(code)
    return certificate, None if certificate else document_by_code(code)


def _record_checks(found: Finding) -> list[Check]:
    if found.document:
        return [Check(found.verdict == "valid" or None, found.reasons[0])]
    assert found.certificate is not None
    on_record = Check(True, ("签发记录在库", "It is on record as issued"))
    if found.verdict == "revoked":
        return [on_record, Check(False, found.reasons[0])]
    standing = Check(True, ("没有被撤销、注销、暂扣或换发", "Not revoked, cancelled, suspended or replaced"))
    return [
        on_record,
        standing,
        Check(
            found.verdict == "valid",
            ("在有效期内", "Within its validity") if found.verdict == "valid" else found.reasons[0],
        ),
    ]


def _original_checks(certificate: Certificate | None, document: Document | None) -> list[Check]:
    if certificate is None and document is None:
        return [Check(None, ("找不到原件的签发记录", "No record of an original was found"))]
    found = Check(
        True, ("有一份原件签发在库", "An original is on record"), ("但你手上这份不是它", "What you hold is not it")
    )
    if certificate is None:
        return [found]
    state = finding_of(certificate)
    return (
        [found]
        if state.verdict == "valid"
        else [found, Check(None, ("原件现在也不再有效", "The original no longer counts either"), state.reasons[0])]
    )


def _differences(certificate: Certificate | None, said: dict[str, Any]) -> list[Difference]:
    """Compare what a changed file says with what was signed. Of a person's certificate only what is public is shown."""
    if certificate is None:
        return []
    signed, rows = data_of(certificate), []
    own = {
        f"KZ_{spec['key']}": (spec["label"]["zh"], spec["label"].get("en") or spec["label"]["zh"])
        for spec in certificate.type.fields
    }
    for key, words in (SIGNED_NAMES | own).items():
        was, now_says = str(signed.get(key, "")), str(said.get(key, ""))[:200]
        if was == now_says:
            continue
        private = bool(certificate.holder_person_id) and (key in own or key == "CZZT")
        shown = mask_name(was) if key == "CZZT" else HIDDEN
        rows.append(Difference(words, shown if private else was, now_says or "（空）"))
    return rows
