"""Charges, orders at the payment provider, receipts. Amounts are whole fen."""

import datetime as dt
from typing import Literal

from ninja import Schema
from pydantic import Field

from yiwang.channels.openapi.shapes import Words
from yiwang.channels.openapi.shapes.catalogue import OfficeName


class ChargeRow(Schema):
    """One charge in a list."""

    number: str = Field(description="缴款码: whoever has it and the check code may pay.")
    subject: Words
    reference: str = Field(description="Number of the case that it is for.")
    office: OfficeName
    state: Literal["due", "paid", "waived", "cancelled", "refunded"]
    payable_fen: int
    due_on: dt.date
    raised_at: dt.datetime
    settled_at: dt.datetime | None


class ChargePage(Schema):
    """A page of charges, the newest first."""

    items: list[ChargeRow]
    next: str | None


class ChargeLineOut(Schema):
    """One fee, with the rule that allows it, and what was taken off, with the rule that says so."""

    name: Words
    amount_fen: int
    basis: str
    reduction_fen: int
    reduction_basis: str


class RefundOut(Schema):
    """Money that goes back, or went back."""

    amount_fen: int
    basis: str
    requested_at: dt.datetime
    done_at: dt.datetime | None


class ChargeReceipt(Schema):
    """财政电子票据: `code`, `number` and `check_code` together are verified on the page of look-ups."""

    code: str
    number: str
    check_code: str
    amount_fen: int
    issued_at: dt.datetime
    reversed_at: dt.datetime | None = Field(description="冲红: all of it was given back; it counts no more.")
    url: str


class ChargeOut(ChargeRow):
    """One charge with all that hangs on it."""

    check_code: str
    total_fen: int
    reduced_fen: int
    paid_fen: int
    refunded_fen: int
    lines: list[ChargeLineOut]
    refunds: list[RefundOut]
    receipt: ChargeReceipt | None


class PaymentStarted(Schema):
    """An order at the payment provider: send the payer to `pay_url`. That it was paid is seen in the charge."""

    number: str
    amount_fen: int
    pay_url: str = Field(description="A page of the provider; empty where none is connected.")
    closes_at: dt.datetime
