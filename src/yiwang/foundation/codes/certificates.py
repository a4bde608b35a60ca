"""The identifier of an electronic certificate (GB/T 36904) and its check character (ISO 7064, MOD 37,36)."""

import re
from typing import NamedTuple

from yiwang.foundation.codes.typing_slips import plain_code

CERTIFICATE_ROOT = "1.2.156.3005.2"
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PARTS = {
    "type code": r"[0-9A-Z]{18}[0-9]{3}",
    "issuer": r"[0-9A-Z]{6,18}",
    "serial": r"[0-9A-Z]{1,40}",
    "version": r"[0-9A-Z]{3}",
}


class CertificateIdentifier(NamedTuple):
    """The parts of an identifier. Its `str()` is the whole."""

    type_code: str
    issuer: str
    serial: str
    version: str
    check: str

    def __str__(self) -> str:
        return ".".join((CERTIFICATE_ROOT, *self))


def certificate_check_char(text: str) -> str:
    """Return the MOD 37,36 check character of digits and capital letters; dots are passed over.

    Raises ValueError for any other sign.
    """
    rest = 36
    for sign in text.replace(".", ""):
        rest = ((rest + _SIGNS.index(sign)) % 36 or 36) * 2 % 37
    return _SIGNS[(37 - rest) % 36]


def certificate_identifier(type_code: str, issuer: str, serial: str, version: int | str = 1) -> str:
    """Return the identifier, with its check character.

    Args:
        type_code: 21 places, the defining body's credit code and three digits.
        issuer: the issuing body's credit code (older samples carry a division of 6 places).
        serial: digits and capital letters, at most 40.
        version: 1-999, or three places.

    Raises:
        ValueError: when a part has the wrong form.
    """
    number = f"{version:03d}" if isinstance(version, int) else version
    parts = (type_code, issuer, serial, number)
    for (name, shape), part in zip(_PARTS.items(), parts, strict=True):
        if not re.fullmatch(shape, part):
            raise ValueError(f"the {name} of a certificate identifier cannot be {part!r}")
    return str(CertificateIdentifier(*parts, certificate_check_char("".join(parts))))


def certificate_identifier_problem(value: str) -> str | None:
    """Return what is wrong with a certificate identifier (the root may be left out), or None."""
    code = plain_code(value)
    if not code:
        return "empty"
    parts = code.removeprefix(CERTIFICATE_ROOT + ".").split(".")
    shapes = (*_PARTS.values(), r"[0-9A-Z]")
    if len(parts) != 5 or not all(re.fullmatch(shape, part) for shape, part in zip(shapes, parts, strict=True)):
        return "format"
    return None if certificate_check_char("".join(parts[:4])) == parts[4] else "check_digit"


def parse_certificate_identifier(value: str) -> CertificateIdentifier:
    """Return the parts of an identifier. Raises ValueError if its form or its check character is wrong."""
    problem = certificate_identifier_problem(value)
    if problem:
        raise ValueError(f"not a certificate identifier: {problem}")
    return CertificateIdentifier(*plain_code(value).removeprefix(CERTIFICATE_ROOT + ".").split("."))
