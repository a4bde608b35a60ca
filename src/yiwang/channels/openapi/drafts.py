"""Fill in a form bit by bit."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from yiwang.channels.openapi.access import OnBehalfOf, person, token
from yiwang.channels.openapi.papers import OptionalKey
from yiwang.channels.openapi.problems import pointed
from yiwang.channels.openapi.shapes.cases import DraftAnswers, DraftOut, DraftStart
from yiwang.domains.cases.actions import save_answers, start_draft
from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.queries import draft_answers, draft_by_id, draft_form
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.forms import Field, Form
from yiwang.foundation.forms.summing_up import is_personal_number
from yiwang.foundation.masking import mask_id_number

router = Router(tags=["drafts"], auth=token)


def masked(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers with the numbers of identity documents masked, as on a screen; also in the rows of a group."""
    return {key: _masked(form.fields.get(key), value) for key, value in answers.items()}


def _masked(field: Field | None, value: Any) -> Any:
    if field is not None and field.columns and isinstance(value, list):
        columns = {column.key: column for column in field.columns}
        return [
            {key: _masked(columns.get(key), cell) for key, cell in row.items()} if isinstance(row, dict) else row
            for row in value
        ]
    return mask_id_number(value) if field is not None and is_personal_number(field, value) else value


def unmasked(form: Form, given: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent, where a masked number that came back as it was shown stays what it was."""
    shown = masked(form, kept)
    found = {k: kept[k] if k in kept and v == shown[k] else v for k, v in given.items()}
    for group in (f for f in form.fields.values() if f.columns and isinstance(found.get(f.key), list)):
        pairs = zip(group.rows(shown.get(group.key)), group.rows(kept.get(group.key)), strict=True)
        numbers = {was: row[key] for seen, row in pairs for key, was in seen.items() if was != row[key]}
        found[group.key] = [_with_numbers(row, numbers) for row in found[group.key]]
    return found


def _with_numbers(row: Any, numbers: dict[str, Any]) -> Any:
    if not isinstance(row, dict):
        return row
    return {key: numbers.get(cell, cell) if isinstance(cell, str) else cell for key, cell in row.items()}


def draft_out(draft: Draft) -> dict[str, Any]:
    """Return a draft for an answer."""
    form, answers = draft_form(draft), draft_answers(draft)
    return {
        "id": draft.pk,
        "item": draft.item_id,
        "version": draft.version_id,
        "answers": masked(form, answers),
        "sources": draft.sources,
        "problems": pointed(form.problems(answers)),
        "saved_at": draft.saved_at,
    }


@router.post(
    "/drafts",
    response={201: DraftOut},
    operation_id="startDraft",
    summary="Begin an application / 开始申请",
    openapi_extra={"x-problems": [404, 409]},
)
def start(request: HttpRequest, body: DraftStart, idempotency_key: OptionalKey) -> Any:
    """Begin a draft on the version that is published now, with what government knows filled in.

    The item may be a bundle (一件事), by its code. There is one draft of an item for each person and firm: a second call returns it.
    """
    actor = person(request, body.on_behalf_of or "")
    return Status(201, draft_out(start_draft(item_code=body.item, by=actor)))


@router.get("/drafts/{uuid:draft_id}", response=DraftOut, operation_id="getDraft", summary="A draft / 草稿")
def get_draft(request: HttpRequest, draft_id: UUID, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """The answers so far, what was fetched from where, and what still has to change. Name the firm of a firm's draft."""
    return draft_out(draft_by_id(person(request, on_behalf_of), draft_id))


@router.put("/drafts/{uuid:draft_id}", response=DraftOut, operation_id="saveDraft", summary="Save a draft / 保存草稿")
def save_draft(request: HttpRequest, draft_id: UUID, on_behalf_of: OnBehalfOf, body: DraftAnswers) -> dict[str, Any]:
    """Replace the answers, right or not yet; what is wrong is listed in `problems`. Keys that the form lacks are refused."""
    actor = person(request, on_behalf_of)
    draft = draft_by_id(actor, draft_id)
    form = draft_form(draft)
    answers = unmasked(form, body.answers, draft_answers(draft))
    unknown = [p for p in form.problems(answers) if p.code == "unknown_field"]
    if unknown:
        raise InvalidInput(unknown[0].message.in_("zh"), code="unknown_field", errors=unknown)
    return draft_out(save_answers(draft_id=draft_id, answers=answers, by=actor))
