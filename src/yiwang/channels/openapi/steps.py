"""The steps of the full procedure for the offices' own systems, and what applicants supply afterwards."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from yiwang.channels.openapi.access import OnBehalfOf, official, person, token
from yiwang.channels.openapi.case_view import step_done
from yiwang.channels.openapi.cases import Number
from yiwang.channels.openapi.drafts import unmasked
from yiwang.channels.openapi.shapes import cases as shapes
from yiwang.channels.openapi.shapes import steps
from yiwang.domains.cases import actions
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_by_number, case_form
from yiwang.foundation.actors import Actor

router = Router(auth=token)
Taken = Callable[[UUID, Any, Actor], object]


def _correct(case_id: UUID, body: steps.CorrectAtOnce, by: Actor) -> object:
    return actions.correct_at_once(case_id=case_id, changes=body.changes, note=body.note, revision=body.revision, by=by)


def _deferred(case_id: UUID, body: steps.AcceptDeferred, by: Actor) -> object:
    return actions.accept_deferred(
        case_id=case_id, materials=list(body.materials), days=body.days, revision=body.revision, by=by
    )


def _more(case_id: UUID, body: steps.RequestMore, by: Actor) -> object:
    items = [{"field": "", "text": words} for words in body.items]
    return actions.request_more(
        case_id=case_id, items=items, basis=body.basis, days=body.days, revision=body.revision, by=by
    )


def _special(case_id: UUID, body: steps.OpenSpecial, by: Actor) -> object:
    return actions.open_special(
        case_id=case_id,
        kind=body.kind,
        reason=body.reason,
        basis=body.basis,
        planned_workdays=body.planned_workdays,
        chair_id=body.chair,
        held_on=body.held_on,
        begins_at=dt.time.fromisoformat(body.begins_at) if body.begins_at else None,
        place=body.place,
        revision=body.revision,
        by=by,
    )


def _heard(case_id: UUID, body: steps.HearInterested, by: Actor) -> object:
    return actions.hear_interested(
        case_id=case_id,
        party_id=body.party,
        statement=body.statement,
        wants_hearing=body.wants_hearing,
        by=by,
    )


def _plain(action: Callable[..., object]) -> Taken:
    """Return the step whose members are exactly what the action takes."""

    def taken(case_id: UUID, body: Any, by: Actor) -> object:
        return action(case_id=case_id, by=by, **body.dict(exclude={"event"}))

    return taken


def _beside(action: Callable[..., object]) -> Taken:
    """Return a step that leaves the case where it stands, and so asks for no revision."""

    def taken(case_id: UUID, body: Any, by: Actor) -> object:
        return action(case_id=case_id, by=by, **body.dict(exclude={"event", "revision"}))

    return taken


TAKEN: dict[str, Taken] = {
    "tell_not_needed": _plain(actions.tell_not_needed),
    "correct_at_once": _correct,
    "accept_deferred": _deferred,
    "accept_promised": _plain(actions.accept_promised),
    "request_more": _more,
    "open_special": _special,
    "close_special": _plain(actions.close_special),
    "extend": _plain(actions.extend_case),
    "tell_interested": _plain(actions.tell_interested),
    "hear_interested": _heard,
    "give_joint_opinion": _beside(actions.give_joint_opinion),
    "verify_promise": _beside(actions.verify_promise),
    "terminate": _plain(actions.terminate_case),
    "void": _plain(actions.void_case),
}
"""Event → the one action that takes the step."""


@router.post(
    "/desk/cases/{number}/steps",
    response=shapes.StepDone,
    operation_id="takeStep",
    summary="A step of the procedure / 办理一步",
    tags=["desk"],
    openapi_extra={"x-problems": [409, 422]},
)
def take(request: HttpRequest, number: Number, body: steps.StepSent) -> dict[str, Any]:
    """Take one step of the full procedure. What may be taken now, and why not, is in `steps` of the case."""
    actor = official(request)
    case = case_by_number(actor, number)
    TAKEN[body.event](case.pk, body, actor)
    return step_done(_fresh(actor, number))


def _fresh(actor: Actor, number: str) -> Case:
    return case_by_number(actor, number)


@router.post(
    "/cases/{number}/deferred",
    response=shapes.StepDone,
    operation_id="supplyDeferred",
    summary="Papers that were to follow / 容缺补交",
    tags=["cases"],
    openapi_extra={"x-problems": [409, 422]},
)
def supply_deferred(request: HttpRequest, number: Number, body: steps.DeferredSent, on_behalf_of: OnBehalfOf) -> Any:
    """Supply papers that were to follow. The clock does not wait for them; the result does."""
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    papers = [(one.material, one.paper) for one in body.papers]
    actions.supply_deferred(case_id=case.pk, papers=papers, by=actor)
    return step_done(_fresh(actor, number))


@router.post(
    "/cases/{number}/more",
    response=shapes.StepDone,
    operation_id="supplyMore",
    summary="Supply more, as a law asks / 依法补充",
    tags=["cases"],
    openapi_extra={"x-problems": [409, 422]},
)
def supply_more(request: HttpRequest, number: Number, body: steps.MoreSent, on_behalf_of: OnBehalfOf) -> Any:
    """Supply what was asked for after acceptance: answers that were asked about, a paper for each other thing.

    Where something is missing, `note` says so. Nothing else may change.
    """
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    before = answers_of(case)
    changed = before | unmasked(case_form(case), body.answers, before)
    answers = {key: value for key, value in changed.items() if value is not None}
    papers = [(one.item, one.paper) for one in body.papers]
    actions.supply_more(case_id=case.pk, answers=answers, papers=papers, note=body.note, by=actor)
    return step_done(_fresh(actor, number))
