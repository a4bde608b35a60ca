"""The demo provider behind the `PaymentProvider` port."""

import json
import urllib.request
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.conf import settings

from yiwang.connectors.payment_demo.process import Provider
from yiwang.connectors.payment_demo.signing import canonical, is_genuine, order_query, shared_key, signed_headers
from yiwang.domains.payments.ports import NotGenuine, PayOrder, RefundOrder, TradeNews
from yiwang.foundation import keys

TIMEOUT_SECONDS = 5
KINDS = {"paid", "refunded", "closed"}


class DemoProvider:
    """Sends payers to the pay page of `yiwang payment-demo`, and reads what that process says."""

    @cached_property
    def _key(self) -> bytes:
        return shared_key(settings.YIWANG_PAYMENT_SECRET, keys.secret_key())

    def pay_address(self, order: PayOrder) -> str:
        """Return the address of the pay page, with the order in it, signed; empty where no process runs."""
        if not settings.YIWANG_PAYMENT_URL:
            return ""
        values = {
            "order": order.number,
            "amount": str(order.amount_fen),
            "subject": order.subject[:200],
            "payee": order.payee,
            "notify": f"{settings.YIWANG_ORIGIN}/callbacks/payment",
            "return": order.return_to,
            "closes": str(int(order.closes_at.timestamp())),
        }
        return f"{settings.YIWANG_PAYMENT_URL}/pay?{order_query(self._key, values)}"

    def ask_after(self, order_number: str) -> list[TradeNews]:
        """Return what the process knows of an order."""
        if settings.YIWANG_PAYMENT_URL:
            said = self._call("/orders", {"order": order_number}).get("news", [])
        else:
            said = self.books().known(order_number)
        return [read_news(one) for one in said]

    def give_back(self, refund: RefundOrder) -> None:
        """Ask the process to give money back.

        Raises:
            OSError: where it cannot be reached, or refuses.
        """
        asked = {
            "refund": refund.number,
            "order": refund.order_number,
            "trade": refund.trade_number,
            "amount": refund.amount_fen,
        }
        if settings.YIWANG_PAYMENT_URL:
            self._call("/refunds", asked)
        elif not self.books().give_back(asked):
            raise OSError("the provider's books refuse the refund")

    def books(self) -> Provider:
        """Return the provider's own books, for when no process of its runs: while the demo province is built."""
        return Provider(settings.YIWANG_DIR, self._key)

    def read_call_back(self, body: bytes, headers: Mapping[str, str]) -> TradeNews:
        """Return what a signed message says."""
        if not is_genuine(self._key, headers, body):
            raise NotGenuine("not signed by the provider, or too old")
        try:
            return read_news(json.loads(body))
        except ValueError as problem:
            raise NotGenuine("signed, but not readable") from problem

    def _call(self, path: str, values: dict[str, Any]) -> dict[str, Any]:
        body = canonical(values)
        request = urllib.request.Request(  # noqa: S310  (the address is a setting)
            settings.YIWANG_PAYMENT_URL + path, data=body, headers=signed_headers(self._key, body)
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            raw = answer.read(100_000)
            if not is_genuine(self._key, answer.headers, raw):
                raise OSError("the answer is not signed by the provider")
            found: dict[str, Any] = json.loads(raw)
            return found


def read_news(said: Any) -> TradeNews:
    """Return a message as the domain knows it.

    Raises:
        ValueError: where a part is missing or of the wrong kind.
    """
    if not isinstance(said, dict) or said.get("kind") not in KINDS:
        raise ValueError("no kind that is known")
    texts = {name: said.get(name, "") for name in ("nonce", "order", "trade", "refund")}
    amount = said.get("amount")
    if not all(isinstance(text, str) and len(text) <= 64 and "\0" not in text for text in texts.values()):
        raise ValueError("a part is no short text")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 <= amount < 10**15 or not texts["nonce"]:
        raise ValueError("no amount in whole fen, or no nonce")
    return TradeNews(said["kind"], texts["nonce"], texts["order"], texts["trade"], amount, texts["refund"])
