"""Read charges: one's own, one by its notice, what waits for a reference, and what operators have to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.domains.documents.models import Document
from yiwang.domains.payments.models import CallBack, Charge, ChargeLine, LedgerLine, Payment, Receipt, Refund
from yiwang.domains.payments.policies import is_code_of
from yiwang.domains.payments.ports import PayOrder, RefundOrder
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.codes.charges import is_charge_number
from yiwang.foundation.ports import connector

ORDER_SALT = "payment-order"


def is_settled(reference: str) -> bool:
    """Return whether nothing is left to pay for a reference code; so too where nothing was ever charged."""
    return not Charge.objects.filter(reference=reference, state=Charge.State.DUE).exists()


def was_charged(reference: str) -> bool:
    """Return whether anything was ever charged for a reference code."""
    return Charge.objects.filter(reference=reference).exists()


def charges_of(reference: str) -> list[Charge]:
    """Return the charges for a reference code, oldest first. Whoever calls has checked that the case may be seen."""
    return list(Charge.objects.filter(reference=reference).select_related("office").order_by("raised_at", "id"))


def my_charges(actor: Actor, *, limit: int, before: UUID | None = None) -> list[Charge]:
    """Return a person's charges, or those of the firm acted for: the newest first, from one on."""
    found = Charge.objects.visible_to(actor).select_related("office") if actor.is_person else Charge.objects.none()
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-id")[:limit])


def due_charges(actor: Actor, most: int = 5) -> list[Charge]:
    """Return what a person still has to pay, what is due first."""
    if not actor.is_person:
        return []
    found = Charge.objects.visible_to(actor).filter(state=Charge.State.DUE).select_related("office")
    return list(found.order_by("due_on", "id")[:most])


def charge_by_number(actor: Actor, number: str) -> Charge:
    """Return a charge that the actor may see.

    Raises:
        NotVisible: where there is none, or it is somebody else's.
    """
    bare = "".join(number.split())
    visible = Charge.objects.visible_to(actor).select_related("office", "payer", "firm")
    found = visible.filter(number=bare).first() if is_charge_number(bare) else None
    if found is None:
        raise NotVisible
    return found


def charge_by_notice(number: str, check_code: str) -> Charge | None:
    """Return a charge for whoever holds its notice, without signing in (缴款码 + 校验码)."""
    bare = "".join(number.split())
    found = Charge.objects.select_related("office").filter(number=bare).first() if is_charge_number(bare) else None
    return found if found and is_code_of(found, check_code) else None


def lines_of(charge: Charge) -> list[ChargeLine]:
    """Return the fees of a charge in their order."""
    return list(ChargeLine.objects.filter(charge_id=charge.pk).order_by("position"))


def ledger_of(charge: Charge) -> list[LedgerLine]:
    """Return the ledger of a charge in the order in which it was written."""
    return list(LedgerLine.objects.filter(charge_id=charge.pk).order_by("sequence"))


def refunds_of(charge: Charge) -> list[Refund]:
    """Return what was, or is to be, given back for a charge; surplus too."""
    return list(Refund.objects.filter(payment__charge_id=charge.pk).order_by("requested_at", "id"))


def receipt_of(charge: Charge) -> Receipt | None:
    """Return the receipt of a charge."""
    return Receipt.objects.filter(charge_id=charge.pk).first()


def receipt_by_numbers(code: str, number: str, check_code: str) -> Receipt | None:
    """Return a receipt for whoever holds it: code, number and check code together."""
    found = Receipt.objects.select_related("charge__office").filter(code=code, number=number).first()
    return found if found and vault.same(found.check_code, check_code) else None


def document_of_receipt(receipt: Receipt) -> Document:
    """Return the sealed document of a receipt."""
    return Document.objects.select_related("office").get(pk=receipt.document_id)


def payment_with(payment_id: UUID) -> Payment | None:
    """Return an order by its id, for whoever was given the address of its page."""
    return Payment.objects.select_related("charge__office").filter(pk=payment_id).first()


def pay_order(payment: Payment, return_to: str) -> PayOrder:
    """Return an order as the provider is told of it. It names no person."""
    return PayOrder(
        number=payment.number,
        amount_fen=payment.amount_fen,
        subject=payment.charge.subject,
        payee=payment.charge.office.name,
        return_to=settings.YIWANG_ORIGIN + return_to,
        closes_at=payment.closes_at,
    )


def order_token(payment: Payment) -> str:
    """Return what stands in the address of an order's page: nobody can make one up, and it ends after a day."""
    return signing.dumps(payment.pk.hex, salt=ORDER_SALT)


def pay_address(payment: Payment, return_to: str) -> str:
    """Return where an order is paid: a page of the provider."""
    address: str = connector("payment").pay_address(pay_order(payment, return_to))
    return address


def refund_order(refund_id: str) -> RefundOrder | None:
    """Return a refund as the provider is told of it; None where it is done."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state == Refund.State.DONE:
        return None
    paid = refund.payment
    return RefundOrder(refund.number, paid.number, paid.trade_number or "", refund.amount_fen)


@dataclass(frozen=True)
class ToLookAt:
    """What an operator of payments has to see: refused messages that wait, those that wait no more, and refunds."""

    refused: list[CallBack]
    done: list[CallBack]
    waiting_refunds: int
    oldest_refund_at: datetime | None


def _refused(actor: Actor) -> tuple[QuerySet[CallBack], QuerySet[CallBack]]:
    """Return the refused messages that wait for somebody, and the others.

    One with a wrong amount settles itself, once the provider was asked and the order is paid as it stands.
    """
    paid = Payment.objects.filter(number=OuterRef("order_number"), state=Payment.State.PAID)
    over = Q(seen_at__isnull=False) | (Q(why="wrong_amount") & Exists(paid))
    refused = CallBack.objects.visible_to(actor).filter(verdict=CallBack.Verdict.REFUSED).select_related("seen_by")
    refused = refused.order_by("-received_at", "-id")
    return refused.filter(~over), refused.filter(over)


def to_look_at(actor: Actor, *, most: int = 50, most_done: int = 10) -> ToLookAt:
    """Return the provider's messages that were refused, the newest first, and which refunds still wait for it."""
    refused, done = _refused(actor)
    waiting = Refund.objects.filter(state=Refund.State.REQUESTED).order_by("requested_at")
    times = list(waiting.values_list("requested_at", flat=True)[:1_000])
    return ToLookAt(list(refused[:most]), list(done[:most_done]), len(times), times[0] if times else None)


def refused_messages(actor: Actor, most: int = 100) -> int:
    """Return how many refused messages wait for somebody, up to `most`."""
    return len(_refused(actor)[0].values_list("pk", flat=True)[:most])


def sums_of(lines: Iterable[ChargeLine]) -> tuple[int, int]:
    """Return what fees come to, and what was taken off."""
    seen = list(lines)
    return sum(line.amount_fen for line in seen), sum(line.reduction_fen for line in seen)
