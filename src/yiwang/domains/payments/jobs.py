"""Timed work: ask after payments whose message never came, and have money given back."""

from typing import Any

from yiwang.domains.payments.actions import close_payment, plan_questions, plan_refund_questions, take_trade_news
from yiwang.domains.payments.models import Payment
from yiwang.domains.payments.queries import refund_order
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import every, outside_job
from yiwang.foundation.ports import connector


@every(60, name="payments.ask_after")
def ask_after_payments() -> int:
    """Have the provider asked about orders that have been silent for too long."""
    return plan_questions(by=SYSTEM)


@every(600, name="payments.ask_after_refunds")
def ask_after_refunds() -> int:
    """Have the provider asked about refunds that it never confirmed."""
    return plan_refund_questions(by=SYSTEM)


@outside_job("ask_after_refund")
def ask_after_refund(payload: dict[str, Any], *, key: str) -> None:
    """Ask the provider about the order behind a refund, and take what it answers as a message that came late.

    Raises:
        OSError: where the provider cannot be reached; the ladder tries again.
    """
    order = refund_order(payload["refund"])
    for news in connector("payment").ask_after(order.order_number) if order else ():
        take_trade_news(news=news, by=SYSTEM)


@outside_job("ask_after_payment")
def ask_after_payment(payload: dict[str, Any], *, key: str) -> None:
    """Ask the provider about one order, and take what it answers as a message that came late.

    Raises:
        OSError: where the provider cannot be reached; the ladder tries again.
    """
    payment = Payment.objects.get(pk=payload["payment"])
    if payment.state != Payment.State.OPEN:
        return
    for news in connector("payment").ask_after(payment.number):
        take_trade_news(news=news, by=SYSTEM)
    close_payment(payment_id=payment.pk, by=SYSTEM)


@outside_job("send_refund")
def send_refund(payload: dict[str, Any], *, key: str) -> None:
    """Ask the provider to give money back; asked again with the same number it gives nothing back twice.

    Raises:
        OSError: where the provider cannot be reached; the ladder tries again.
    """
    order = refund_order(payload["refund"])
    if order is not None:
        connector("payment").give_back(order)
