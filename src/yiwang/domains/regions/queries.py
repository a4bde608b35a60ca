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


def split_address(written: str) -> tuple[str, str]:
    """Return the smallest division that an address begins with, and the rest of it: ("", the whole) where it names none.

    A division may be left out that leads to only one place: 杭州市西湖区 without its province, 柯城区 alone.
    """
    text, found = "".join(written.split()), ""
    while step := _next_division(text, found):
        found, text = step.code, text[len(step.name) :]
    return (found, text) if found else ("", written)


def _next_division(text: str, above: str) -> Place | None:
    fitting = [p for p in places().values() if text.startswith(p.name) and (not above or _lies_in(p, above))]
    if not fitting:
        return None
    longest = max(len(p.name) for p in fitting)
    best = [p for p in fitting if len(p.name) == longest]
    highest = min(p.level for p in best)
    best = [p for p in best if p.level == highest]
    return best[0] if len(best) == 1 else None


def _lies_in(place: Place, above: str) -> bool:
    known = places()
    up: Place | None = place
    while up and up.parent:
        if up.parent == above:
            return True
        up = known.get(up.parent)
    return False


def places_named(words: str, *, within: str = "", limit: int = 12) -> list[Place]:
    """Return divisions whose name, or that of those above them, holds every word; those of a province or city first."""
    wanted = [word.casefold() for word in words.replace("，", " ").replace(",", " ").split()][:5]
    if not wanted:
        return []
    found = []
    for place in places().values():
        last = wanted[-1]
        if (
            last not in place.name.casefold()
            and last not in place.name_en.casefold()
            and last not in full_name(place.code)
        ):
            continue
        whole = (full_name(place.code) + " " + full_name(place.code, "en")).casefold()
        if all(word in whole for word in wanted):
            is_named = place.name.casefold().startswith(last) or place.name_en.casefold().startswith(last)
            found.append(
                (not is_named, bool(within) and not place.code.startswith(within), place.level, place.code, place)
            )
    return [place for *_, place in sorted(found, key=lambda one: one[:4])[:limit]]
