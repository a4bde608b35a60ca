"""`yiwang payment-demo`: the provider's own process, on the loopback address. It knows nothing of Django or the platform's data."""

import argparse
import contextlib
import json
import os
import secrets
import signal
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from yiwang.connectors.payment_demo import pages
from yiwang.connectors.payment_demo.signing import (
    LONGEST,
    canonical,
    is_genuine,
    is_signed_order,
    shared_key,
    signed_headers,
)
from yiwang.connectors.payment_demo.store import Store
from yiwang.foundation import keys

LADDER = (1, 3, 10, 60, 300)
"""Seconds before a message is sent again; after the last it is given up: the platform asks by itself."""
LATE_SECONDS = 20
ORDER = ("order", "amount", "subject", "payee", "notify", "return", "closes")
WAYS = ("normal", "twice", "late", "reordered", "wrong", "lost")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Provider:
    """What the provider does, apart from how it is asked."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.store = Store(folder / "payment_demo" / "provider.sqlite3")
        self.key = key
        self.stopping = threading.Event()

    def pay(self, order: dict[str, str], way: str) -> None:
        """Take the money of an order once, and have the platform told in the way that was chosen."""
        amount, notify, at = int(order["amount"]), order["notify"], time.time()
        trade, is_new = self.store.pay(order["order"], amount, f"T{secrets.token_hex(12)}", at, notify)
        if not is_new:
            return
        paid = self.news("paid", order["order"], trade, amount)
        if way == "reordered":
            self.post(notify, self.news("closed", order["order"], "", amount), at)
            self.post(notify, paid, at + 1)
        elif way == "wrong":
            self.post(notify, self.news("paid", order["order"], trade, amount - 1), at)
        elif way != "lost":
            self.post(notify, paid, at + (LATE_SECONDS if way == "late" else 0))
        if way == "twice":
            self.post(notify, paid, at + 1)
            self.post(notify, self.news("paid", order["order"], trade, amount), at + 2)

    def news(self, kind: str, order: str, trade: str, amount: int, refund: str = "") -> dict[str, Any]:
        """Return a message with a nonce of its own."""
        nonce = secrets.token_hex(16)
        return {"kind": kind, "nonce": nonce, "order": order, "trade": trade, "amount": amount, "refund": refund}

    def post(self, notify: str, news: dict[str, Any], at: float) -> None:
        """Have a message sent at a time."""
        self.store.post(notify, canonical(news).decode(), at)

    def known(self, order: str) -> list[dict[str, Any]]:
        """Return what has happened to an order."""
        found = self.store.order(order)
        if found is None:
            return []
        amount, trade, _ = found
        back = [self.news("refunded", order, trade, fen, number) for number, fen in self.store.given_back(order)]
        return [self.news("paid", order, trade, amount), *back]

    def give_back(self, said: dict[str, Any]) -> bool:
        """Give money back once for each refund number, and tell so; False where it cannot be."""
        found = self.store.order(str(said.get("order")))
        amount, number = said.get("amount"), str(said.get("refund"))
        if found is None or not isinstance(amount, int) or amount <= 0:
            return False
        gone = sum(fen for other, fen in self.store.given_back(str(said["order"])) if other != number)
        if gone + amount > found[0]:
            return False
        self.store.give_back(number, str(said["order"]), amount)
        self.post(found[2], self.news("refunded", str(said["order"]), found[1], amount, number), time.time() + 1)
        return True

    def send_for_ever(self) -> None:
        """Send what is due until told to stop; what does not arrive is sent again, later and later."""
        while not self.stopping.wait(0.2):
            for message, notify, body, tries in self.store.to_send(time.time()):
                if self.send(notify, body.encode()) or tries >= len(LADDER):
                    self.store.sent(message)
                else:
                    self.store.later(message, time.time() + LADDER[tries])

    def send(self, notify: str, body: bytes) -> bool:
        """Send one message, signed now; return whether the platform has taken it."""
        if urlsplit(notify).scheme not in {"http", "https"}:
            return True
        request = urllib.request.Request(notify, data=body, headers=signed_headers(self.key, body))  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False


class Handler(BaseHTTPRequestHandler):
    """The pay page for people; signed orders and refunds for the platform."""

    provider: Provider
    server_version, sys_version = "payment-demo", ""

    def do_GET(self) -> None:
        """The pay page, or its style."""
        parts = urlsplit(self.path)
        if parts.path == "/style.css":
            return self._answer(200, pages.STYLE.encode(), "text/css")
        if parts.path == "/healthz":
            return self._answer(200, b"ok\n", "text/plain")
        order = self._order(dict(parse_qsl(parts.query))) if parts.path == "/pay" else None
        if order is None:
            return self._page(404, pages.unknown())
        closed = int(order["closes"]) < time.time()
        is_paid = self.provider.store.order(order["order"]) is not None
        return self._page(200, pages.cashier(order, parts.query, is_paid=is_paid, is_closed=closed))

    def do_POST(self) -> None:
        """Pay, or answer the platform."""
        parts = urlsplit(self.path)
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= LONGEST else b""
        if parts.path == "/pay":
            return self._pay(parts.query, dict(parse_qsl(body.decode("utf-8", "replace"))))
        if not is_genuine(self.provider.key, self.headers, body):  # type: ignore[arg-type]
            return self._signed(403, {"result": "not genuine"})
        said = json.loads(body)
        if parts.path == "/orders":
            return self._signed(200, {"news": self.provider.known(str(said.get("order")))})
        done = parts.path == "/refunds" and self.provider.give_back(said)
        return self._signed(200 if done else 409, {"result": "accepted" if done else "refused"})

    def _pay(self, query: str, form: dict[str, str]) -> None:
        order = self._order(dict(parse_qsl(query)))
        if order is None or int(order["closes"]) < time.time():
            self._page(404, pages.unknown())
            return
        if form.get("do") == "pay":
            self.provider.pay(order, form.get("way") if form.get("way") in WAYS else "normal")  # type: ignore[arg-type]
        self.send_response(303)
        self.send_header("Location", order["return"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _order(self, given: dict[str, str]) -> dict[str, str] | None:
        order = {name: given.get(name, "") for name in ORDER}
        return order if is_signed_order(self.provider.key, order, given.get("sign", "")) else None

    def _page(self, status: int, page: str) -> None:
        self._answer(status, page.encode(), "text/html; charset=utf-8")

    def _signed(self, status: int, values: dict[str, Any]) -> None:
        body = canonical(values)
        self._answer(status, body, "application/json", signed_headers(self.provider.key, body))

    def _answer(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of single requests: their addresses hold orders."""


def serve(*, folder: Path, key: bytes, port: int) -> None:
    """Serve on the loopback address until told to stop."""
    provider = Provider(folder, key)
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    sender = threading.Thread(target=provider.send_for_ever, daemon=True)
    sender.start()
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        provider.stopping.set()
        server.server_close()


def run_payment(options: argparse.Namespace) -> int:
    """Be the provider until told to stop; return the exit code."""
    folder = Path(os.environ.get("YIWANG_DIR", "var/demo"))
    keys.use_keys(folder / "keys")
    key = shared_key(os.environ.get("YIWANG_PAYMENT_SECRET", ""), keys.secret_key())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        serve(folder=folder, key=key, port=options.port)
    return 0
