"""Charges for tests, raised through the real action."""

import datetime as dt
from itertools import count
from typing import Any

from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.identity.tests.factories import make_office, make_person
from yiwang.domains.organisations.models import Office
from yiwang.domains.payments.actions import raise_charge
from yiwang.domains.payments.models import Charge, Payment
from yiwang.domains.payments.ports import TradeNews
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import today

PROVIDER = Actor(kind="peer", channel="payment")
BASIS = "发改价格规〔2016〕2559号"
_serial = count(1)


def fee(**changes: Any) -> dict[str, Any]:
    """Return one line of a charge."""
    return {"name": "不动产登记费（住宅）", "amount_fen": 8000, "basis": BASIS} | changes


def make_charge(
    *lines: dict[str, Any],
    payer: Person | None = None,
    firm: Firm | None = None,
    office: Office | None = None,
    reference: str = "",
) -> Charge:
    """Return a charge that is due in ten days."""
    office = office or make_office()
    issue_seal(office_code=office.code, by=SYSTEM)
    return raise_charge(
        reference=reference or f"REF{next(_serial):05d}",
        payer_person_id=(payer or make_person()).pk,
        payer_firm_id=firm.pk if firm else None,
        office_code=office.code,
        lines=list(lines) or [fee()],
        due_on=today() + dt.timedelta(days=10),
        subject="不动产转移登记",
        by=SYSTEM,
    )


def paid(payment: Payment, **changes: Any) -> TradeNews:
    """Return the message that an order was paid, as the provider would send it, with a nonce of its own."""
    at = next(_serial)
    values: dict[str, Any] = {
        "kind": "paid",
        "nonce": f"nonce-{at:020d}",
        "order_number": payment.number,
        "trade_number": f"T-{payment.number}",
        "amount_fen": payment.amount_fen,
    }
    return TradeNews(**(values | changes))


def given_back(payment: Payment, refund: Any, **changes: Any) -> TradeNews:
    """Return the message that money was given back."""
    more = {"refund_number": refund.number, "amount_fen": refund.amount_fen} | changes
    return paid(payment, kind="refunded", trade_number=payment.trade_number or "", **more)
