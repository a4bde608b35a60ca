"""The key directory, and values sealed with its keys: version byte, 12 bytes nonce, AES-256-GCM bound to its place."""

import base64
import json
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from yiwang_verify.store import Unreadable

NONCE = 12
TAG = 16


class NotSealed(ValueError):
    """The bytes do not open at this place: altered, moved, or never sealed."""


class Keyring:
    """The keys of one installation."""

    def __init__(self, folder: Path) -> None:
        """Read `vault.json` and every `journal*.pem` of a key directory.

        Raises:
            Unreadable: where they are missing or damaged.
        """
        try:
            ring = json.loads((folder / "vault.json").read_text(encoding="utf-8"))
            self._ciphers = {int(v): AESGCM(base64.b64decode(key)) for v, key in ring["vault"].items()}
            self.journal_keys = {_public_hex(path) for path in sorted(folder.glob("journal*.pem"))}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"the keys in {folder} cannot be read ({error}): give --dir, or restore keys/") from error
        if not self.journal_keys:
            raise Unreadable(f"there is no journal.pem in {folder}: give --dir, or restore keys/")

    def opened(self, blob: bytes | memoryview | None, place: str) -> bytes:
        """Return the plain bytes of a sealed value. Raises NotSealed."""
        data = bytes(blob or b"")
        cipher = self._ciphers.get(data[0]) if data else None
        if cipher is None or len(data) < 1 + NONCE + TAG:
            raise NotSealed(f"{place} is not a sealed value")
        try:
            return cipher.decrypt(data[1 : 1 + NONCE], data[1 + NONCE :], place.encode())
        except InvalidTag:
            raise NotSealed(f"{place} does not open: altered, or moved from another place") from None


def _public_hex(path: Path) -> str:
    pem = path.read_bytes()
    public = load_pem_public_key(pem) if b"PUBLIC KEY" in pem else load_pem_private_key(pem, None)
    if isinstance(public, Ed25519PrivateKey):
        public = public.public_key()
    if not isinstance(public, Ed25519PublicKey):
        raise ValueError(f"{path.name} is not an Ed25519 key")
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
