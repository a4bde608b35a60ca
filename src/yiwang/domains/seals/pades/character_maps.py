"""Read which characters a font shows: the tables `cmap` and `name` of OpenType (ISO/IEC 14496-22), and nothing else.

The glyphs of the document fonts weigh 150 MB; what they are asked is one bit for each character. So only the table that
answers is read from the file, by place, and left behind as a row of bits.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

POINTS = 0x110000
_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding of the map that counts, the best first."""
_VARIANTS = (0, 5)
_FAMILY = 1


@dataclass(frozen=True)
class Characters:
    """What one font shows: a bit for each code point, the lowest first, and the variants (base, selector)."""

    shown: int
    variants: frozenset[tuple[int, int]]


class NotAFont(ValueError):
    """The file is not one that we can read."""


def fonts_in(path: Path) -> Iterator[tuple[set[str], Characters]]:
    """Yield the family names and the characters of each font in a file, be it one font or a collection.

    Raises:
        NotAFont: where the file is damaged or of another kind.
    """
    with path.open("rb") as file:
        try:
            for offset in _offsets(file):
                tables = _tables(file, offset)
                yield _families(_read(file, tables[b"name"])), _characters(_read(file, tables[b"cmap"]))
        except (struct.error, KeyError, IndexError) as error:
            raise NotAFont(f"{path.name}: {error}") from error


def _offsets(file: BinaryIO) -> list[int]:
    kind, _, count = struct.unpack(">4sII", file.read(12))
    return list(struct.unpack(f">{count}I", file.read(4 * count))) if kind == b"ttcf" else [0]


def _tables(file: BinaryIO, offset: int) -> dict[bytes, tuple[int, int]]:
    file.seek(offset)
    (count,) = struct.unpack(">4xH6x", file.read(12))
    rows = (struct.unpack(">4s4xII", file.read(16)) for _ in range(count))
    return {tag: (start, length) for tag, start, length in rows}


def _read(file: BinaryIO, place: tuple[int, int]) -> bytes:
    file.seek(place[0])
    return file.read(place[1])


def _families(table: bytes) -> set[str]:
    count, strings = struct.unpack_from(">2xHH", table)
    found = set()
    for index in range(count):
        platform, _, _, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * index)
        if name == _FAMILY:
            raw = table[strings + offset : strings + offset + length]
            found.add(raw.decode("mac_roman" if platform == 1 else "utf-16-be", "replace"))
    return found


def _characters(table: bytes) -> Characters:
    (count,) = struct.unpack_from(">2xH", table)
    rows = (struct.unpack_from(">HHI", table, 4 + 8 * index) for index in range(count))
    places = {(platform, encoding): offset for platform, encoding, offset in rows}
    at = next(places[kind] for kind in _UNICODE if kind in places)
    bits = bytearray(POINTS // 8)
    for first, last in _segments(table, at):
        for point in range(first, min(last, POINTS - 1) + 1):
            bits[point >> 3] |= 1 << (point & 7)
    variants = frozenset(_variants(table, places[_VARIANTS])) if _VARIANTS in places else frozenset()
    return Characters(int.from_bytes(bits, "little"), variants)


def _segments(table: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the characters that a map of format 12 or 4 leads to a glyph."""
    (kind,) = struct.unpack_from(">H", table, at)
    if kind == 12:
        (count,) = struct.unpack_from(">I", table, at + 12)
        for first, last, glyph in struct.iter_unpack(">III", table[at + 16 : at + 16 + 12 * count]):
            yield (first if glyph else first + 1), last
    elif kind == 4:
        yield from _short_segments(table, at)
    else:
        raise NotAFont(f"a map of format {kind}")


def _short_segments(table: bytes, at: int) -> Iterator[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", table, at + 6)
    count, ends = twice // 2, at + 14
    starts, deltas, ranges = ends + twice + 2, ends + 2 * twice + 2, ends + 3 * twice + 2
    for index in range(count):
        (last,) = struct.unpack_from(">H", table, ends + 2 * index)
        (first,) = struct.unpack_from(">H", table, starts + 2 * index)
        (delta,) = struct.unpack_from(">H", table, deltas + 2 * index)
        (offset,) = struct.unpack_from(">H", table, ranges + 2 * index)
        for point in range(first, last + 1):
            glyph = point
            if offset:
                (glyph,) = struct.unpack_from(">H", table, ranges + 2 * index + offset + 2 * (point - first))
            if (glyph or not offset) and (glyph + delta) & 0xFFFF:
                yield point, point


def _variants(table: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Yield (base, selector) of the variants that a map of format 14 has, the usual form of the character included."""
    (count,) = struct.unpack_from(">6xI", table, at)
    for index in range(count):
        row = at + 10 + 11 * index
        selector = int.from_bytes(table[row : row + 3], "big")
        usual, special = struct.unpack_from(">II", table, row + 3)
        if usual:
            (ranges,) = struct.unpack_from(">I", table, at + usual)
            for step in range(ranges):
                place = at + usual + 4 + 4 * step
                base, more = int.from_bytes(table[place : place + 3], "big"), table[place + 3]
                yield from ((point, selector) for point in range(base, base + more + 1))
        if special:
            (maps,) = struct.unpack_from(">I", table, at + special)
            for step in range(maps):
                place = at + special + 4 + 5 * step
                yield int.from_bytes(table[place : place + 3], "big"), selector
