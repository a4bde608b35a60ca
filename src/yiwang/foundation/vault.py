"""Encryption of personal data at rest: AES-256-GCM bound to its place, a key ring, and a blind index to look up by.

A sealed value is: one byte key version, 12 bytes nonce, ciphertext, 16 bytes tag. The place ("table:pk:column") is
authenticated with it, so a value that is copied to another row or column does not open.
"""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_TAG = 16
_HEAD = 1 + _NONCE
OVERHEAD = _HEAD + _TAG
"""How many bytes longer than its plain text a sealed value is."""


class VaultError(Exception):
    """The vault cannot do what was asked."""


class NotConfigured(VaultError):
    """No keys were given, or keys that cannot be used."""


class UnknownKey(VaultError):
    """The value was sealed with a key version that is not on the ring."""


class Altered(VaultError):
    """The value was changed, cut, moved to another place, or is not a sealed value."""


class Vault:
    """A key ring: the newest version seals, every version on it opens."""

    def __init__(self, keys: Mapping[int, bytes], index_key: bytes) -> None:
        if not keys:
            raise NotConfigured("the vault needs at least one key")
        for version, key in keys.items():
            if not 1 <= version <= 255:
                raise NotConfigured(f"key version {version} is not between 1 and 255")
            if len(key) != 32:
                raise NotConfigured(f"key version {version} has {len(key)} bytes, 32 are needed")
        if len(index_key) < 32:
            raise NotConfigured(f"the index key has {len(index_key)} bytes, at least 32 are needed")
        if any(hmac.compare_digest(index_key, key) for key in keys.values()):
            raise NotConfigured("the index key must not be one of the encryption keys")
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._newest = max(keys)
        self._index = hmac.new(index_key, digestmod=hashlib.sha256)

    def seal(self, plain: bytes | str, aad: str) -> bytes:
        """Return `plain` encrypted with the newest key and bound to the place `aad`."""
        place = _place(aad)
        nonce = os.urandom(_NONCE)
        head = bytes([self._newest]) + nonce
        data = plain.encode() if isinstance(plain, str) else plain
        return head + self._ciphers[self._newest].encrypt(nonce, data, place)

    def open_sealed(self, blob: bytes | memoryview, aad: str) -> bytes:
        """Return the plain bytes. Raises UnknownKey or Altered."""
        blob = bytes(blob)
        if len(blob) < OVERHEAD:
            raise Altered("too short for a sealed value")
        cipher = self._ciphers.get(blob[0])
        if cipher is None:
            raise UnknownKey(f"key version {blob[0]} is not on the key ring")
        try:
            return cipher.decrypt(blob[1:_HEAD], blob[_HEAD:], _place(aad))
        except InvalidTag:
            raise Altered("the sealed value was changed, or belongs to another place") from None

    def needs_resealing(self, blob: bytes | memoryview) -> bool:
        """Return whether a value was sealed with another key than the newest."""
        return bytes(blob[:1]) != bytes([self._newest])

    def blind_index(self, value: str, domain: str) -> bytes:
        """Return 16 bytes that are equal for equal values of one domain, and say nothing without the key.

        Full-width signs, spaces at the ends and letter case make no difference.
        """
        if not domain:
            raise ValueError("a blind index needs a domain")
        plain = unicodedata.normalize("NFKC", value).strip().upper().encode()
        label = domain.encode()
        digest = self._index.copy()
        digest.update(len(label).to_bytes(4, "big") + label + plain)
        return digest.digest()[:16]


def _place(aad: str) -> bytes:
    if not aad:
        raise ValueError("a sealed value needs its place, as table:pk:column")
    return aad.encode()


_vault: Vault | None = None


def configure(keys: Mapping[int, bytes], index_key: bytes) -> None:
    """Set the keys of this process: 32 bytes for each version 1-255, and an index key that never changes.

    Raises NotConfigured, and keeps the keys set before, when a key cannot be used.
    """
    global _vault
    _vault = Vault(keys, index_key)


def _configured() -> Vault:
    if _vault is None:
        raise NotConfigured("vault.configure(keys, index_key) was not called")
    return _vault


def seal(plain: bytes | str, aad: str) -> bytes:
    """Return `plain` encrypted with the newest key and bound to the place `aad` ("table:pk:column")."""
    return _configured().seal(plain, aad)


def open_sealed(blob: bytes | memoryview, aad: str) -> bytes:
    """Return the plain bytes of a sealed value. Raises UnknownKey or Altered."""
    return _configured().open_sealed(blob, aad)


def open_text(blob: bytes | memoryview, aad: str) -> str:
    """Return the plain text of a sealed value. Raises UnknownKey or Altered."""
    return _configured().open_sealed(blob, aad).decode()


def needs_resealing(blob: bytes | memoryview) -> bool:
    """Return whether a value was sealed with another key than the newest."""
    return _configured().needs_resealing(blob)


def blind_index(value: str, domain: str) -> bytes:
    """Return the 16 bytes to look a sealed value up by; `domain` keeps the indexes of different columns apart."""
    return _configured().blind_index(value, domain)


def same(one: str, other: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
