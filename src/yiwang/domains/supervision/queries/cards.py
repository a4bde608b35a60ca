"""Read cards: those of an office, those that a supervisor watches, one with its history."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.domains.cases.models import Case, CaseClock, ClockStop, Extension
from yiwang.domains.cases.queries import clocks_of, extension_of, stops_of
from yiwang.domains.identity.queries import staff_names
from yiwang.domains.organisations.models import Office
from yiwang.domains.supervision.models import Card, CardStep, Colour
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today

PARTS: dict[str, dict[str, Any]] = {
    "told": {"state__in": ["open", "explained"], "tells_supervisor": True},
    "open": {"state": "open"},
    "escalated": {"state": "open", "escalated_at__isnull": False},
    "explained": {"state": "explained"},
    "closed": {"state": "closed"},
    "warnings": {"state": "noted"},
    "all": {},
}
"""Part of the list → what its cards have."""


def cards(
    actor: Actor,
    *,
    which: str = "open",
    colour: str = "",
    office: str = "",
    mine: bool = False,
    before: UUID | None = None,
    limit: int = 30,
) -> list[Card]:
    """Return the cards that the actor may see, the newest first, without a count; `before` is the last id of a page."""
    found = Card.objects.visible_to(actor).filter(**PARTS.get(which, {})).select_related("office", "assignee")
    if colour in Colour.values:
        found = found.filter(colour=colour)
    if office:
        found = found.filter(office_id=office)
    if mine:
        found = found.filter(assignee_id__in=[one for one in (actor.id, actor.on_behalf_of) if one])
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def open_cards(actor: Actor, most: int = 100) -> int:
    """Return how many cards wait for one's explanation, and for a head those that they were told of; up to `most`."""
    if not actor.is_staff or not actor.has_role("window", "reviewer", "head"):
        return 0
    mine = Q(assignee_id__in=[one for one in (actor.id, actor.on_behalf_of) if one])
    if actor.has_role("head"):
        mine |= Q(tells_head=True)
    found = Card.objects.filter(mine, office_id=actor.office, state=Card.State.OPEN)
    return len(found.values_list("pk", flat=True)[:most])


def card_of(actor: Actor, card_id: UUID) -> Card:
    """Return a card that the actor may see.

    Raises:
        NotVisible: where there is none, or it is not theirs to see.
    """
    found = Card.objects.visible_to(actor).select_related("office", "assignee").filter(pk=card_id).first()
    if found is None:
        raise NotVisible
    return found


def cards_of_case(actor: Actor, case_id: UUID) -> list[Card]:
    """Return the cards of a case, the oldest first."""
    return list(Card.objects.visible_to(actor).filter(case_id=case_id).order_by("pk"))


@dataclass(frozen=True)
class Step:
    """One step of a card as a page shows it."""

    row: CardStep
    who: str
    in_place_of: str
    to: str
    text: str


def history_of(card: Card) -> list[Step]:
    """Return what happened to a card, the oldest first, with what was written."""
    rows = list(CardStep.objects.filter(card_id=card.pk).order_by("taken_at", "pk"))
    names = staff_names({i for r in rows for i in (r.staff_id, r.in_place_of_id, r.to_id) if i})
    return [
        Step(
            row,
            names.get(row.staff_id, "") if row.staff_id else "",
            names.get(row.in_place_of_id, "") if row.in_place_of_id else "",
            names.get(row.to_id, "") if row.to_id else "",
            vault.open_text(bytes(row.text_sealed), f"supervision_cardstep:{row.pk}:text") if row.text_sealed else "",
        )
        for row in rows
    ]


def supervised_offices(actor: Actor) -> list[Office]:
    """Return the offices that have cards which the actor may see, in order of name; the first 200."""
    codes = Card.objects.visible_to(actor).values("office_id").distinct()
    return list(Office.objects.filter(code__in=codes).order_by("name")[:200])


def may_be_closed(card: Card) -> bool:
    """Return whether a finding can be written: the office has explained, or its time to explain is over."""
    if card.state == Card.State.OPEN:
        return card.explain_by is not None and card.explain_by < today()
    return card.state == Card.State.EXPLAINED


@dataclass(frozen=True)
class Course:
    """How the case behind a card went in time: what a supervisor judges by. Nothing in it tells who applied."""

    submitted_at: dt.datetime
    clocks: list[CaseClock]
    stops: list[ClockStop]
    extension: Extension | None


def course_of(card: Card) -> Course:
    """Return the clocks of a card's case, with what stopped or extended them."""
    case = Case.objects.get(pk=card.case_id)
    return Course(case.submitted_at, clocks_of(case), stops_of(case), extension_of(case))
