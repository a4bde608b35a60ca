"""The guide of one item on one side of A4: for a notice board, a hand at the window, a parent without a phone."""

import math
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from yiwang.channels.ui.fronting import for_everybody
from yiwang.domains.catalogue import queries
from yiwang.domains.catalogue.content import ItemContent, Material, Text
from yiwang.domains.catalogue.notice import customer_notice
from yiwang.domains.organisations.queries import office as find_office
from yiwang.domains.seals.pades.qr import qr_svg
from yiwang.foundation.actions import NotVisible

OWN_SOURCE = "yiwang"
LINES = 34.0
"""How many lines of text fit between the six answers and the foot, at the size of print; measured, with a little to spare."""
WIDTH = {"zh": 48, "en": 88}
NARROW = {"zh": 25, "en": 46}
COLUMN = {"zh": 26, "en": 26}
HEAD = {"zh": (22, 38), "en": (42, 72)}
"""Characters in a line of the name and of the summary, beside the code."""
HEADING = 2


@for_everybody
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The guide on one page. What does not fit is left out, and the sheet says that there is more online."""
    guide = queries.guide(code)
    if guide is None:
        raise NotVisible
    content, language = guide.content, "en" if request.LANGUAGE_CODE.startswith("en") else "zh"
    office = find_office(guide.office_code)
    address = f"{settings.YIWANG_ORIGIN}{reverse('portal:item', args=[code])}"
    contact = content.contact
    consult = contact.consult if contact and guide.source == OWN_SOURCE else ""
    context = {
        "c": content,
        "item": {"code": code, "office": Text(guide.office_name, guide.office_name_en)},
        "notice": customer_notice(content, can_apply=guide.can_apply, held=None),
        "place": contact.place
        if contact and contact.place
        else Text(office.place, office.place_en)
        if office and office.place
        else None,
        "hours": contact.hours
        if contact and contact.hours
        else Text(office.hours, office.hours_en)
        if office and office.hours
        else None,
        "phone": consult or (office.phone if office else ""),
        "version": {"number": guide.version_number, "date": guide.published_at},
        "address": address,
        "qr": mark_safe(qr_svg(address)),
        "guide_url": reverse("portal:item", args=[code]),
        **fitted(content, language),
    }
    return render(request, "portal/guide_sheet.html", context)


def fitted(content: ItemContent, language: str) -> dict[str, Any]:
    """Return what of an item fits on the sheet, and how much was left out: papers first, then conditions, steps, law."""
    wide, narrow = WIDTH[language], NARROW[language]
    room = LINES - _head_lines(content, language)
    materials: Sequence[Material] = content.materials or []
    shown, room = _taken(materials, [_material_lines(m, language, narrow) for m in materials], room - HEADING, keep=12)
    texts = content.conditions or []
    conditions, room = _taken(texts, [_lines(one.in_(language), wide) for one in texts], room - HEADING, keep=7)
    steps = content.steps or []
    step_lines = [_lines(one.name.in_(language) + (one.note.in_(language) if one.note else ""), wide) for one in steps]
    steps_shown, room = _taken(steps, step_lines, room - HEADING, keep=3)
    basis = content.basis or []
    law, room = _taken(
        basis, [_lines(f"《{one.law}》{one.article}", COLUMN[language]) / 2 for one in basis], room - HEADING, keep=0
    )
    left = sum(len(all_) - len(some) for all_, some in ((materials, shown), (texts, conditions), (steps, steps_shown)))
    return {
        "materials": shown,
        "conditions": conditions,
        "steps": steps_shown,
        "basis": law,
        "materials_left": len(materials) - len(shown),
        "conditions_left": len(texts) - len(conditions),
        "has_more": bool(left or len(law) < len(basis) or content.questions or content.situations),
    }


def _lines(text: str, width: int) -> int:
    return max(1, math.ceil(len(text) / width))


def _head_lines(content: ItemContent, language: str) -> float:
    """Return how many lines a long name and a long summary take beyond what stands beside the code anyway."""
    name, summary = HEAD[language]
    named = _lines(content.name.in_(language), name if len(content.name.in_(language)) <= name else int(name * 1.3))
    said = _lines(content.summary.in_(language), summary) if content.summary else 0
    return max(0.0, 1.6 * named + said - 4)


def _material_lines(one: Material, language: str, width: int) -> float:
    name = _lines(one.name.in_(language), width // 2 + 2)
    return max(name, _lines(one.note.in_(language) if one.note else "", width)) + 0.25


def _taken(things: Sequence[Any], lines: Sequence[float], room: float, *, keep: float) -> tuple[list[Any], float]:
    """Return as many things as fit while `keep` lines stay for what comes after, and the room that is left."""
    taken: list[Any] = []
    for thing, needed in zip(things, lines, strict=True):
        if room - needed < keep:
            break
        taken.append(thing)
        room -= needed
    return taken, room
