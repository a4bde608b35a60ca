"""Which characters the installed fonts cannot show: a document that would lose one is not issued."""

import unicodedata
from functools import lru_cache, reduce
from operator import and_

from .character_maps import POINTS, Characters, NotAFont, fonts_in
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
        elif not shown[point >> 3] >> (point & 7) & 1:
            missing[character] = None
    return list(missing)


@lru_cache(maxsize=1)
def _repertoire() -> tuple[bytes, frozenset[tuple[int, int]]]:
    """Return a bit for each code point (1: shown) and the variants that all files of the song face have (names are set in it).

    The tables are read anew in each process, in about a tenth of a second: a list that is kept could outlive the fonts.
    """
    family, files = font_files()[0]
    found: list[Characters] = []
    for path in files:
        try:
            found += [here for names, here in fonts_in(path) if names & {family, family.replace(" CJK", "")}]
        except NotAFont as error:
            raise FontsMissing(f"{error}: reinstall fonts-noto-cjk") from error
    if not found:
        raise FontsMissing(f"no face named {family} in {', '.join(p.name for p in files)}: reinstall fonts-noto-cjk")
    shown = bytearray(reduce(and_, (one.shown for one in found)).to_bytes(POINTS // 8, "little"))
    for point in range(POINTS):
        if shown[point >> 3] >> (point & 7) & 1 and unicodedata.category(chr(point)) in _INVISIBLE:
            shown[point >> 3] ^= 1 << (point & 7)
    return bytes(shown), frozenset.intersection(*(one.variants for one in found))
