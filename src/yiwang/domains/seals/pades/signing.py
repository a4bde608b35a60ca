"""Sealing data: a compact JWS (ES256)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .authority import SealKey, certificate_kid, certificate_office, certificate_thumbprint

MAX_JWS = 2_000_000
_ES256 = ec.ECDSA(hashes.SHA256())
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def sign_data(payload: bytes, key: SealKey) -> str:
    """Return a compact JWS (ES256) over `payload`; its header names the key (`kid`) and certificate (`x5t#S256`)."""
    signing_input = _header(key.kid, key.thumbprint) + b"." + _encode(payload)
    r, s = decode_dss_signature(key.private_key.sign(signing_input, _ES256))
    return (signing_input + b"." + _encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode()


@dataclass(frozen=True)
class DataVerdict:
    """What a JWS is worth. `payload` is there only if it is valid; `problem` only if it is not."""

    kind: Literal["valid", "altered", "unknown"]
    payload: bytes | None = None
    problem: str | None = None
    certificate: x509.Certificate | None = None

    @property
    def signer(self) -> str | None:
        """The office whose certificate made the signature."""
        return certificate_office(self.certificate) if self.certificate else None

    @property
    def kid(self) -> str | None:
        """The id of the key that made the signature."""
        return certificate_kid(self.certificate) if self.certificate else None


def verify_data(jws: str | bytes, certificates: Iterable[x509.Certificate]) -> DataVerdict:
    """Say whether `jws` was made by `sign_data` with the key of one of `certificates`. Never raises.

    Only ES256 with exactly our header is accepted: no `none`, no other algorithm, no key or address inside the token, and
    only the canonical spelling of every part, so that one payload has one accepted token per signature.
    """
    try:
        text = jws.decode("ascii") if isinstance(jws, bytes) else jws
        if len(text) > MAX_JWS:
            return DataVerdict("unknown", problem="too long for a signed record")
        head, body, tail = text.encode("ascii").split(b".")
        header = json.loads(_decode(head))
        payload, signature = _decode(body), _decode(tail)
    except (ValueError, RecursionError):
        return DataVerdict("unknown", problem="not a compact JWS")
    if not isinstance(header, dict) or header.get("alg") != "ES256":
        return DataVerdict("unknown", problem="algorithm refused: only ES256 is accepted")
    if set(header) != {"alg", "kid", "x5t#S256"}:
        return DataVerdict("unknown", problem="the header has other members than ours")
    found = next((c for c in certificates if certificate_thumbprint(c) == header["x5t#S256"]), None)
    if found is None:
        return DataVerdict("unknown", problem="signed with a certificate that is not known here")
    if head != _header(certificate_kid(found), certificate_thumbprint(found)):
        return DataVerdict("altered", problem="the header differs from what the certificate makes", certificate=found)
    if not _is_signed(found, head + b"." + body, signature):
        return DataVerdict("altered", problem="the signature does not fit the data", certificate=found)
    return DataVerdict("valid", payload=payload, certificate=found)


def _is_signed(certificate: x509.Certificate, signing_input: bytes, signature: bytes) -> bool:
    public = certificate.public_key()
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not (0 < r < _ORDER and 0 < s < _ORDER):
        return False
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        return False
    try:
        public.verify(encode_dss_signature(r, s), signing_input, _ES256)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4096)
def _header(kid: str, thumbprint: str) -> bytes:
    return _encode(json.dumps({"alg": "ES256", "kid": kid, "x5t#S256": thumbprint}, separators=(",", ":")).encode())


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    data = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    if _encode(data) != text:
        raise ValueError("not the canonical base64url")
    return data
