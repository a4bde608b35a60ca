"""Pay the fees of past cases: through the real actions, with the demo provider's own books behind them."""

import secrets
import time
from typing import Any

from django.conf import settings

from yiwang.config.demo.stories import Story
from yiwang.domains.cases.models import Case
from yiwang.domains.payments.actions import open_payment, reduce_charge, take_trade_news
from yiwang.domains.payments.models import Charge
from yiwang.domains.payments.queries import charges_of
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.ports import connector


def pay_fees(story: Story, *, by: Actor) -> None:
    """Have the person pay what is due: at the provider, whose books the platform then asks."""
    provider = connector("payment")
    for charge in _due(story):
        payment = open_payment(charge_id=charge.pk, by=by)
        notify = f"{settings.YIWANG_ORIGIN}/callbacks/payment"
        trade = f"T{secrets.token_hex(12)}"
        provider.books().store.pay(payment.number, payment.amount_fen, trade, time.time(), notify)
        for news in provider.ask_after(payment.number):
            take_trade_news(news=news, by=SYSTEM)


def reduce_fees(story: Story, event: dict[str, Any], *, by: Actor) -> None:
    """Have the head of the office take something off the first fee, on the basis that the story names."""
    for charge in _due(story):
        reduce_charge(charge_id=charge.pk, position=1, amount_fen=event["amount_fen"], basis=event["basis"], by=by)


def _due(story: Story) -> list[Charge]:
    number = Case.objects.values_list("number", flat=True).get(pk=story.case_id)
    return [charge for charge in charges_of(number) if charge.state == Charge.State.DUE]
