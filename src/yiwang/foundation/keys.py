"""The platform's own secrets: vault keys, blind-index key, the journal's signing key.

They live in one directory with mode 0700 that is part of the backup. In production the directory is prepared by the
operator with `yiwang keys`; the demo makes its own.
"""

import base64
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yiwang.foundation import vault

_directory: Path | None = None


class NoKeys(Exception):
    """The key directory is missing or incomplete."""


def make_keys(directory: Path) -> bool:
    """Create what is missing in the key directory; return whether anything was made. Never replaces a key."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = False
    if not (directory / "vault.json").exists():
        ring = {
            "secret": secrets.token_urlsafe(48),
            "seal_passphrase": secrets.token_urlsafe(24),
            "index": base64.b64encode(secrets.token_bytes(32)).decode(),
            "vault": {"1": base64.b64encode(secrets.token_bytes(32)).decode()},
        }
        _write(directory / "vault.json", json.dumps(ring, indent=1).encode())
        made = True
    if not (directory / "journal.pem").exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(directory / "journal.pem", pem)
        made = True
    return made


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def use_keys(directory: Path) -> None:
    """Load the vault's keys from a directory and sign checkpoints with the journal key in it."""
    global _directory
    _directory = directory
    _ring.cache_clear()
    _journal_key.cache_clear()
    if (directory / "vault.json").exists():
        ring = _ring()
        keys = {int(version): base64.b64decode(key) for version, key in ring["vault"].items()}
        vault.configure(keys, base64.b64decode(ring["index"]))


@lru_cache(maxsize=1)
def _ring() -> dict:
    if _directory is None or not (_directory / "vault.json").exists():
        raise NoKeys("no keys yet: run `yiwang keys` once on this installation")
    return json.loads((_directory / "vault.json").read_text())


@lru_cache(maxsize=1)
def _journal_key() -> Ed25519PrivateKey:
    if _directory is None or not (_directory / "journal.pem").exists():
        raise NoKeys("no journal key yet: run `yiwang keys` once on this installation")
    key = serialization.load_pem_private_key((_directory / "journal.pem").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def secret_key() -> str:
    """Return the secret that sessions and forms are signed with."""
    return _ring()["secret"]


def seal_passphrase() -> bytes:
    """Return the passphrase of the demo authority's seal keys at rest."""
    return _ring()["seal_passphrase"].encode()


def sign_checkpoint(text: bytes) -> tuple[str, bytes]:
    """Return (key id, Ed25519 signature) over the text of a tree head."""
    key = _journal_key()
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return "ed25519:" + raw.hex(), key.sign(text)
