"""Hand in a bundle (一件事), follow its parts, take results as they come, give up what waits, rate the whole once."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Router, Status

from yiwang.channels.openapi.access import OnBehalfOf, person, token
from yiwang.channels.openapi.bundles import bundle_or_404
from yiwang.channels.openapi.case_view import certificate_id, received, state_words
from yiwang.channels.openapi.cases import Key, check_papers, is_same_rating
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, keys_of, page, strange_cursor
from yiwang.channels.openapi.papers import OptionalKey
from yiwang.channels.openapi.shapes import bundles as shapes
from yiwang.channels.openapi.shapes import words
from yiwang.channels.openapi.shapes.cases import RatingOut, RatingSent
from yiwang.domains.catalogue.queries import Row, rows_of
from yiwang.domains.joint_cases.actions import drop_part, submit_bundle
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.queries import Track, joint_by_number, my_joint_cases, tracks, tracks_of
from yiwang.domains.ratings.actions import rate_joint_case
from yiwang.domains.ratings.queries import rating_of_joint

router = Router(tags=["bundles"], auth=token)

JointNumber = Annotated[str, Path(description="Number of the joint case.", examples=["YJS202611230001"])]
PartKey = Annotated[str, Path(max_length=40, description="Key of the part.", examples=["birth"])]


def joint_received(joint: JointCase) -> dict[str, Any]:
    """Return what acknowledges a submission; nothing in it changes later, so a repeated call brings the same.

    A part that waits for others is told of as waiting, also when it has been handed in since.
    """
    found = tracks(joint)
    at_once = [one for one in found if not one.part.needs]
    return {
        "number": joint.number,
        "submitted_at": joint.submitted_at,
        "url": reverse("openapi:getJointCase", args=[joint.number]),
        "received": [
            {"part": one.part.key, **{k: v for k, v in received(one.case).items() if k != "submitted_at"}}
            for one in at_once
            if one.case is not None
        ],
        "waiting": [one.part.key for one in found if one.part.needs],
        "not_open": [one.part.key for one in at_once if one.case is None],
    }


@router.post(
    "/joint-cases",
    response={201: shapes.JointReceived},
    operation_id="submitBundle",
    summary="Hand in a bundle / 一件事提交",
    openapi_extra={"x-problems": [404, 409]},
)
def submit(request: HttpRequest, body: shapes.JointSent, idempotency_key: Key) -> Any:
    """Hand in the one form of a bundle in one go: every part that waits for nothing becomes a case of its office now.

    It is all or nothing, and nothing is kept where something has to be changed first. From then on each case is its own:
    one that fails takes none of the others back.
    """
    actor = person(request, body.on_behalf_of or "")
    if body.papers is not None:
        check_papers(body.papers, body.answers)
    found, _bundle = bundle_or_404(body.bundle)
    joint = submit_bundle(bundle_code=found.code, answers=body.answers, key=idempotency_key, by=actor)
    return Status(201, joint_received(joint))


def _common(joint: JointCase) -> dict[str, Any]:
    return {
        "number": joint.number,
        "bundle": {"code": joint.item_id, "name": words(joint.name, joint.name_en)},
        "is_open": joint.is_open,
        "submitted_at": joint.submitted_at,
        "closed_at": joint.closed_at,
        "promised_on": joint.promised_on,
    }


@router.get(
    "/joint-cases", response=shapes.JointPage, operation_id="listJointCases", summary="My joint cases / 我的一件事"
)
def list_joint_cases(request: HttpRequest, limit: Limit, cursor: Cursor, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One's own joint cases, or those of the firm acted for, the newest first."""
    actor = person(request, on_behalf_of)
    found = my_joint_cases(actor, limit=limit + 1, before=before_of(cursor))
    rows, more = page(found, limit)
    by_joint = tracks_of(rows)
    items = [
        _common(joint)
        | {"parts": len(by_joint[joint.pk]), "granted": sum(one.is_fulfilled for one in by_joint[joint.pk])}
        for joint in rows
    ]
    after = cursor_for(rows[-1].submitted_at.isoformat(), str(rows[-1].pk)) if more else None
    return {"items": items, "next": after}


def before_of(cursor: str) -> tuple[dt.datetime, UUID] | None:
    """Return the time and the key of the last row of the page before.

    Raises:
        ApiProblem: 422 for a cursor that we did not give.
    """
    keys = keys_of(cursor, 2)
    try:
        at = dt.datetime.fromisoformat(keys[0]) if keys else None
        if keys is None or at is None:
            return None
        if at.tzinfo is None:
            raise ValueError
        return at, UUID(keys[1])
    except ValueError:
        raise strange_cursor() from None


@router.get(
    "/joint-cases/{joint_number}",
    response=shapes.JointOut,
    operation_id="getJointCase",
    url_name="getJointCase",
    summary="A joint case / 一件事办到哪了",
)
def get_joint_case(request: HttpRequest, joint_number: JointNumber, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One joint case with each of its parts: the case that it became, what it waits for, its result as soon as it is there."""
    return _joint_out(joint_by_number(person(request, on_behalf_of), joint_number))


def _joint_out(joint: JointCase) -> dict[str, Any]:
    found = tracks(joint)
    rows = {row.code: row for row in rows_of(one.part.item_id for one in found if one.case is None)}
    return {
        **_common(joint),
        "parts": [_part(one, rows.get(one.part.item_id)) for one in found],
        "rating": rating_of_joint(joint.pk),
    }


def _part(track: Track, row: Row | None) -> dict[str, Any]:
    part, case = track.part, track.case
    office = (case.office.name, case.office.name_en) if case else (row.office_name, row.office_name_en) if row else None
    return {
        "key": part.key,
        "item": {"code": part.item_id, "name": words(part.name, part.name_en)},
        "office": words(*office) if office else None,
        "needs": part.needs,
        "state": part.state,
        "why": part.why,
        "because_of": part.because_of,
        "case": case
        and {
            "number": case.number,
            "url": reverse("openapi:getCase", args=[case.number]),
            "state": state_words(case.state),
            "outcome": case.outcome,
            "is_open": case.is_open,
            "submitted_at": case.submitted_at,
            "decided_at": case.decided_at,
            "due_on": case.due_on,
        },
        "is_granted": track.is_fulfilled,
        "certificate": certificate_id(case.pk) if case and track.is_fulfilled else None,
    }


@router.post(
    "/joint-cases/{joint_number}/parts/{part}/withdrawal",
    response=shapes.JointOut,
    operation_id="dropPart",
    summary="Give up a part that waits / 其中一项不办了",
    openapi_extra={"x-problems": [409]},
)
def drop(request: HttpRequest, joint_number: JointNumber, part: PartKey, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """Give up a part that still waits for another. One that was handed in is taken back as the case that it is."""
    actor = person(request, on_behalf_of)
    joint = joint_by_number(actor, joint_number)
    return _joint_out(drop_part(joint_id=joint.pk, part=part, by=actor))


@router.post(
    "/joint-cases/{joint_number}/rating",
    response={201: RatingOut},
    operation_id="rateJointCase",
    summary="Rate the whole / 整件事评价",
    openapi_extra={"x-problems": [409]},
)
def rate(
    request: HttpRequest,
    joint_number: JointNumber,
    body: RatingSent,
    on_behalf_of: OnBehalfOf,
    idempotency_key: OptionalKey,
) -> Any:
    """Give a joint case that is over its one grade; it counts for every office that brought a part of it to an end.

    The same once more brings the first answer; another grade is refused.
    """
    actor = person(request, on_behalf_of)
    joint = joint_by_number(actor, joint_number)
    first = rating_of_joint(joint.pk)
    if first is not None and is_same_rating(first, body):
        return Status(201, first)
    return Status(201, rate_joint_case(joint_id=joint.pk, grade=body.grade, comment=body.comment, by=actor))
