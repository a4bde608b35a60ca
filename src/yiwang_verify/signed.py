"""Signed data: compact JWS (RFC 7515, ES256) under the certificates of the seals in the store."""

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from yiwang_verify.store import Store, a_moment, moment

_HEADER = {"alg", "kid", "x5t#S256"}


class NotSigned(ValueError):
    """The signed data do not hold; the message says why."""


@dataclass(frozen=True)
class Seal:
    """One office's seal as the store knows it."""

    office: str
    key_id: str
    certificate: x509.Certificate
    valid_from: dt.datetime
    valid_until: dt.datetime
    withdrawn_at: dt.datetime | None

    def counts_at(self, at: dt.datetime) -> bool:
        """Return whether the seal could be used at a moment."""
        return self.valid_from <= at <= min(self.valid_until, self.withdrawn_at or self.valid_until)


class Seals:
    """All seals ever given, by the thumbprint of their certificate."""

    def __init__(self, store: Store) -> None:
        sql = "SELECT office_id, key_id, certificate_pem, valid_from, valid_until, withdrawn_at FROM seals_seal"
        self.all: dict[str, Seal] = {}
        for office, key_id, pem, start, end, withdrawn in store.rows(sql):
            certificate = x509.load_pem_x509_certificate(pem.encode())
            digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
            thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            self.all[thumbprint] = Seal(office, key_id, certificate, a_moment(start), a_moment(end), moment(withdrawn))

    def problems(self, root_file: Path) -> list[str]:
        """Return what is wrong with the seals themselves: names that differ, a certificate that the root did not sign."""
        root = _first_certificate(root_file) if root_file.exists() else None
        found = []
        for seal in self.all.values():
            names = seal.certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
            if not names or names[0].value != seal.key_id:
                found.append(f"seal {seal.key_id}: its certificate names another key")
            if root is not None:
                try:
                    seal.certificate.verify_directly_issued_by(root)
                except (InvalidSignature, ValueError, TypeError):
                    found.append(f"seal {seal.key_id}: its certificate was not issued by {root_file.name}")
        return found

    def verified(self, jws: bytes) -> tuple[bytes, Seal]:
        """Return (payload, the seal that signed it). Raises NotSigned."""
        try:
            head, body, tail = jws.split(b".")
            header = json.loads(_decoded(head))
            payload, signature = _decoded(body), _decoded(tail)
        except (ValueError, RecursionError) as error:
            raise NotSigned("it is not a compact JWS") from error
        if not isinstance(header, dict) or set(header) != _HEADER or header["alg"] != "ES256":
            raise NotSigned("its header is not that of ES256 with kid and x5t#S256")
        seal = self.all.get(str(header["x5t#S256"]))
        if seal is None or seal.key_id != header["kid"]:
            raise NotSigned("no seal of the store has this key id and certificate")
        key = seal.certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 64:
            raise NotSigned("its key or its signature is not of the curve P-256")
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            key.verify(encode_dss_signature(r, s), head + b"." + body, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise NotSigned("its signature does not fit the data") from None
        return payload, seal


def _decoded(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _first_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]
