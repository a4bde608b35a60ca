"""Check a certificate or document that somebody shows: by number, by code, or by its file."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import unquote

from django.db.models import Q

from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries.holding import SELECTED, data_of, is_in_force
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import document_by_code, document_by_number
from yiwang.domains.seals.queries import check_sealed_pdf
from yiwang.foundation.clock import ZONE
from yiwang.foundation.masking import mask_name


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
