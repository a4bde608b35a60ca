"""How the provider and the platform know each other's messages: HMAC-SHA-256 over time, nonce and the raw bytes.

Without Django: both the platform and the provider's process use it.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

TIME, NONCE, SIGNATURE = "X-Payment-Time", "X-Payment-Nonce", "X-Payment-Signature"
PATIENCE_SECONDS = 300
"""How old a signature may be. A message that comes late is signed when it is sent."""
LONGEST = 8_192


def shared_key(given: str, secret: str) -> bytes:
    """Return the key that was agreed (`YIWANG_PAYMENT_SECRET`), or one derived from the installation's own secret."""
    return given.encode() if given else hmac.digest(secret.encode(), b"payment_demo", hashlib.sha256)


def signature(key: bytes, at: str, nonce: str, body: bytes) -> str:
    """Return the signature over a message, in hex."""
    return hmac.new(key, f"{at}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


def signed_headers(key: bytes, body: bytes) -> dict[str, str]:
    """Return the headers that a message is sent with now."""
    at, nonce = str(int(time.time())), secrets.token_hex(16)
    return {TIME: at, NONCE: nonce, SIGNATURE: signature(key, at, nonce, body), "Content-Type": "application/json"}


def is_genuine(key: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a message is signed with this key and not old; compared in a time that tells nothing."""
    at, nonce, given = (headers.get(name, "") for name in (TIME, NONCE, SIGNATURE))
    if not (at.isascii() and at.isdecimal() and len(at) < 12 and 16 <= len(nonce) <= 64 and len(body) <= LONGEST):
        return False
    right = hmac.compare_digest(signature(key, at, nonce, body).encode(), given.encode())
    return right and abs(time.time() - int(at)) <= PATIENCE_SECONDS


def canonical(values: dict[str, Any]) -> bytes:
    """Return the bytes of a message: sorted keys, no spaces."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def order_query(key: bytes, order: dict[str, str]) -> str:
    """Return the query of the pay page for an order, signed as a whole."""
    return urlencode({**order, "sign": hmac.new(key, canonical(order), hashlib.sha256).hexdigest()})


def is_signed_order(key: bytes, order: dict[str, str], sign: str) -> bool:
    """Return whether an order is as the platform signed it."""
    right = hmac.new(key, canonical(order), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), sign.encode())
