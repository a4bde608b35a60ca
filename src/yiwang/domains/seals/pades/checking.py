"""What a PDF is worth: valid, altered, untrusted or unknown, and why.

Bytes only: the seal is checked over the raw file, and no PDF parser is needed. The attached JSON is taken by a bounded scan:
from a file that is, bit for bit, what a trusted key sealed, it is what we attached; from any other it is a hint, never proof.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from . import container
from .authority import certificate_office

MAX_PDF = 20_000_000
MAX_ATTACHMENT = 1_000_000
MAX_SEALS = 8
"""Seal dictionaries looked at in one file; the first covers everything in a file of ours."""

_BYTE_RANGE = re.compile(
    rb"/ByteRange\s{0,4}\[\s{0,4}(\d{1,10})\s{1,60}(\d{1,10})\s{1,60}(\d{1,10})\s{1,60}(\d{1,10})\s{0,80}\]"
)
_SEALED_AT = re.compile(rb"/M\s{0,4}\((D[^()]{14,60})\)")
_PDF_DATE = re.compile(rb"D:(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)")
_MAX_CONTAINER = 65_536

REASONS = {
    "whole": "文件从盖章到现在一个字节都没有变 / Not one byte has changed since it was sealed",
    "too_long": "文件太大，这里不验 / The file is too large to be checked here",
    "not_pdf": "不是 PDF 文件 / Not a PDF file",
    "no_seal": "文件里没有电子印章 / The file carries no electronic seal",
    "changed": "盖章以后内容被改过 / The contents were changed after sealing",
    "added": "盖章以后又加了内容 / Something was added after sealing",
    "damaged": "印章数据不完整或被改过 / The seal's own data is damaged or was changed",
    "signature": "印章签名对不上 / The seal's signature does not fit",
    "not_ours": "盖章证书不是这里的根证书签发的 / The sealing certificate was not issued under a trusted root",
    "period": "盖章时间不在证书有效期内 / Sealed outside the certificate's validity",
    "usage": "证书不是用来盖章的 / The certificate is not meant for sealing",
    "revoked": "盖章时印章证书已经停用 / The seal had been withdrawn when it was used",
}  # fmt: skip


@dataclass(frozen=True)
class PdfVerdict:
    """What a file is worth. `attached_json` is proven only if `kind` is valid; otherwise it is what the file claims."""

    kind: Literal["valid", "altered", "unknown", "untrusted"]
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    signer: str | None = None
    signed_at: datetime | None = None
    attached_json: bytes | None = None
    certificate: x509.Certificate | None = None


def check_pdf(
    data: bytes,
    roots: Iterable[x509.Certificate],
    *,
    crls: Iterable[x509.CertificateRevocationList] = (),
) -> PdfVerdict:
    """Say what the file is worth under these roots. Never raises, whatever the file; reads at most `MAX_PDF` bytes."""
    if len(data) > MAX_PDF:
        return _verdict("unknown", "too_long")
    if not data[:1024].lstrip().startswith(b"%PDF-"):
        # a sealed file whose very first bytes were changed still names its seal
        sealed = b"ETSI.CAdES.detached" in data and b"/ByteRange" in data
        return _verdict("altered", "changed") if sealed else _verdict("unknown", "not_pdf")
    try:
        return _check_seal(data, tuple(roots), tuple(crls))
    except Exception:  # a verifier answers, it does not fall over; the file is not valid
        return _verdict("altered" if b"/ByteRange" in data else "unknown", "damaged")


def _check_seal(
    data: bytes, roots: tuple[x509.Certificate, ...], crls: tuple[x509.CertificateRevocationList, ...]
) -> PdfVerdict:
    candidates = []
    for found in _BYTE_RANGE.finditer(data):
        candidates.append(found)
        if len(candidates) >= MAX_SEALS:
            break
    claimed = scan_attachment(data)
    if not candidates:
        sealed = b"/ByteRange" in data or b"ETSI.CAdES.detached" in data
        return _verdict("altered" if sealed else "unknown", "damaged" if sealed else "no_seal", attached_json=claimed)
    worst: PdfVerdict | None = None
    for found in candidates:
        verdict = _check_range(data, found, roots, crls, claimed)
        if verdict.kind == "valid":
            return verdict
        worst = worst or verdict
    assert worst is not None
    return worst


def _check_range(
    data: bytes,
    found: re.Match[bytes],
    roots: tuple[x509.Certificate, ...],
    crls: tuple[x509.CertificateRevocationList, ...],
    claimed: bytes | None,
) -> PdfVerdict:
    start, first, second, length = (int(number) for number in found.groups())
    end = second + length
    if start != 0 or not first < second <= end <= len(data) or not (found.end() <= first or second <= found.start()):
        return _verdict("altered", "damaged", attached_json=claimed)
    try:
        certificate, digest, signature = container.take_apart(_container_bytes(data[first:second][:_MAX_CONTAINER]))
    except ValueError:
        return _verdict("altered", "damaged", attached_json=claimed)
    sealed_at = _sealed_at(data, first, second)
    about = {
        "signer": certificate_office(certificate),
        "signed_at": sealed_at,
        "attached_json": claimed,
        "certificate": certificate,
    }
    hashed = hashlib.sha256(memoryview(data)[:first])
    hashed.update(memoryview(data)[second:end])
    if hashed.digest() != digest:
        return _verdict("altered", "changed", **about)
    if not _fits(certificate, container.signed_attributes(certificate, digest), signature):
        return _verdict("altered", "signature", **about)
    if end != len(data):
        return _verdict("altered", "added", **about)
    doubt = _distrust(certificate, sealed_at, roots, crls)
    if doubt:
        return _verdict("untrusted", doubt, **about)
    return _verdict("valid", "whole", **about)


def _distrust(
    certificate: x509.Certificate,
    sealed_at: datetime | None,
    roots: tuple[x509.Certificate, ...],
    crls: tuple[x509.CertificateRevocationList, ...],
) -> str | None:
    """Return the code of the first reason not to trust the certificate at that time, or nothing."""
    root = next((r for r in roots if r.subject == certificate.issuer and _issued(r, certificate)), None)
    if root is None:
        return "not_ours"
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return "usage"
    if authority or not (usage.digital_signature and usage.content_commitment):
        return "usage"
    if sealed_at is None:
        return "period"
    for holder in (certificate, root):
        if not holder.not_valid_before_utc <= sealed_at <= holder.not_valid_after_utc:
            return "period"
    signer = root.public_key()
    for crl in crls:
        if (
            crl.issuer == root.subject
            and isinstance(signer, ec.EllipticCurvePublicKey)
            and crl.is_signature_valid(signer)
        ):
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and (sealed_at >= entry.revocation_date_utc or _is_compromised(entry)):
                return "revoked"
    return None


def _is_compromised(entry: x509.RevokedCertificate) -> bool:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return True
    return reason in (x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise)


def _issued(root: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _fits(certificate: x509.Certificate, attributes: bytes, signature: bytes) -> bool:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        return False
    try:
        public.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _container_bytes(spelled: bytes) -> bytes:
    """Read `<hex, zeros>`, upper case as pyHanko writes it. Raises `ValueError` for any other spelling or other padding."""
    digits = spelled[1:-1].rstrip(b"0")
    padded = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    if spelled[:1] != b"<" or spelled[-1:] != b">" or not padded.hex().upper().encode().startswith(digits):
        raise ValueError("not a hex string of ours")
    if padded[:2] != b"\x30\x82":
        raise ValueError("not the head of a container")
    size = 4 + int.from_bytes(padded[2:4], "big")
    if len(padded) > size:
        raise ValueError("more than a container")
    return padded + bytes(size - len(padded))  # zeros that belong to the container itself


def _sealed_at(data: bytes, first: int, second: int) -> datetime | None:
    """Read /M beside the container, where the seal dictionary stands; these bytes are under the seal."""
    stated = _SEALED_AT.search(data, second, second + 2000) or _SEALED_AT.search(data, max(0, first - 2000), first)
    if stated is None:
        return None
    plain = re.sub(rb"\\([0-3][0-7]{2})", lambda octal: bytes([int(octal.group(1), 8)]), stated.group(1))
    parts = _PDF_DATE.fullmatch(plain)
    if parts is None:
        return None
    try:
        shift = timedelta(hours=int(parts.group(3) or 0), minutes=int(parts.group(4) or 0))
        zone = timezone(-shift if parts.group(2) == b"-" else shift)
        digits = parts.group(1).decode()
        return datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def scan_attachment(data: bytes) -> bytes | None:
    """Return the first embedded file that looks like a JSON object, without parsing the PDF."""
    position = 0
    for _ in range(16):
        position = data.find(b"/EmbeddedFile", position)
        if position < 0:
            return None
        begin = data.find(b"stream", position, position + 1000)
        position += 13
        if begin < 0 or data[begin - 3 : begin] == b"end":
            continue
        begin += 8 if data[begin + 6 : begin + 8] == b"\r\n" else 7
        raw = data[begin : begin + MAX_ATTACHMENT]
        try:
            unpacker = zlib.decompressobj()
            content = (
                raw[: raw.find(b"endstream")].rstrip() if raw[:1] == b"{" else unpacker.decompress(raw, MAX_ATTACHMENT)
            )
        except zlib.error:
            continue
        if content[:1] == b"{" and len(content) < MAX_ATTACHMENT:
            return content
    return None


def _verdict(kind: str, code: str, **about: object) -> PdfVerdict:
    return PdfVerdict(kind=kind, reasons=(REASONS[code],), codes=(code,), **about)  # type: ignore[arg-type]
