"""Say how a result is to come or have papers collected, and follow it on its way."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router

from yiwang.channels.openapi.access import OnBehalfOf, person, token, visitor
from yiwang.channels.openapi.cases import Number
from yiwang.channels.openapi.joint_cases import before_of
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, page
from yiwang.channels.openapi.problems import ApiProblem
from yiwang.channels.openapi.shapes import deliveries as shapes
from yiwang.channels.openapi.shapes import words
from yiwang.domains.cases.queries import can_travel, case_by_number
from yiwang.domains.deliveries import queries
from yiwang.domains.deliveries.actions import cancel_choice, order_delivery
from yiwang.domains.deliveries.models import Delivery, PickupPoint
from yiwang.domains.deliveries.procedure import SIGNERS, STATES
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.masking import mask_name, mask_phone

router = Router(tags=["deliveries"], auth=token)

Way = Annotated[
    shapes.Direction,
    Path(description="`out`: the result to the applicant; `in`: papers to the office.", examples=["out"]),
]
MEMBERS = {"hall": "point"}
"""What the action calls a member of the body → its name here."""


def renamed(error: InvalidInput, before: str = "") -> InvalidInput:
    """Return a refusal with its faults under the names that the body has, below a place in it."""
    faults = [
        (f"{before}{MEMBERS.get(one[0], one[0])}", one[1]) if isinstance(one, tuple) else one for one in error.errors
    ]
    return InvalidInput(error.message, code=error.code, errors=faults)


def way_of(sent: shapes.DeliverySent) -> dict[str, Any]:
    """Return what was chosen, as the actions take it."""
    return {"way": sent.way, "address_id": sent.address, "hall": sent.point}


def _point(point: PickupPoint) -> dict[str, Any]:
    return {
        "code": point.code,
        "kind": point.kind,
        "name": words(point.name, point.name_en),
        "place": point.place,
        "hours": point.hours,
        "region": point.region_id or "",
    }


def _row(found: Delivery) -> dict[str, Any]:
    office = found.office
    return {
        "id": found.pk,
        "reference": found.reference,
        "direction": found.direction,
        "way": found.way,
        "state": {"code": found.state, "name": words(*STATES[found.state])},
        "office": {"code": office.code, "name": words(office.name, office.name_en)},
        "waybill": found.waybill,
        "chosen_at": found.chosen_at,
        "due_on": found.due_on,
        "delivered_at": found.delivered_at,
        "is_open": found.ended_at is None,
    }


def _out(found: Delivery) -> dict[str, Any]:
    contact, receipt = queries.contact_of(found), queries.receipt_of(found)
    return {
        **_row(found),
        "track": queries.track_of(found),
        "contact": contact
        and {
            "name": mask_name(contact.name),
            "phone": mask_phone(contact.phone),
            "place": words(contact.written(), contact.written("en")),
        },
        "point": _point(found.point) if found.point else None,
        "pickup_code": queries.code_of(found),
        "keep_until": found.keep_until,
        "signed": {
            "signer": found.signer,
            "name": words(*SIGNERS.get(found.signer, ("", ""))),
            "at": found.delivered_at,
            "has_proof": bool(receipt and receipt.receipt_sealed),
        }
        if found.state == "delivered"
        else None,
    }


@router.get(
    "/pickup-points",
    response=shapes.PickupPointList,
    auth=visitor,
    operation_id="listPickupPoints",
    summary="Where results are picked up / 自取点",
)
def list_pickup_points(request: HttpRequest) -> dict[str, Any]:
    """The halls and lockers that are open; there are few, so in one page. Without one, the window of the office serves."""
    return {"items": [_point(one) for one in queries.pickup_points()]}


@router.get(
    "/deliveries", response=shapes.DeliveryPage, operation_id="listDeliveries", summary="My deliveries / 我的寄递"
)
def list_deliveries(request: HttpRequest, limit: Limit, cursor: Cursor, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One's own deliveries on paper, or those of the firm acted for, the newest first."""
    actor = person(request, on_behalf_of)
    rows, more = page(queries.my_deliveries(actor, limit=limit + 1, before=before_of(cursor)), limit)
    after = cursor_for(rows[-1].chosen_at.isoformat(), str(rows[-1].pk)) if more else None
    return {"items": [_row(one) for one in rows], "next": after}


@router.get(
    "/deliveries/{uuid:delivery_id}",
    response=shapes.DeliveryOut,
    operation_id="getDelivery",
    summary="A delivery with its track / 寄到哪了",
)
def get_delivery(request: HttpRequest, delivery_id: UUID, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """Where it is, station by station; the code to pick it up with; who signed, and since when it counts as delivered."""
    return _out(queries.delivery_by_id(person(request, on_behalf_of), delivery_id))


@router.post(
    "/deliveries/{uuid:delivery_id}/cancellation",
    response=shapes.DeliveryOut,
    operation_id="cancelDelivery",
    summary="Call a delivery off / 取消寄递",
    openapi_extra={"x-problems": [409]},
)
def cancel(request: HttpRequest, delivery_id: UUID, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """Call a choice off as long as nothing has left; the result then comes into the account."""
    actor = person(request, on_behalf_of)
    cancelled = cancel_choice(delivery_id=delivery_id, by=actor)
    return _out(queries.delivery_by_id(actor, cancelled.pk))


@router.get(
    "/cases/{number}/deliveries",
    response=shapes.DeliveryList,
    operation_id="listCaseDeliveries",
    summary="Deliveries of a case / 办件的寄递",
)
def list_of_case(request: HttpRequest, number: Number, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """What was chosen or sent for one case, in both directions, the newest first; also what came into the account."""
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    return {"items": [_row(one) for one in queries.deliveries_of(actor, case.number)]}


@router.put(
    "/cases/{number}/deliveries/{direction}",
    response=shapes.DeliveryOut,
    operation_id="chooseDelivery",
    summary="Choose a delivery / 选送达方式",
    openapi_extra={"x-problems": [409]},
)
def choose(
    request: HttpRequest, number: Number, direction: Way, body: shapes.DeliverySent, on_behalf_of: OnBehalfOf
) -> dict[str, Any]:
    """Say how the result is to come, or have papers collected by a courier.

    A result waits until it is there, and until then the choice may be replaced; after it came back it leaves at once.
    Papers leave at once. What is on its way stays as it is (409 `under_way`).
    """
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    if not can_travel(case, direction):
        zh, en = "这件事已经不收材料，也不再寄结果了。", "Nothing travels for this case any more."
        raise ApiProblem(409, "not_now", zh, en)
    try:
        done = order_delivery(
            reference=case.number,
            person_id=actor.known_id,
            office_code=case.office_id,
            direction=direction,
            by=actor,
            **way_of(body),
        )
    except InvalidInput as error:
        raise renamed(error) from None
    return _out(queries.delivery_by_id(actor, done.pk))
