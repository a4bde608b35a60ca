"""What this domain asks of whoever holds the private keys."""

from typing import Protocol

from cryptography import x509

from yiwang.domains.seals.pades.authority import SealKey


class SealAuthority(Protocol):
    """电子印章 authority: makes an office's key and certificate, and lets it be used. A real one is a hardware module."""

    is_specimen: bool

    def make_seal(self, *, office_code: str, office_name: str) -> SealKey:
        """Return the office's key, made on the first call."""
        ...

    def key(self, key_id: str) -> SealKey:
        """Return a key by its id."""
        ...

    def roots(self) -> tuple[x509.Certificate, ...]:
        """Return what a verifier trusts."""
        ...

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Return every seal certificate ever issued."""
        ...

    def revocations(self) -> tuple[x509.CertificateRevocationList, ...]:
        """Return the current revocation lists."""
        ...
