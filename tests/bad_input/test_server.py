"""The server itself, over a socket: requests that two parsers could read differently, slow bodies, hosts, headers of any size."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import on_postgres
from tests.province import Province, migrated
from yiwang.foundation import keys

pytestmark = [pytest.mark.slow, pytest.mark.skipif(on_postgres(), reason="the same server; once is enough")]
OURS = "default-src 'self'"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """Give a running server on an empty store."""
    found = Province(tmp_path_factory.mktemp("server") / "store")
    migrated(found.folder)
    keys.make_keys(found.folder / "keys")
    done = found.run("migrate")
    assert done.returncode == 0, done.stderr
    found.start("web")
    found.wait()
    yield found
    found.remove()


def raw(server: Province, request: bytes, *, seconds: float = 4, then: bytes = b"", pause: float = 0) -> bytes:
    """Send bytes and return what comes back until the server closes, or nothing more comes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as line:
        answer = b""
        try:
            line.sendall(request)
            if then:
                time.sleep(pause)
                line.sendall(then)
            while more := line.recv(65_536):
                answer += more
        except (TimeoutError, ConnectionError):
            pass
        return answer


def status(answer: bytes) -> int:
    """The status of an answer; 0 where the server just hung up."""
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 2 and words[1].isdigit() else 0


def test_requests_that_two_parsers_could_read_differently(server: Province, figures: Callable[..., None]) -> None:
    """Never two answers to what one of them may take for one request; never anybody's request glued to another's."""
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = b"POST /verify HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    chunk = b"0\r\n\r\n" + smuggled
    requests = [
        head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk,
        head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunk,
        head + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunk,
        head + b"Transfer-Encoding: xchunked\r\n\r\n" + chunk,
        head + b"Transfer-Encoding : chunked\r\n\r\n" + chunk,
        head + b"Transfer-Encoding: chunked, identity\r\n\r\n" + chunk,
        head + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + smuggled,
        head + b"Content-Length: 0, 40\r\n\r\n" + smuggled,
        head + b"Content-Length: +0\r\n\r\n" + smuggled,
        head + b"Content-Length: -1\r\n\r\n" + smuggled,
        head + b"Content-Length: 0x10\r\n\r\n" + smuggled,
        head + b"Content-Length: 99999999999999999999999\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + smuggled,
        head + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + smuggled,
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n Folded: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\nConnection: close\r\n\r\n",
        b"GET /\x80\xff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\0" * 900, b"\r\n" * 200, b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ]  # fmt: skip
    wrong = []
    with ThreadPoolExecutor(3) as pool:  # one of its four threads is left, whatever these hold
        answers = list(pool.map(lambda request: raw(server, request, seconds=1.5), requests))
    for request, answer in zip(requests, answers, strict=True):
        if status(answer) >= 500 or (b"\r\n\r\nok\n" in answer and b"/healthz" not in request.split(b"\r\n")[0]):
            # An answer of /healthz to what stood in the body of another request would be a smuggled one.
            wrong.append((request[:90], answer[:90]))
    assert wrong == []
    assert status(raw(server, smuggled.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) == 200
    figures(inputs=len(requests), unexpected_5xx=len(wrong))


def test_hosts_that_are_not_ours(server: Province) -> None:
    """A forged host is refused, and stands in no link, redirect or page."""
    for host in (
        "evil.example",
        "127.0.0.1@evil.example",
        "127.0.0.1.evil.example",
        "evil.example:80",
        "[::1",
        "a b",
        "" * 9,
    ):
        for path in ("/", "/me/", "/api/v1/items", "/password/reset"):
            request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
            answer = raw(server, request, seconds=3)
            assert status(answer) in (0, 400), (host, path, answer[:200])
            assert not host or len(host) < 5 or host.encode() not in answer
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        value = "host=evil.example" if name == "Forwarded" else "evil.example"
        request = f"GET /me/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{name}: {value}\r\nConnection: close\r\n\r\n".encode()
        answer = raw(server, request)
        assert status(answer) == 302 and b"evil.example" not in answer, name


def test_headers_of_any_size(server: Province) -> None:
    for line in (b"X: " + b"a" * 20_000, b"X: " + b"a" * 900_000, b"Cookie: " + b"a=b; " * 20_000,
                 b"\r\n".join(b"X%d: a" % n for n in range(5_000)), b"Authorization: Bearer " + b"x" * 100_000,
                 b"Accept-Language: " + b"zh;q=0.1," * 9_000, b"X-Forwarded-For: " + b"1.1.1.1," * 9_000):  # fmt: skip
        request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + line + b"\r\n\r\n"
        assert status(raw(server, request)) in (0, 200, 400, 413, 414, 431), line[:30]


def test_slow_requests_keep_nobody_else_waiting(server: Province, figures: Callable[..., None]) -> None:
    """Sixty heads that never end, and two bodies; somebody else is answered all the while.

    A body is read by one of four threads, so four slow ones at once would hold them all: docs/operate/assure.md says
    why a proxy that takes bodies in first has to stand before the platform.
    """
    head = b"GET / HTTP/1.1\r\nHost: 127.0."
    body = b"POST /api/v1/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(62)]
    longest = 0.0
    try:
        for line, begun in zip(slow, [head] * 60 + [body] * 2, strict=True):
            line.sendall(begun)
        for _ in range(5):
            start = time.monotonic()
            ask = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            assert status(raw(server, ask, seconds=10)) == 200
            longest = max(longest, time.monotonic() - start)
    finally:
        for line in slow:
            line.close()
    figures(inputs=67, longest_s=round(longest, 2), unexpected_5xx=0)


def test_every_answer_carries_the_headers(server: Province) -> None:
    """Pages, errors, static files, redirects, machines' addresses: the policy has no exception."""
    for path, expected in (("/", 200), ("/me/", 302), ("/nothing", 404), ("/api/v1/nothing", 404),
                           ("/api/v1/openapi.json", 200), ("/healthz", 200), ("/static/nothing.css", 404), ("/desk/", 302)):  # fmt: skip
        answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head = answer.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
        assert status(answer) == expected, (path, status(answer))
        for needed in (
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
            "x-frame-options: deny",
            OURS,
        ):
            assert needed in head, (path, needed)
        assert "unsafe" not in head and "x-powered-by" not in head, path


def test_cookies_are_for_this_host_and_no_script() -> None:
    """Every cookie that is ever set: HttpOnly, SameSite, and with TLS Secure and bound to the host."""
    words = (
        "from yiwang.config import settings as s; print(s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, getattr(s, 'CSRF_COOKIE_SAMESITE', 'Lax'), s.SECURE_HSTS_SECONDS)"
    )
    environment = os.environ | {"YIWANG_ORIGIN": "https://x.example"}
    command = [sys.executable, "-c", words]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == ["True", "Lax", "True", "True", "Lax", "31536000"]
