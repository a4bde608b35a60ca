"""Begin, save, move and discard drafts."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.events import DraftStarted
from yiwang.domains.cases.models import Draft, HeldAnswers
from yiwang.domains.cases.policies import may_start_draft
from yiwang.domains.cases.queries import draft_answers, draft_by_id, draft_form, my_draft
from yiwang.domains.cases.queries.offers import known_values
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import form_of, guide
from yiwang.domains.papers.actions import attach_paper, remove_paper
from yiwang.domains.papers.queries import StoredFile, my_papers
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert
from yiwang.foundation.journal.recording import record

Uploads = Sequence[tuple[StoredFile, str]]
"""Files that lie in the store and are to be entered, each with the name that it was sent under."""


def sealed(values: Any, place: str) -> bytes:
    """Return values as an encrypted JSON column."""
    return vault.seal(json.dumps(values, ensure_ascii=False, separators=(",", ":")), place)


@action
def start_draft(*, item_code: str, by: Actor) -> Draft:
    """Begin an application on the version that is published now, with what is known filled in; or go on with the draft."""
    require(may_start_draft(by))
    if draft := my_draft(by, item_code):
        return draft
    item = guide(item_code)
    if item is None:
        raise NotVisible
    if not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。"), code="not_open")
    if is_for_firms_only(item.content) and by.on_behalf_of is None:
        raise Refused(_("这个事项由企业或单位申请。请先切换到你的企业，再开始。"), code="firm_needed")
    form = form_of(item.version_id, for_firm=by.on_behalf_of is not None)
    values = form.prefilled(known_values(by, form), {})
    draft_id, at = uuid7(), now()
    draft = Draft(
        id=draft_id,
        person_id=by.known_id,
        firm_id=by.on_behalf_of,
        item_id=item_code,
        version_id=item.version_id,
        answers_sealed=sealed(values, f"cases_draft:{draft_id}:answers"),
        sources={key: form.fields[key].prefill for key in values},
        created_at=at,
        saved_at=at,
    )
    if not insert(draft, ignore_conflicts=True):  # another click was faster
        return Draft.objects.visible_to(by).get(item_id=item_code)
    record(DraftStarted(draft_id=draft_id, item_code=item_code), by=by)
    return draft


@action(silent="saving a page is not a fact that others need; the submission is")
def save_answers(
    *, draft_id: UUID, answers: dict[str, Any], uploads: Uploads = (), removed: Sequence[UUID] = (), by: Actor
) -> Draft:
    """Keep the answers so far, right or not yet; a prefilled value that was changed loses its source.

    `uploads` are files of this page, stored already, with their names; `removed` are papers that were taken off it.
    """
    draft = draft_by_id(by, draft_id)
    for stored, name in uploads:
        attach_paper(stored=stored, name=name, by=by)
    for paper_id in my_papers(by).filter(pk__in=removed, case_id__isnull=True).values_list("pk", flat=True):
        remove_paper(paper_id=paper_id, by=by)
    before = draft_answers(draft)
    draft.sources = {key: s for key, s in draft.sources.items() if before.get(key) == answers.get(key)}
    draft.answers_sealed = sealed(answers, f"cases_draft:{draft_id}:answers")
    draft.saved_at = now()
    draft.save(update_fields=["answers_sealed", "sources", "saved_at"])
    return draft


@action(silent="the draft was the person's own; nothing was submitted")
def discard_draft(*, draft_id: UUID, by: Actor) -> None:
    """Throw a draft away."""
    draft_by_id(by, draft_id).delete()


@action(silent="the draft was the person's own; nothing was submitted")
def move_draft(*, draft_id: UUID, by: Actor) -> Draft:
    """Move a draft to the version that is published now, because its owner said so; answers that still fit are kept."""
    draft = draft_by_id(by, draft_id)
    item = guide(draft.item_id)
    if item is None:
        raise NotVisible
    answers = draft_answers(draft)
    draft.version_id = item.version_id
    form = draft_form(draft)
    kept = {key: value for key, value in answers.items() if key in form.fields}
    draft.answers_sealed = sealed(kept, f"cases_draft:{draft_id}:answers")
    draft.saved_at = now()
    draft.save(update_fields=["version", "answers_sealed", "saved_at"])
    return draft


@action(silent="kept an hour, then of no use to anybody")
def forget_held_answers(*, by: Actor) -> int:
    """Delete what was held for an expired sign-in and not fetched within a day; return how much."""
    require(by.kind == "system")
    return HeldAnswers.objects.filter(held_at__lt=now() - dt.timedelta(days=1)).delete()[0]


@action(silent="kept for an hour for somebody whose sign-in had expired")
def hold_answers(*, answers: dict[str, Any], by: Actor) -> UUID:
    """Keep what was typed on a page after the sign-in had expired; return the id under which it is found again."""
    held_id = uuid7()
    HeldAnswers.objects.create(
        id=held_id, answers_sealed=sealed(answers, f"cases_heldanswers:{held_id}:answers"), held_at=now()
    )
    return held_id
