"""Which characters the installed fonts cannot show: a document that would lose one is not issued."""

import unicodedata
from functools import lru_cache

from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection

from .typesetting import FontsMissing, font_files

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def missing_glyphs(text: str) -> list[str]:
    """Return the characters of `text` that a document would not show as typed, each once, in order.

    A character counts as shown if every weight of the document faces has it. Control and format characters (zero width,
    direction overrides, byte order marks) always count as missing; a line break does not. A variation selector counts as
    missing unless the fonts hold that very variant. Raises `FontsMissing`.
    """
    shown, variants = _repertoire()
    missing: dict[str, None] = {}
    for index, character in enumerate(text):
        point = ord(character)
        if character == "\n":
            continue
        if 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF:
            if index == 0 or (ord(text[index - 1]), point) not in variants:
                missing[character] = None
        elif not shown[point]:
            missing[character] = None
    return list(missing)


@lru_cache(maxsize=1)
def _repertoire() -> tuple[bytes, frozenset[tuple[int, int]]]:
    """Return one byte for each code point (1: shown) and the variants that all files of the song face have (names are set in it)."""
    family, files = font_files()[0]
    points: set[int] | None = None
    variants: set[tuple[int, int]] | None = None
    for path in files:
        fonts = TTCollection(path, lazy=True).fonts if path.suffix.lower() == ".ttc" else [TTFont(path, lazy=True)]
        for font in fonts:
            if font["name"].getDebugName(1) not in (family, family.replace(" CJK", "")):
                continue
            here = set(font.getBestCmap())
            pairs = {
                (base, selector)
                for table in font["cmap"].tables
                if table.format == 14
                for selector, entries in table.uvsDict.items()
                for base, _ in entries
            }
            points = here if points is None else points & here
            variants = pairs if variants is None else variants & pairs
    if points is None or variants is None:
        raise FontsMissing(f"no face named {family} in {', '.join(p.name for p in files)}: reinstall fonts-noto-cjk")
    shown = bytearray(0x110000)
    for point in points:
        if unicodedata.category(chr(point)) not in _INVISIBLE:
            shown[point] = 1
    return bytes(shown), frozenset(variants)
