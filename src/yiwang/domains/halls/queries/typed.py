"""What an administrator typed about a hall, checked: the same for the preview and for the change."""

import re
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from yiwang.domains.halls.models import OpeningHours
from yiwang.domains.halls.queries.opening import Hours
from yiwang.foundation.actions import InvalidInput

_LETTER = re.compile(r"[A-Z]")
DAY_MINUTES = 24 * 60
MOST_STRETCHES = 4
MOST_PLACES = 200
MOST_DAYS_AHEAD = 60
SHORTEST_SLOT, LONGEST_SLOT = 5, 240


class Details(NamedTuple):
    """What stands on the door of a hall, as it was typed."""

    name: str
    name_en: str
    place: str
    place_en: str
    phone: str


MOST = {"name": 120, "name_en": 160, "place": 200, "place_en": 200, "phone": 60}
"""How many signs each of them may have."""


class ServiceTyped(NamedTuple):
    """A queue as it is to be."""

    letter: str
    name: str
    name_en: str
    offices: tuple[str, ...]
    slot_minutes: int
    places: int
    days_ahead: int


def checked_details(details: Details) -> Details:
    """Return what stands on the door.

    Raises:
        InvalidInput: where the name or the place is missing, or something is too long.
    """
    lines = Details(*(" ".join(text.replace("\0", "").split()) for text in details))
    wrong = [
        (field, _("最多 {n} 个字。").format(n=most))
        for field, most in MOST.items()
        if len(getattr(lines, field)) > most
    ]
    wrong += [(field, _("要填。")) for field in ("name", "place") if not getattr(lines, field)]
    refuse(wrong)
    return lines


def refuse(wrong: list[tuple[str, str]]) -> None:
    """Refuse with what is wrong, field by field; nothing where nothing is."""
    if wrong:
        raise InvalidInput(_("有几处要改，见下面。"), code="invalid_input", errors=wrong)


def checked_hours(hours: Hours) -> Hours:
    """Return opening hours in order.

    Raises:
        InvalidInput: where a stretch ends before it begins, two overlap, or a hall would be open on no working day.
    """
    wrong, found = [], Hours()
    for days, stretches in hours.items():
        rows = sorted(stretches)
        is_well = all(0 <= opens < closes <= DAY_MINUTES for opens, closes in rows) and len(rows) <= MOST_STRETCHES
        if not is_well or any(later[0] < former[1] for former, later in pairwise(rows)):
            wrong.append((days, _("每一段先开门后关门，两段不能重叠。")))
        found[days] = rows
    if set(hours) - set(OpeningHours.Days.values) or not found.get("workday"):
        wrong.append(("workday", _("工作日至少写一段开门时间。")))
    refuse(wrong)
    return found


def checked_service(typed: ServiceTyped) -> ServiceTyped:
    """Return a queue as it is to be.

    Raises:
        InvalidInput: where a figure is out of its limits, or the letter or the name is missing.
    """
    lines = [" ".join(text.replace("\0", "").split()) for text in (typed.name, typed.name_en)]
    wrong = [] if _LETTER.fullmatch(typed.letter) else [("letter", _("一个大写字母，排队号用它开头。"))]
    if not lines[0] or len(lines[0]) > 80:
        wrong.append(("name", _("要填，最多 {n} 个字。").format(n=80)))
    if len(lines[1]) > 120:
        wrong.append(("name_en", _("最多 {n} 个字。").format(n=120)))
    for field, least, most in (
        ("slot_minutes", SHORTEST_SLOT, LONGEST_SLOT),
        ("places", 0, MOST_PLACES),
        ("days_ahead", 0, MOST_DAYS_AHEAD),
    ):
        if not least <= getattr(typed, field) <= most:
            wrong.append((field, _("填 {a} 到 {b} 的整数。").format(a=least, b=most)))
    refuse(wrong)
    return typed._replace(name=lines[0], name_en=lines[1])
