"""Every change of a charge, one function for each verb."""

from yiwang.domains.payments.actions.looking import look_into_trade_news
from yiwang.domains.payments.actions.paying import close_payment, open_payment, plan_questions, take_trade_news
from yiwang.domains.payments.actions.raising import cancel_charge, raise_charge, reduce_charge
from yiwang.domains.payments.actions.refunding import plan_refund_questions, refund_charge

__all__ = [
    "cancel_charge",
    "close_payment",
    "look_into_trade_news",
    "open_payment",
    "plan_questions",
    "plan_refund_questions",
    "raise_charge",
    "reduce_charge",
    "refund_charge",
    "take_trade_news",
]
