"""Go to the provider, and take what it says: once, whole, and only where it is right."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.payments.actions.ledger import enter, locked_charge
from yiwang.domains.payments.actions.receipts import give_receipt
from yiwang.domains.payments.actions.refunding import ask_for_refund, note_refund
from yiwang.domains.payments.events import ChargePaid, PaymentOpened, SurplusReceived, TradeNewsRefused
from yiwang.domains.payments.models import CallBack, Charge, Payment
from yiwang.domains.payments.policies import may_bring_news, may_pay, may_raise
from yiwang.domains.payments.ports import TradeNews
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import record
from yiwang.foundation.numbers.guessing import unguessable

OPEN_FOR = dt.timedelta(minutes=30)
ASK_AFTER = (2, 5, 15, 30, 24 * 60)
"""Minutes after which the provider is asked about an order of which nothing was heard."""
SURPLUS = "多缴、重复缴或者逾期到账的款项，按政府非税收入管理的规定全额退还"


@action
def open_payment(*, charge_id: UUID, check_code: str = "", by: Actor) -> Payment:
    """Open an order at the provider for a charge that is due; one that is open for the same amount is used again.

    Whoever holds the notice may pay it: `check_code` is the code on it, empty where the payer is signed in.

    Raises:
        NotVisible: where this actor may not know of the charge.
        Refused: where nothing is due any more (`not_due`).
    """
    charge = locked_charge(charge_id)
    if not may_pay(by, charge, check_code):
        raise NotVisible
    if charge.state != Charge.State.DUE:
        raise Refused(_("这一笔不用再缴：已经缴清、免缴或者取消了。"), code="not_due")
    at = now()
    still_open = Payment.objects.filter(
        charge_id=charge.pk, state=Payment.State.OPEN, amount_fen=charge.payable_fen, closes_at__gt=at
    ).first()
    if still_open is not None:
        return still_open
    payment = Payment.objects.create(
        number=f"{today():%Y%m%d}{unguessable(16)}",
        charge=charge,
        amount_fen=charge.payable_fen,
        opened_at=at,
        closes_at=at + OPEN_FOR,
        ask_at=at + dt.timedelta(minutes=ASK_AFTER[0]),
    )
    record(PaymentOpened(charge_id=charge.pk, payment_id=payment.pk), by=by)
    return payment


@action
def take_trade_news(*, news: TradeNews, by: Actor) -> CallBack:
    """Take a message of the provider whose signature was checked; it is kept whatever becomes of it.

    Money counts once: the same message, or another about the same trade, changes nothing. A wrong amount, an order that
    is not ours or a trade that paid something else is refused, kept and told to the operators. Money that nobody owes
    (any more) is entered as surplus and goes back whole.
    """
    require(may_bring_news(by))
    found = Payment.objects.filter(number=news.order_number).first()
    charge = locked_charge(found.charge_id) if found else None
    known = CallBack.objects.filter(nonce=news.nonce).first()
    if known is not None:
        return known
    if found is None or charge is None:
        return _keep(news, "refused", "unknown_order", by)
    payment = Payment.objects.select_for_update().get(pk=found.pk)
    if news.kind == "paid":
        verdict, why = _take_money(charge, payment, news, by)
    elif news.kind == "refunded":
        verdict, why = note_refund(charge, payment, news, by)
    else:
        verdict, why = _take_closing(payment)
    return _keep(news, verdict, why, by)


def _keep(news: TradeNews, verdict: str, why: str, by: Actor) -> CallBack:
    row = CallBack.objects.create(
        nonce=news.nonce,
        kind=news.kind,
        order_number=news.order_number[:32],
        trade_number=news.trade_number[:64],
        refund_number=news.refund_number[:32],
        amount_fen=news.amount_fen,
        verdict=verdict,
        why=why,
        received_at=now(),
    )
    if verdict == "refused":
        record(TradeNewsRefused(call_back_id=row.pk, why=why), by=by)
    return row


def _take_money(charge: Charge, payment: Payment, news: TradeNews, by: Actor) -> tuple[str, str]:
    if payment.paid_at is not None:
        same = (payment.trade_number, payment.amount_fen) == (news.trade_number, news.amount_fen)
        return ("repeated", "") if same else ("refused", "other_trade")
    if news.amount_fen != payment.amount_fen:
        return "refused", "wrong_amount"
    if not news.trade_number or Payment.objects.filter(trade_number=news.trade_number).exists():
        return "refused", "trade_used"
    owed = charge.state == Charge.State.DUE and charge.payable_fen == payment.amount_fen
    payment.state = Payment.State.PAID if owed else Payment.State.SURPLUS
    payment.trade_number, payment.paid_at, payment.ask_at = news.trade_number, now(), None
    payment.save(update_fields=["state", "trade_number", "paid_at", "ask_at"])
    if not owed:
        enter(charge, "surplus", payment.amount_fen, str(payment.pk))
        record(SurplusReceived(charge_id=charge.pk, payment_id=payment.pk, amount_fen=payment.amount_fen), by=by)
        ask_for_refund(payment, payment.amount_fen, SURPLUS, by)
        return "taken", "surplus"
    charge.state, charge.paid_fen, charge.settled_at = Charge.State.PAID, payment.amount_fen, now()
    charge.save(update_fields=["state", "paid_fen", "settled_at"])
    enter(charge, "paid", payment.amount_fen, str(payment.pk))
    give_receipt(charge)
    record(ChargePaid(reference=charge.reference, charge_id=charge.pk), by=by)
    return "taken", ""


def _take_closing(payment: Payment) -> tuple[str, str]:
    """The provider gave an order up. Where money came before (messages overtake each other), it stays as it is."""
    if payment.state != Payment.State.OPEN:
        return "repeated", ""
    payment.state, payment.ask_at = Payment.State.CLOSED, None
    payment.save(update_fields=["state", "ask_at"])
    return "taken", ""


@action(silent="asking the provider changes nothing; what it answers is recorded")
def plan_questions(*, most: int = 100, by: Actor) -> int:
    """Have the provider asked about orders of which nothing was heard (a lost message); return how many."""
    require(may_raise(by))
    at = now()
    waiting = Payment.objects.select_for_update().filter(state=Payment.State.OPEN, ask_at__lte=at).order_by("ask_at")
    chosen = list(waiting[:most])
    for payment in chosen:
        enqueue("ask_after_payment", {"payment": str(payment.pk)}, key=f"{payment.pk}:{payment.asked}")
        payment.asked += 1
        last = payment.asked >= len(ASK_AFTER)
        payment.ask_at = None if last else payment.opened_at + dt.timedelta(minutes=ASK_AFTER[payment.asked])
        payment.save(update_fields=["asked", "ask_at"])
    return len(chosen)


@action(silent="an order that nobody paid ends by its time; the charge stays due")
def close_payment(*, payment_id: UUID, by: Actor) -> None:
    """Close an order whose time is over and of which the provider knows no payment."""
    require(may_raise(by))
    overdue = Payment.objects.filter(pk=payment_id, state=Payment.State.OPEN, closes_at__lte=now())
    overdue.update(state=Payment.State.CLOSED, ask_at=None)
