"""One certificate as a page that one would hang on the wall."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from yiwang.domains.seals.pades.glyphs import missing_glyphs
from yiwang.domains.seals.pades.qr import qr_svg
from yiwang.domains.seals.pades.typesetting import set_pdf

_TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"
SEAL_BOX = (651.9, 70.0, 770.96, 189.06)
"""Left, bottom, right, top in points on the last page: where `seals.pades.sign_pdf` puts the seal (42 mm)."""
_REQUIRED = ("type_name", "identifier", "fields", "issuer", "issued_on", "verify_url")


class CertificateDataError(ValueError):
    """The data of a certificate lacks something, or holds characters that the page cannot show."""


def render_certificate(data: dict[str, Any], *, attached: bytes | None = None) -> bytes:
    """Return the certificate as PDF/A-3b (A4 landscape) with `certificate.json` attached.

    `data`: type_name, identifier (GB/T 36904, dotted), fields [[label, value], …] in the order of print, issuer, issued_on,
    verify_url; also type_name_en, number, valid_until (a date, or text such as 长期), specimen. Dates are `date` or ISO text.
    `attached` are the signed bytes if they differ from the data. Raises `CertificateDataError` for missing data and for a
    character without a glyph: a name is never printed otherwise than it was typed.
    """
    lacking = [key for key in _REQUIRED if not data.get(key)]
    if lacking:
        raise CertificateDataError(f"a certificate needs {', '.join(lacking)}")
    lost = missing_glyphs(printed_text(data))
    if lost:
        raise CertificateDataError("no glyph for " + ", ".join(f"U+{ord(character):04X}" for character in lost))
    shown = {key: _dated(value) for key, value in data.items() if key != "fields"} | {
        "fields": [[str(label), _dated(value)] for label, value in data["fields"]],
        "groups": [_in_fours(part) for part in _identifier_parts(data["identifier"])],
    }
    issued = str(data["issued_on"])[:10]
    inputs = {
        "data": msgspec.json.encode(shown).decode(),
        "attached": (attached if attached is not None else msgspec.json.encode(data, order="sorted")).decode(),
        "qr": qr_svg(data["verify_url"]),
        "day": issued,
    }
    return set_pdf(_TEMPLATE, inputs)


def printed_text(data: dict[str, Any]) -> str:
    """Return every string of the data that reaches the page, for `missing_glyphs` before anything is signed."""
    return "\n".join(_strings({key: value for key, value in data.items() if key != "verify_url"}))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _identifier_parts(identifier: str) -> list[str]:
    """Split 1.2.156.3005.2.type.issuer.serial.version.check into the root and its five parts."""
    parts = identifier.split(".")
    return [".".join(parts[:-5]), *parts[-5:]] if len(parts) > 6 else [identifier]


def _in_fours(part: str) -> list[str]:
    return [part] if "." in part else [part[at : at + 4] for at in range(0, len(part), 4)]


def _dated(value: object) -> object:
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    return f"{value.year} 年 {value.month} 月 {value.day} 日" if isinstance(value, date) else value
