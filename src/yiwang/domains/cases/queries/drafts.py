"""Read a list of drafts, at the cost of its statement."""

import datetime as dt
from dataclasses import dataclass

from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import database_uuid
from yiwang.foundation.prepared import prepared_cursor
from yiwang.foundation.rows import moment

_DRAFTS = """
SELECT d.item_id, i.name, i.name_en, d.saved_at FROM cases_draft d JOIN catalogue_item i ON i.code = d.item_id
WHERE d.person_id = %s AND {firm} ORDER BY d.saved_at DESC LIMIT 50
"""
_OWN, _FOR_FIRM = _DRAFTS.format(firm="d.firm_id IS NULL"), _DRAFTS.format(firm="d.firm_id = %s")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    item_code: str
    item_name: str
    item_name_en: str
    saved_at: dt.datetime


def my_draft_rows(actor: Actor) -> list[DraftRow]:
    """Return a person's drafts for a list, the last saved first: those that `Draft.objects.visible_to` lets them see."""
    if not actor.is_person:
        return []
    who = [database_uuid(one) for one in (actor.known_id, actor.on_behalf_of) if one]
    with prepared_cursor() as cursor:
        cursor.execute(_FOR_FIRM if actor.on_behalf_of else _OWN, who)
        rows = cursor.fetchall()
    return [DraftRow(code, name, name_en, moment(at) or now()) for code, name, name_en, at in rows]
