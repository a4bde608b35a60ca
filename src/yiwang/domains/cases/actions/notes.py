"""Notes between officials, and the ways of looking at the queue that they keep."""

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.events import CaseNoted
from yiwang.domains.cases.models import Case, Note, SavedFilter
from yiwang.domains.cases.policies import may_keep_filters, may_work_on
from yiwang.domains.cases.queries.notes import opened_filter
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record

LONGEST_NOTE, MOST_FILTERS, LONGEST_NAME = 2000, 20, 30


@action
def write_note(*, case_id: UUID, text: str, by: Actor) -> Note:
    """Leave a note on a case for colleagues, encrypted. It is no step: it changes nothing and gives no reason."""
    case = Case.objects.visible_to(by).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    require(may_work_on(by, case))
    words = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST_NOTE:
        raise InvalidInput(_("写 1 到 {n} 个字。").format(n=LONGEST_NOTE), code="note_length")
    note_id = uuid7()
    sealed = vault.seal(words, f"cases_note:{note_id}:text")
    note = Note.objects.create(id=note_id, case_id=case_id, staff_id=by.known_id, text_sealed=sealed, written_at=now())
    record(CaseNoted(case_id=case_id, note_id=note_id), by=by)
    return note


@action(silent="how an official likes to look at their queue concerns nobody else")
def save_filter(*, name: str, asked: dict[str, Any], by: Actor) -> SavedFilter:
    """Keep a part of the queue under a name, for oneself. The same name again takes the place of the first."""
    require(may_keep_filters(by))
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(_("给它起个名字，最多 {n} 个字。").format(n=LONGEST_NAME), code="filter_name")
    kept = list(SavedFilter.objects.select_for_update().filter(staff_id=by.known_id))
    named = [one for one in kept if opened_filter(one).name == name]
    if len(kept) - len(named) >= MOST_FILTERS:
        raise Refused(_("最多存 {n} 个，先删掉不用的。").format(n=MOST_FILTERS), code="too_many_filters")
    for one in named:
        one.delete()
    filter_id = uuid7()
    raw = json.dumps({"name": name, **asked}, ensure_ascii=False)
    sealed = vault.seal(raw, f"cases_savedfilter:{filter_id}:asked")
    return SavedFilter.objects.create(id=filter_id, staff_id=by.known_id, asked_sealed=sealed, saved_at=now())


@action(silent="how an official likes to look at their queue concerns nobody else")
def forget_filter(*, filter_id: UUID, by: Actor) -> None:
    """Keep a filter no longer."""
    require(may_keep_filters(by))
    found = SavedFilter.objects.filter(pk=filter_id, staff_id=by.known_id).first()
    if found is None:
        raise NotVisible
    found.delete()
