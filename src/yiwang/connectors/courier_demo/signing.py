"""How the platform and the demo courier know each other: HMAC-SHA256 over time, nonce and the body as it came.

Nothing here imports Django: the courier is somebody else's process.
"""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

TIMESTAMP, NONCE, SIGNATURE = "X-Courier-Timestamp", "X-Courier-Nonce", "X-Courier-Signature"
WINDOW_SECONDS = 300
LONGEST_BODY = 16 * 1024


class Forged(Exception):
    """A message whose signature, time or nonce does not hold. The words say nothing about why."""


def shared_secret(folder: Path, given: str = "") -> bytes:
    """Return the secret of both sides: what the setting says, or what lies in the data folder, made at the first call."""
    if given:
        return given.encode()
    path = folder / "courier" / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(f".{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(part, path)
        except FileExistsError:  # the other side was faster: its secret holds
            pass
        finally:
            part.unlink()
    return path.read_text().strip().encode()


def signature(secret: bytes, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of a message."""
    return "v1=" + hmac.new(secret, f"{timestamp}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()


def signed_headers(secret: bytes, body: bytes, *, at: float | None = None, nonce: str = "") -> dict[str, str]:
    """Return the headers that a message travels with."""
    timestamp, nonce = str(int(time.time() if at is None else at)), nonce or secrets.token_hex(16)
    return {
        "Content-Type": "application/json",
        TIMESTAMP: timestamp,
        NONCE: nonce,
        SIGNATURE: signature(secret, timestamp, nonce, body),
    }


def check_signature(secret: bytes, headers: Mapping[str, str], body: bytes, *, at: float | None = None) -> str:
    """Return the nonce of a message that is signed, in time and whole.

    Raises:
        Forged: for any other.
    """
    timestamp, nonce, given = (headers.get(name) or "" for name in (TIMESTAMP, NONCE, SIGNATURE))
    ours = signature(secret, timestamp, nonce, body)
    is_right = hmac.compare_digest(ours.encode(), given.encode("utf-8", "replace"))
    is_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    now = time.time() if at is None else at
    if not is_right or not is_time or abs(now - int(timestamp)) > WINDOW_SECONDS or not 16 <= len(nonce) <= 64:
        raise Forged
    return nonce
