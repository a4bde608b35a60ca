"""Forgive how a code was typed: full-width signs, spaces, small letters. Look-alikes of other scripts stay wrong."""

_FULL_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－"), "-")  # the dashes that people type
_UNSEEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])
_SLIPS = _FULL_WIDTH | _DASHES | _UNSEEN


def plain_code(value: str) -> str:
    """Return a code as it is stored: half-width, without white space, Latin letters in capitals."""
    text = "".join(value.translate(_SLIPS).split())
    return "".join(sign.upper() if sign.isascii() else sign for sign in text)
