"""What one has to pay, the way to the payment provider, and receipts."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Router, Status

from yiwang.channels.openapi.access import OnBehalfOf, person, token
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, keys_of, page, strange_cursor
from yiwang.channels.openapi.papers import OptionalKey
from yiwang.channels.openapi.sealed_files import PDF_TOO, Format, document_answer
from yiwang.channels.openapi.shapes import payments as shapes
from yiwang.channels.openapi.shapes import words
from yiwang.channels.openapi.shapes.cases import SealedDocument
from yiwang.domains.payments.actions import open_payment
from yiwang.domains.payments.models import Charge
from yiwang.domains.payments.queries import (
    charge_by_number,
    document_of_receipt,
    lines_of,
    my_charges,
    order_token,
    pay_address,
    receipt_of,
    refunds_of,
)
from yiwang.foundation.actions import NotVisible

router = Router(tags=["payments"], auth=token)

Notice = Annotated[str, Path(description="缴款码, 20 digits.", examples=["33012600000000000017"])]


def _row(charge: Charge) -> dict[str, Any]:
    office = charge.office
    return {
        "number": charge.number,
        "subject": words(charge.subject, charge.subject_en),
        "reference": charge.reference,
        "office": {"code": office.code, "name": words(office.name, office.name_en)},
        "state": charge.state,
        "payable_fen": charge.payable_fen,
        "due_on": charge.due_on,
        "raised_at": charge.raised_at,
        "settled_at": charge.settled_at,
    }


@router.get("/charges", response=shapes.ChargePage, operation_id="listCharges", summary="My charges / 我的缴费")
def list_charges(request: HttpRequest, limit: Limit, cursor: Cursor, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One's own charges, or those of the firm acted for, the newest first: due, paid, waived, given back."""
    actor = person(request, on_behalf_of)
    keys = keys_of(cursor)
    try:
        before = UUID(keys[0]) if keys else None
    except ValueError:
        raise strange_cursor() from None
    rows, more = page(my_charges(actor, limit=limit + 1, before=before), limit)
    return {"items": [_row(one) for one in rows], "next": cursor_for(str(rows[-1].pk)) if more else None}


@router.get("/charges/{notice}", response=shapes.ChargeOut, operation_id="getCharge", summary="A charge / 缴款通知")
def get_charge(request: HttpRequest, notice: Notice, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One charge: each fee with the rule that allows it, what was taken off and why, what came back, and the receipt."""
    charge = charge_by_number(person(request, on_behalf_of), notice)
    receipt = receipt_of(charge)
    return {
        **_row(charge),
        "check_code": charge.check_code,
        "total_fen": charge.total_fen,
        "reduced_fen": charge.reduced_fen,
        "paid_fen": charge.paid_fen,
        "refunded_fen": charge.refunded_fen,
        "lines": [
            {
                "name": words(line.name, line.name_en),
                "amount_fen": line.amount_fen,
                "basis": line.basis,
                "reduction_fen": line.reduction_fen,
                "reduction_basis": line.reduction_basis,
            }
            for line in lines_of(charge)
        ],
        "refunds": refunds_of(charge),
        "receipt": receipt
        and {
            "code": receipt.code,
            "number": receipt.number,
            "check_code": receipt.check_code,
            "amount_fen": receipt.amount_fen,
            "issued_at": receipt.issued_at,
            "reversed_at": receipt.reversed_at,
            "url": reverse("openapi:getChargeReceipt", args=[charge.number]),
        },
    }


@router.post(
    "/charges/{notice}/payments",
    response={201: shapes.PaymentStarted},
    operation_id="startPayment",
    summary="Start a payment / 去缴款",
    openapi_extra={"x-problems": [409]},
)
def start_payment(request: HttpRequest, notice: Notice, on_behalf_of: OnBehalfOf, idempotency_key: OptionalKey) -> Any:
    """Open an order at the payment provider for what is due; one that is still open is used again, so nobody pays twice.

    The payer's browser comes back to a page of ours; what counts is the provider's signed message, seen in the charge.
    """
    actor = person(request, on_behalf_of)
    payment = open_payment(charge_id=charge_by_number(actor, notice).pk, by=actor)
    back = reverse("portal:pay-order", args=[order_token(payment)])
    started = {
        "number": payment.number,
        "amount_fen": payment.amount_fen,
        "pay_url": pay_address(payment, f"{back}?back=1"),
        "closes_at": payment.closes_at,
    }
    return Status(201, started)


@router.get(
    "/charges/{notice}/receipt",
    response=SealedDocument,
    operation_id="getChargeReceipt",
    url_name="getChargeReceipt",
    summary="The receipt of a payment / 电子票据",
    openapi_extra=PDF_TOO,
)
def get_receipt(request: HttpRequest, notice: Notice, format: Format, on_behalf_of: OnBehalfOf) -> Any:
    """The receipt (财政电子票据) as data with its signature, or as sealed PDF (`format=pdf`); 404 until it is paid."""
    actor = person(request, on_behalf_of)
    issued = receipt_of(charge_by_number(actor, notice))
    if issued is None:
        raise NotVisible
    return document_answer(request, document_of_receipt(issued), format, actor)
