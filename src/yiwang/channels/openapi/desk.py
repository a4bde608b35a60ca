"""The steps of the desk, for the offices' own systems: by the token of an official, for cases of their office."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from yiwang.channels.openapi.access import official, token
from yiwang.channels.openapi.case_view import case_out, state_words, step_done
from yiwang.channels.openapi.cases import Number
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, keys_of, page, strange_cursor
from yiwang.channels.openapi.shapes import cases as shapes
from yiwang.channels.openapi.shapes import words
from yiwang.domains.cases.actions import (
    accept_case,
    claim_case,
    decide_case,
    hand_over_case,
    refuse_to_accept,
    request_correction,
    review_case,
    tell_not_needed,
)
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_by_number, next_steps, opinions_of, queue
from yiwang.foundation.actors import Actor
from yiwang.foundation.masking import scrub
from yiwang.foundation.reads.actions import record_read

router = Router(tags=["desk"], auth=token)

Which = Annotated[
    Literal["all", "mine", "unclaimed", "acceptance", "review", "decision", "waiting", "overdue", "today"],
    Query(default="all", description="Which part of the queue."),
]
FIRST_OUTCOME = "《中华人民共和国行政许可法》第三十二条第一款第一项"
REFUSABLE = {"x-problems": [409, 422]}


def _case(request: HttpRequest, number: str) -> tuple[Actor, Case]:
    actor = official(request)
    return actor, case_by_number(actor, number)


@router.get("/desk/cases", response=shapes.DeskPage, operation_id="listQueue", summary="The queue / 待办")
def list_queue(request: HttpRequest, limit: Limit, cursor: Cursor, which: Which) -> dict[str, Any]:
    """The open cases of one's office, the most urgent first."""
    actor = official(request)
    rows, more = page(queue(actor, which=which, limit=limit + 1, after=_after(cursor)), limit)
    items = [
        {
            "number": row.case["number"],
            "item_name": words(row.case["item_name"], row.case["item_name_en"]),
            "applicant_name": row.case["applicant_name"],
            "state": state_words(row.case["state"]),
            "submitted_at": row.case["submitted_at"],
            "due_on": row.case["due_on"],
            "days_left": row.days_left,
            "assignee": row.case["assignee_id"],
        }
        for row in rows
    ]
    last = rows[-1].case if more else None
    after = cursor_for(last["due_on"].isoformat() if last["due_on"] else "-", str(last["id"])) if last else None
    return {"items": items, "next": after}


def _after(cursor: str) -> tuple[dt.date | None, UUID] | None:
    keys = keys_of(cursor, 2)
    if keys is None:
        return None
    try:
        return (None if keys[0] == "-" else dt.date.fromisoformat(keys[0])), UUID(keys[1])
    except ValueError:
        raise strange_cursor() from None


@router.get(
    "/desk/cases/{number}",
    response=shapes.DeskCase,
    operation_id="getDeskCase",
    summary="A case at the desk / 审批详情",
)
def get_case(
    request: HttpRequest,
    number: Number,
    reason: Annotated[
        str,
        Query(
            default="办理本件",
            min_length=2,
            max_length=100,
            pattern=r"^[^\u0000-\u001f\u007f]+$",
            description="Why you look; the applicant can read it.",
        ),
    ],
) -> dict[str, Any]:
    """One case of one's office. That you looked, and why, is kept and shown to its applicant."""
    actor, case = _case(request, number)
    record_read(person_id=case.applicant_id, what="case", reason=scrub(reason), case_id=case.pk, by=actor)
    opinions = [
        {"step": o.step, "verdict": o.verdict, "text": text, "staff": o.staff_id, "written_at": o.written_at}
        for o, text in opinions_of(case)
    ]
    steps = next_steps(case, actor)
    return {**case_out(case, actor), "assignee": case.assignee_id, "opinions": opinions, "steps": steps}


@router.post(
    "/desk/cases/{number}/acceptance",
    response=shapes.StepDone,
    operation_id="acceptCase",
    summary="Accept / 受理",
    openapi_extra=REFUSABLE,
)
def accept(request: HttpRequest, number: Number, body: shapes.AcceptanceSent) -> dict[str, Any]:
    """Accept the application; the clock of the decision starts on the next working day."""
    actor, case = _case(request, number)
    return step_done(accept_case(case_id=case.pk, revision=body.revision, by=actor))


@router.post(
    "/desk/cases/{number}/correction-request",
    response=shapes.StepDone,
    operation_id="requestCorrection",
    summary="Ask for a correction / 补正告知",
    openapi_extra=REFUSABLE,
)
def ask(request: HttpRequest, number: Number, body: shapes.CorrectionRequestSent) -> dict[str, Any]:
    """Tell the applicant once, with everything, what has to be supplied."""
    actor, case = _case(request, number)
    items = [{"field": i.field, "text": i.text} for i in body.items]
    return step_done(request_correction(case_id=case.pk, items=items, revision=body.revision, by=actor))


@router.post(
    "/desk/cases/{number}/refusal-to-accept",
    response=shapes.StepDone,
    operation_id="refuseToAccept",
    summary="Refuse to accept / 不予受理",
    openapi_extra=REFUSABLE,
)
def refuse(request: HttpRequest, number: Number, body: shapes.RefusalToAcceptSent) -> dict[str, Any]:
    """End the case in writing, with the ground, the reason, and how to object."""
    actor, case = _case(request, number)
    if body.ground == "not_needed":
        basis = body.basis.strip() or FIRST_OUTCOME
        return step_done(
            tell_not_needed(case_id=case.pk, reason=body.reason, basis=basis, revision=body.revision, by=actor)
        )
    done = refuse_to_accept(
        case_id=case.pk,
        ground=body.ground,
        reason=body.reason,
        basis=body.basis,
        authority=body.authority,
        revision=body.revision,
        by=actor,
    )
    return step_done(done)


@router.post(
    "/desk/cases/{number}/review",
    response=shapes.StepDone,
    operation_id="reviewCase",
    summary="Review / 审查",
    openapi_extra=REFUSABLE,
)
def review(request: HttpRequest, number: Number, body: shapes.ReviewSent) -> dict[str, Any]:
    """Give an opinion. Where the substance is verified, two officials have to (行政许可法 art. 34)."""
    actor, case = _case(request, number)
    return step_done(
        review_case(case_id=case.pk, verdict=body.verdict, opinion=body.opinion, revision=body.revision, by=actor)
    )


@router.post(
    "/desk/cases/{number}/decision",
    response=shapes.StepDone,
    operation_id="decideCase",
    summary="Decide / 决定",
    openapi_extra=REFUSABLE,
)
def decide(request: HttpRequest, number: Number, body: shapes.DecisionSent) -> dict[str, Any]:
    """Grant or refuse in writing. What was granted is sealed within seconds, and the case closes."""
    actor, case = _case(request, number)
    done = decide_case(
        case_id=case.pk,
        grant=body.grant,
        reason=body.reason,
        basis=body.basis,
        cited_record=body.cited_record,
        revision=body.revision,
        by=actor,
    )
    return step_done(done)


@router.post(
    "/desk/cases/{number}/claim",
    response=shapes.StepDone,
    operation_id="claimCase",
    summary="Claim / 领取",
    openapi_extra={"x-problems": [409]},
)
def claim(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Take a case into one's own hands. Of two officials at once one wins, and the other is told."""
    actor, case = _case(request, number)
    return step_done(claim_case(case_id=case.pk, by=actor))


@router.post(
    "/desk/cases/{number}/hand-over",
    response=shapes.StepDone,
    operation_id="handOverCase",
    summary="Hand over / 转办",
    openapi_extra=REFUSABLE,
)
def hand_over(request: HttpRequest, number: Number, body: shapes.HandOverSent) -> dict[str, Any]:
    """Hand a case to another official of the same office."""
    actor, case = _case(request, number)
    return step_done(hand_over_case(case_id=case.pk, staff_id=body.staff, by=actor))
