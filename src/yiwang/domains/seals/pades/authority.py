"""A demonstration certificate authority in a directory: one root, one key and certificate per office, one CRL.

Files: `root.pem` and `seals/<kid>.pem`, each a certificate followed by its key (PKCS #8, encrypted), and `crl.pem`. A file
is written whole and linked into place, so that two processes that start together end with the same key.
"""

import fcntl
import hashlib
import os
import re
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

SPECIMEN = "演示 SPECIMEN"
ROOT_YEARS, SEAL_YEARS = 20, 10
CRL_DAYS = 7
_OFFICE_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,47}")
_PEM_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.S)


class AuthorityError(Exception):
    """The authority's directory cannot be used: a wrong passphrase, a damaged file, an unknown key."""


@dataclass(frozen=True)
class SealKey:
    """One office's sealing key and its certificate. Keep the object: loading it costs more than sealing with it."""

    kid: str
    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey

    @cached_property
    def thumbprint(self) -> str:
        """Base64url SHA-256 of the certificate (the JWS header `x5t#S256`)."""
        return certificate_thumbprint(self.certificate)

    @property
    def office_name(self) -> str:
        """The office that the certificate names."""
        return certificate_office(self.certificate)


@lru_cache(maxsize=4096)
def certificate_thumbprint(certificate: x509.Certificate) -> str:
    """Return the base64url SHA-256 of a certificate, without padding."""
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def certificate_office(certificate: x509.Certificate) -> str:
    """Return the office (organisation) that a certificate names, or its whole subject."""
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def certificate_kid(certificate: x509.Certificate) -> str:
    """Return the key id that a seal's certificate names (subject serialNumber), or an empty string."""
    names = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return str(names[0].value) if names else ""


def load_root(directory: Path | str) -> x509.Certificate:
    """Return the root certificate, without any passphrase. Raises `AuthorityError` where there is none."""
    return _read_certificate(Path(directory) / "root.pem")


def load_certificates(directory: Path | str) -> tuple[x509.Certificate, ...]:
    """Return every seal certificate ever issued here, oldest name first, without any passphrase."""
    return tuple(_read_certificate(path) for path in sorted((Path(directory) / "seals").glob("*.pem")))


def load_crl(directory: Path | str) -> x509.CertificateRevocationList:
    """Return the current revocation list, without any passphrase. Raises `AuthorityError` where there is none."""
    try:
        return x509.load_pem_x509_crl((Path(directory) / "crl.pem").read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityError(f"no usable revocation list in {directory}: {error}") from error


def open_authority(directory: Path | str, passphrase: str, *, valid_from: datetime | None = None) -> "Authority":
    """Open the authority in `directory`, making root and CRL if they are missing. The same call twice changes nothing.

    Certificates count from `valid_from`, by default two years ago: a demonstration seals its own played past.
    Raises `AuthorityError` for an empty or wrong passphrase and for damaged files.
    """
    if not passphrase:
        raise AuthorityError("the authority needs a passphrase for its keys")
    path = Path(directory)
    for folder in (path, path / "seals"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    start = valid_from or datetime.now(UTC) - timedelta(days=730)
    if not (path / "root.pem").exists():
        key = ec.generate_private_key(ec.SECP256R1())
        _place(path / "root.pem", _pem(_root_certificate(key, start), key, passphrase))
    certificate, key = _read_pair(path / "root.pem", passphrase)
    authority = Authority(path, passphrase, SealKey("root", certificate, key), start)
    if not (path / "crl.pem").exists():
        _place(path / "crl.pem", authority._sign_crl([], 1).public_bytes(Encoding.PEM))
    return authority


class Authority:
    """The opened authority. Holds every key that was asked for once; nothing is read from disk twice."""

    def __init__(self, directory: Path, passphrase: str, root: SealKey, valid_from: datetime) -> None:
        """Use `open_authority`."""
        self._directory, self._passphrase, self._root, self._valid_from = directory, passphrase, root, valid_from
        self._keys: dict[str, SealKey] = {}

    @property
    def root(self) -> x509.Certificate:
        """The root certificate: the one thing that a verifier has to trust."""
        return self._root.certificate

    def seal_key(self, office_code: str, office_name: str, *, generation: int = 1) -> SealKey:
        """Return the office's key, made on the first call; a later `generation` is a new key beside the old one.

        Raises `AuthorityError` for an office code that is not letters, digits, `-` and `_`, or if the stored certificate
        names another office.
        """
        if not _OFFICE_CODE.fullmatch(office_code) or generation < 1:
            raise AuthorityError(f"not an office code: {office_code[:60]!r}")
        kid = f"{office_code}.{generation}"
        if kid not in self._keys:
            path = self._path(kid)
            if not path.exists():
                key = ec.generate_private_key(ec.SECP256R1())
                _place(path, _pem(self._seal_certificate(key, kid, office_name), key, self._passphrase))
            self._keys[kid] = SealKey(kid, *_read_pair(path, self._passphrase))
        found = self._keys[kid]
        if found.office_name != office_name:
            raise AuthorityError(f"{kid} seals for {found.office_name}, not for {office_name}: use a new generation")
        return found

    def load_seal_key(self, kid: str) -> SealKey:
        """Return an existing key by its id. Raises `AuthorityError` if there is none."""
        if kid not in self._keys:
            self._keys[kid] = SealKey(kid, *_read_pair(self._path(kid), self._passphrase))
        return self._keys[kid]

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Return all seal certificates, those of earlier generations too."""
        return load_certificates(self._directory)

    def crl(self) -> x509.CertificateRevocationList:
        """Return the current revocation list, signed anew once it is about to run out."""
        current = load_crl(self._directory)
        due = current.next_update_utc
        if due is not None and due - datetime.now(UTC) > timedelta(days=1):
            return current
        return self._extend_crl(None)

    def revoke(self, kid: str, when: datetime, *, compromised: bool = False) -> x509.CertificateRevocationList:
        """Put a seal's certificate on the list from `when` on; a second call changes nothing. Returns the list.

        With `compromised` nothing sealed with the key counts any more, whatever time it claims.
        """
        certificate = _read_certificate(self._path(kid))
        reason = x509.ReasonFlags.key_compromise if compromised else x509.ReasonFlags.cessation_of_operation
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(when)
            .add_extension(x509.CRLReason(reason), critical=False)
            .build()
        )
        return self._extend_crl(entry)

    def _path(self, kid: str) -> Path:
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,47}\.[1-9]\d{0,3}", kid):
            raise AuthorityError(f"not a key id: {kid[:60]!r}")
        return self._directory / "seals" / f"{kid}.pem"

    def _extend_crl(self, entry: x509.RevokedCertificate | None) -> x509.CertificateRevocationList:
        with _locked(self._directory / "crl.lock"):
            current = load_crl(self._directory)
            entries = list(current)
            if entry is not None:
                if current.get_revoked_certificate_by_serial_number(entry.serial_number) is not None:
                    return current
                entries.append(entry)
            number = current.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
            fresh = self._sign_crl(entries, number + 1)
            _place(self._directory / "crl.pem", fresh.public_bytes(Encoding.PEM), replace=True)
            return fresh

    def _sign_crl(self, entries: list[x509.RevokedCertificate], number: int) -> x509.CertificateRevocationList:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now)
            .next_update(now + timedelta(days=CRL_DAYS))
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(_authority_key(self._root.private_key), critical=False)
        )
        for entry in entries:
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self._root.private_key, hashes.SHA256())

    def _seal_certificate(self, key: ec.EllipticCurvePrivateKey, kid: str, office_name: str) -> x509.Certificate:
        subject = _subject(office_name, f"{SPECIMEN} {office_name}", kid)
        return (
            _certificate(key, subject, self.root.subject, self._valid_from, SEAL_YEARS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(_authority_key(self._root.private_key), critical=False)
            .sign(self._root.private_key, hashes.SHA256())
        )


def _root_certificate(key: ec.EllipticCurvePrivateKey, start: datetime) -> x509.Certificate:
    subject = _subject("一网演示（非政府机构）", f"一网电子印章根证书 {SPECIMEN}", "root")
    return (
        _certificate(key, subject, subject, start, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(ca=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _subject(organisation: str, common_name: str, serial: str) -> x509.Name:
    attributes = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, f"{SPECIMEN} 不具法律效力"),
        (NameOID.COMMON_NAME, common_name.encode()[:64].decode(errors="ignore")),
        (NameOID.SERIAL_NUMBER, serial),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _certificate(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, start: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * years + years // 4))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_key(root_key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())


def _pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    secret = BestAvailableEncryption(passphrase.encode())
    return certificate.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        found = _PEM_CERTIFICATE.search(path.read_bytes())
        if found is None:
            raise AuthorityError(f"no certificate in {path.name}")
        return x509.load_pem_x509_certificate(found.group())
    except (OSError, ValueError) as error:
        raise AuthorityError(f"cannot read {path.name}: {error}") from error


def _read_pair(path: Path, passphrase: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate = _read_certificate(path)
    try:
        key = load_pem_private_key(_PEM_CERTIFICATE.sub(b"", path.read_bytes()), passphrase.encode())
    except (OSError, ValueError, TypeError) as error:
        raise AuthorityError(f"cannot open the key in {path.name}: wrong passphrase or damaged file") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise AuthorityError(f"key and certificate in {path.name} do not belong together")
    return certificate, key


def _place(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file whole, readable by its owner only. Without `replace` the first writer wins."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(name).replace(path)
        else:
            os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
