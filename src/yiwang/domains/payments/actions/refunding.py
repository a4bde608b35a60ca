"""Give money back: asked for once, sent by a job, entered when the provider says that it is done."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.payments.actions.ledger import enter, locked_charge
from yiwang.domains.payments.actions.receipts import reverse_receipt
from yiwang.domains.payments.events import ChargeRefunded, RefundRequested
from yiwang.domains.payments.models import Charge, Payment, Refund
from yiwang.domains.payments.policies import may_raise
from yiwang.domains.payments.ports import TradeNews
from yiwang.foundation.actions import InvalidInput, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import record
from yiwang.foundation.numbers.guessing import unguessable


@action
def refund_charge(*, charge_id: UUID, basis: str, amount_fen: int | None = None, by: Actor) -> Charge:
    """退款: have what was paid for a charge given back, all that is left or a part, on a named basis.

    Where nothing is left to give back, nothing changes; so asking twice for all gives back once.

    Raises:
        Refused: where more is asked than is left (`too_much`).
        InvalidInput: where no basis is named.
    """
    require(may_raise(by))
    charge = locked_charge(charge_id)
    if not basis.strip():
        raise InvalidInput(_("写明退费的依据。"), code="no_basis")
    payment = Payment.objects.select_for_update().filter(charge_id=charge.pk, state=Payment.State.PAID).first()
    if payment is None or payment.refunding_fen == payment.amount_fen:
        return charge
    left = payment.amount_fen - payment.refunding_fen
    wanted = left if amount_fen is None else amount_fen
    if not 0 < wanted <= left:
        raise Refused(_("退的钱不能比付的多。"), code="too_much")
    ask_for_refund(payment, wanted, basis.strip(), by)
    return charge


ASK_AFTER = (10, 30, 2 * 60, 12 * 60, 24 * 60)
"""Minutes after which the provider is asked about a refund that it never confirmed; then once a day, until it does."""


@action(silent="asking the provider changes nothing; what it answers is recorded")
def plan_refund_questions(*, most: int = 100, by: Actor) -> int:
    """Have the provider asked about refunds that it was told of and never confirmed; return how many.

    Each has its next time, later and later: those that are never confirmed keep no other from being asked about.
    """
    require(may_raise(by))
    at = now()
    waiting = Refund.objects.select_for_update().filter(state=Refund.State.REQUESTED, ask_at__lte=at)
    chosen = list(waiting.order_by("ask_at", "id")[:most])
    for refund in chosen:
        enqueue("ask_after_refund", {"refund": str(refund.pk)}, key=f"{refund.pk}:{refund.asked}")
        refund.asked += 1
        refund.ask_at = at + dt.timedelta(minutes=ASK_AFTER[min(refund.asked, len(ASK_AFTER) - 1)])
        refund.save(update_fields=["asked", "ask_at"])
    return len(chosen)


def ask_for_refund(payment: Payment, amount_fen: int, basis: str, by: Actor) -> Refund:
    """Note a refund of a locked payment and have the provider told of it."""
    payment.refunding_fen += amount_fen
    payment.save(update_fields=["refunding_fen"])
    refund = Refund.objects.create(
        number=f"R{today():%Y%m%d}{unguessable(16)}",
        payment=payment,
        amount_fen=amount_fen,
        basis=basis[:500],
        requested_at=now(),
        ask_at=now() + dt.timedelta(minutes=ASK_AFTER[0]),
    )
    enqueue("send_refund", {"refund": str(refund.pk)}, key=str(refund.pk))
    record(RefundRequested(charge_id=payment.charge_id, refund_id=refund.pk, amount_fen=amount_fen), by=by)
    return refund


def note_refund(charge: Charge, payment: Payment, news: TradeNews, by: Actor) -> tuple[str, str]:
    """Enter that the provider has given back what it was asked to; return the verdict on its message."""
    refund = Refund.objects.select_for_update().filter(number=news.refund_number, payment_id=payment.pk).first()
    if refund is None:
        return "refused", "unknown_refund"
    if refund.amount_fen != news.amount_fen:
        return "refused", "wrong_amount"
    if refund.state == Refund.State.DONE:
        return "repeated", ""
    refund.state, refund.done_at = Refund.State.DONE, now()
    refund.save(update_fields=["state", "done_at"])
    enter(charge, "refunded", refund.amount_fen, str(refund.pk))
    if payment.state == Payment.State.PAID:
        charge.refunded_fen += refund.amount_fen
        if charge.refunded_fen == charge.paid_fen:
            charge.state = Charge.State.REFUNDED
            reverse_receipt(charge)
        charge.save(update_fields=["refunded_fen", "state"])
    fact = ChargeRefunded(reference=charge.reference, charge_id=charge.pk, amount_fen=refund.amount_fen)
    record(fact, by=by)
    return "taken", ""
