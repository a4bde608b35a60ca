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


ASK_AGAIN_AFTER = dt.timedelta(minutes=10)


@action(silent="asking the provider changes nothing; what it answers is recorded")
def plan_refund_questions(*, most: int = 100, by: Actor) -> int:
    """Have the provider asked about refunds that it was told of and never confirmed; return how many."""
    require(may_raise(by))
    waiting = Refund.objects.filter(state=Refund.State.REQUESTED, requested_at__lte=now() - ASK_AGAIN_AFTER)
    chosen = list(waiting.order_by("requested_at").values_list("pk", flat=True)[:most])
    turn = int(now().timestamp()) // int(ASK_AGAIN_AFTER.total_seconds())
    for pk in chosen:
        enqueue("ask_after_refund", {"refund": str(pk)}, key=f"{pk}:{turn}")
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
