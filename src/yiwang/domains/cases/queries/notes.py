"""Read notes and saved filters."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.domains.cases.models import Case, Note, SavedFilter
from yiwang.foundation import vault
from yiwang.foundation.actors import Actor


def notes_of(case: Case) -> list[tuple[Note, str]]:
    """Return what officials noted on a case, the newest first, with the text. Only for those who work on it."""
    found = Note.objects.filter(case_id=case.pk).select_related("staff").order_by("-pk")[:100]
    return [(one, vault.open_text(bytes(one.text_sealed), f"cases_note:{one.pk}:text")) for one in found]


@dataclass(frozen=True)
class Filter:
    """A saved filter: its name and what it asks for."""

    id: UUID
    name: str
    asked: dict[str, Any]


def opened_filter(one: SavedFilter) -> Filter:
    """Return a saved filter as it can be read."""
    values = json.loads(vault.open_text(bytes(one.asked_sealed), f"cases_savedfilter:{one.pk}:asked"))
    return Filter(one.pk, values.pop("name"), values)


def my_filters(actor: Actor) -> list[Filter]:
    """Return one's own saved filters, the first saved first."""
    if not actor.is_staff:
        return []
    return [opened_filter(one) for one in SavedFilter.objects.filter(staff_id=actor.known_id).order_by("pk")]
