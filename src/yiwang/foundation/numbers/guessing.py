"""Codes that nobody can guess."""

import secrets

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Easy to read aloud and to type: no 0, 1, I, O."""


def unguessable(length: int = 12) -> str:
    """Return a random code of that many places, 5 bits each."""
    return "".join(SIGNS[byte & 31] for byte in secrets.token_bytes(length))
