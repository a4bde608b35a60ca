"""The demo authority behind the `SealAuthority` port."""

from functools import cached_property

from cryptography import x509
from django.conf import settings

from yiwang.domains.seals.pades.authority import Authority, SealKey, open_authority
from yiwang.foundation import keys


class DemoAuthority:
    """Keeps its root and the offices' keys, encrypted, under the data directory."""

    is_specimen = True

    @cached_property
    def _authority(self) -> Authority:
        return open_authority(settings.YIWANG_DIR / "authority", keys.seal_passphrase().decode())

    def make_seal(self, *, office_code: str, office_name: str) -> SealKey:
        """Return the office's key, made on the first call."""
        return self._authority.seal_key(office_code, office_name)

    def key(self, key_id: str) -> SealKey:
        """Return a key by its id."""
        return self._authority.load_seal_key(key_id)

    def roots(self) -> tuple[x509.Certificate, ...]:
        """Return the demo root."""
        return (self._authority.root,)

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Return every seal certificate issued so far."""
        return self._authority.certificates()

    def revocations(self) -> tuple[x509.CertificateRevocationList, ...]:
        """Return the demo revocation list."""
        return (self._authority.crl(),)
