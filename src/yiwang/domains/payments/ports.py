"""What this domain asks of a payment provider."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class PayOrder:
    """What the provider is to collect: one order, one amount. `subject` names no person."""

    number: str
    amount_fen: int
    subject: str
    payee: str
    return_to: str
    closes_at: dt.datetime


@dataclass(frozen=True)
class RefundOrder:
    """What the provider is to give back. The same number again gives nothing back twice."""

    number: str
    order_number: str
    trade_number: str
    amount_fen: int


@dataclass(frozen=True)
class TradeNews:
    """What the provider says has happened, once its signature is checked. `nonce` is one for each message of its."""

    kind: Literal["paid", "refunded", "closed"]
    nonce: str
    order_number: str
    trade_number: str
    amount_fen: int
    refund_number: str = ""


class NotGenuine(Exception):
    """A message is not signed by the provider, or too old, or cannot be read."""


class PaymentProvider(Protocol):
    """Collects money for offices. Nothing that it says on a page counts: only a signed message does."""

    def pay_address(self, order: PayOrder) -> str:
        """Return the address of the provider's own page where an order is paid. Calls nobody."""
        ...

    def ask_after(self, order_number: str) -> list[TradeNews]:
        """Return what has happened to an order, for a message that never came; empty where nothing has.

        Raises:
            OSError: where the provider cannot be reached; the job tries again.
        """
        ...

    def give_back(self, refund: RefundOrder) -> None:
        """Ask for money to be given back; that it was done is said by a message later.

        Raises:
            OSError: where the provider cannot be reached; the job tries again.
        """
        ...

    def read_call_back(self, body: bytes, headers: Mapping[str, str]) -> TradeNews:
        """Return what a message says.

        Raises:
            NotGenuine: where it is not the provider's.
        """
        ...
