"""The courier as a process of its own: takes orders on the loopback address, and calls back as its parcels get on."""

import argparse
import html
import json
import logging
import os
import re
import secrets
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qs, unquote

from yiwang.connectors.courier_demo.depot import HOSTILE, Call, Depot
from yiwang.connectors.courier_demo.signing import (
    LONGEST_BODY,
    SIGNATURE,
    Forged,
    check_signature,
    shared_secret,
    signed_headers,
)

LOOPBACK = "127.0.0.1"
TICK_SECONDS = 0.25
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_logger = logging.getLogger("yiwang.courier_demo")

_LOCKER = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>演示自助柜</title><main><h1>演示自助柜</h1><p>{words}</p><form method="post" action="/locker"><label for="code">取件码</label>
<input id="code" name="code" inputmode="numeric" autocomplete="off" maxlength="8"><button>开柜</button></form></main></html>"""


class Office(ThreadingHTTPServer):
    """Takes orders; holds the books and the secret."""

    daemon_threads = True

    def __init__(self, port: int, depot: Depot, secret: bytes) -> None:
        self.depot, self.secret = depot, secret
        self.nonces: dict[str, float] = {}
        super().__init__((LOOPBACK, port), Counter)

    def is_new(self, nonce: str) -> bool:
        """Return whether an order's nonce was not used within the window; it counts as used from now on."""
        at = time.time()
        self.nonces = {known: when for known, when in self.nonces.items() if at - when < 600}
        return self.nonces.setdefault(nonce, at) == at


class Counter(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Office
    server_version = "courier-demo"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Say that the process lives, or show the locker."""
        if self.path == "/locker":
            self._page("把短信或页面上的取件码输进来。")
        else:
            self._answer(200 if self.path == "/healthz" else 404, {})

    def do_POST(self) -> None:
        """Take an order, tell the events of a parcel, or open a locker."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_BODY:
            self._answer(413, {})
            return
        body = self.rfile.read(int(length))
        if self.path == "/locker":
            self._open(body)
            return
        try:
            nonce = check_signature(self.server.secret, {n.title(): v for n, v in self.headers.items()}, body)
            if not self.server.is_new(nonce):
                raise Forged
            asked = json.loads(body)
        except Forged:
            self._answer(401, {"problem": "not signed"})
        except ValueError:
            self._answer(400, {"problem": "not JSON"})
        else:
            self._serve(asked)

    def _serve(self, asked: Any) -> None:
        wanted = re.fullmatch(r"/orders/([^/]+)/events", self.path)
        if wanted:
            events = self.server.depot.events(key=unquote(wanted[1]), at=time.time())
            self._answer(200, {"events": events})
        elif self.path == "/orders" and isinstance(asked, dict) and isinstance(asked.get("key"), str):
            order = {name: asked.get(name) for name in ("sender", "receiver", "locker")}
            waybill = self.server.depot.take_order(key=asked["key"], order=order, at=time.time())
            self._answer(201, {"waybill": waybill})
        else:
            self._answer(404, {})

    def _open(self, body: bytes) -> None:
        code = parse_qs(body.decode("utf-8", "replace")).get("code", [""])[0].strip()
        is_open = self.server.depot.open_locker(code=code, at=time.time())
        self._page("柜门开了，请取走。" if is_open else "没有这个取件码。")

    def _page(self, words: str) -> None:
        self._send(200, _LOCKER.format(words=html.escape(words)).encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, what: dict[str, Any]) -> None:
        self._send(status, json.dumps(what, ensure_ascii=False).encode(), "application/json")

    def _send(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a line could hold a code."""


class Caller:
    """Makes the call-backs that are due. A hostile one forges some too, which must all be refused."""

    def __init__(self, depot: Depot, secret: bytes, address: str, *, is_hostile: bool = False) -> None:
        self.depot, self.secret, self.address, self.is_hostile = depot, secret, address, is_hostile
        self.forged_taken = 0

    def turn(self) -> int:
        """Make the calls that are due; return how many."""
        calls = self.depot.due(at=time.time())
        for call in calls:
            if self.is_hostile:
                self._forge(call)
            status = self.send(call.body, signed_headers(self.secret, call.body))
            is_over = status in range(200, 300) or status in {404, 422}
            self.depot.note_call(call, is_taken=is_over, at=time.time())
        return len(calls)

    def _forge(self, call: Call) -> None:
        """Send what is not signed, signed by another, altered on the way, and an old message again."""
        altered = call.body.replace(b'"kind": "', b'"kind": "x')
        good = signed_headers(self.secret, call.body)
        tricks = (
            (call.body, {name: value for name, value in good.items() if name != SIGNATURE}),
            (call.body, signed_headers(secrets.token_bytes(32), call.body)),
            (altered, good),
            (call.body, signed_headers(self.secret, call.body, at=time.time() - 3600)),
        )
        for body, headers in tricks:
            status = self.send(body, headers)
            self.forged_taken += status in range(200, 300)

    def send(self, body: bytes, headers: dict[str, str]) -> int:
        """Call once; return the status, 0 where nobody answered."""
        request = urllib.request.Request(self.address, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with _OPENER.open(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return int(refused.code)
        except OSError:
            return 0


def run_courier(options: argparse.Namespace) -> int:
    """Serve until told to stop. Settings: YIWANG_DIR, YIWANG_ORIGIN (who is called back), YIWANG_COURIER_SECRET."""
    folder = Path(os.environ.get("YIWANG_DIR") or Path(__file__).resolve().parents[4] / "var" / "demo")
    origin = os.environ.get("YIWANG_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
    secret = shared_secret(folder, os.environ.get("YIWANG_COURIER_SECRET", ""))
    mischief = HOSTILE if options.hostile else None
    depot = Depot(folder / "courier", pace=options.pace, mischief=mischief, seed=options.seed)
    office = Office(options.port, depot, secret)
    caller = Caller(depot, secret, f"{origin}/callbacks/courier-demo", is_hostile=options.hostile)
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=office.serve_forever, daemon=True).start()
    sys.stderr.write(f"courier-demo: http://{LOOPBACK}:{office.server_port}\n")
    sys.stderr.flush()
    while not stopping.wait(min(TICK_SECONDS, options.pace / 2)):
        try:
            caller.turn()
        except Exception:
            _logger.exception("courier-demo: a turn failed")
    office.shutdown()
    if caller.forged_taken:
        sys.stderr.write(f"courier-demo: {caller.forged_taken} forged call-backs were taken\n")
    return 1 if caller.forged_taken else 0
