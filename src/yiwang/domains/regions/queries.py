"""Read the tree, which is small and rarely changes: it is kept in memory."""

import time
from dataclasses import dataclass

from yiwang.domains.regions.models import Region

KEEP_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Place:
    """One division as pages need it."""

    code: str
    name: str
    name_en: str
    level: int
    parent: str

    def in_(self, language: str) -> str:
        """Return the English name where it is asked for and known."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


_kept: tuple[float, dict[str, Place]] | None = None


def places() -> dict[str, Place]:
    """Return every division by code."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEEP_SECONDS:
        rows = Region.objects.values_list("code", "name", "name_en", "level", "parent_id")
        _kept = (time.monotonic(), {code: Place(code, n, en, lv, up or "") for code, n, en, lv, up in rows})
    return _kept[1]


def forget_regions() -> None:
    """Read the tree anew at the next question."""
    global _kept
    _kept = None


def lineage(code: str) -> list[Place]:
    """Return a division and those above it, the province first; empty where the code is unknown."""
    known = places()
    line: list[Place] = []
    while place := known.get(code):
        line.insert(0, place)
        code = place.parent
    return line


def full_name(code: str, language: str = "zh") -> str:
    """Return 浙江省杭州市西湖区 for 330106; in English the smallest first."""
    line = lineage(code)
    if language.startswith("en"):
        return ", ".join(p.in_(language) for p in reversed(line))
    return "".join(p.name for p in line)


def children(code: str) -> list[Place]:
    """Return the divisions directly below one, or the provinces for an empty code, in order of code."""
    return sorted((p for p in places().values() if p.parent == code), key=lambda p: p.code)


def is_known_region(code: str) -> bool:
    """Return whether this is a division of the tree."""
    return code in places()
