"""The same requests over the wire: granian with one worker, a client on the loopback, the server's CPU from /proc."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from machine import backends, children, cpu_of

CONNECTIONS = 8
Request = bytes | Callable[[], bytes]
HERE = Path(__file__).resolve().parent


@dataclass
class Server:
    """One granian: its port and its processes."""

    port: int
    process: subprocess.Popen[bytes]
    sockets: list[socket.socket] = field(default_factory=list)

    def ask(self, request: Request, times: int) -> int:
        """Send a request so many times over eight connections that stay open; return the bytes of the last answer.

        Where each has to be another (a key of its own) a function makes them.
        """
        if not self.sockets:
            self.sockets = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(CONNECTIONS)]
        size = 0
        for _ in range(max(1, times // CONNECTIONS)):
            for one in self.sockets:
                one.sendall(request if isinstance(request, bytes) else request())
            for one in self.sockets:
                size = self._read(one)
        return size

    def warm(self, request: Request) -> None:
        """Ask until every thread of the server has its connection: a busy machine says 503 to the first."""
        until = time.monotonic() + 60
        while True:
            try:
                self.ask(request, 4 * CONNECTIONS)
            except ConnectionError:
                for one in self.sockets:
                    one.close()
                self.sockets = []
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                return

    @staticmethod
    def _read(one: socket.socket) -> int:
        data = b""
        while b"\r\n\r\n" not in data:
            more = one.recv(262_144)
            if not more:
                raise ConnectionError("the server closed the connection")
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status not in (200, 201, 304):
            raise ConnectionError(f"the server said {head[:80]!r}")
        lines = head.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
        left = length - len(body)
        while left > 0:
            left -= len(one.recv(min(left, 262_144)))
        return length

    def pids(self) -> list[int]:
        """Return the server's processes."""
        return children(self.process.pid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(target: str, **environment: str) -> Iterator[Server]:
    """Serve a WSGI target as the platform serves itself, with one worker."""
    port = _free_port()
    words = (
        f"from yiwang.config.serving import serve; serve(host='127.0.0.1', port={port}, workers=1, target='{target}')"
    )
    path = os.pathsep.join([str(HERE), str(HERE.parent / "src")])
    setup = "import django; django.setup(); "
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", setup + words], env=os.environ | {"PYTHONPATH": path} | environment
    )
    server = Server(port, process)
    try:
        _wait_for(port, process)
        yield server
    finally:
        for one in server.sockets:
            one.close()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise ConnectionError("the server did not come up")


def request(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1:8000", "Accept-Language: zh-CN"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def measure(contenders: "dict[str, tuple[Server, list[Request]]]", rounds: int, times: int) -> dict[str, list[float]]:
    """Return the CPU of one request of each contender in milliseconds, round by round: asked in turn, the server's CPU."""
    costs: dict[str, list[float]] = {name: [] for name in contenders}
    for server, requests in contenders.values():
        server.warm(requests[0])
    for turn in range(rounds + 1):
        for name, (server, requests) in contenders.items():
            pids = [*server.pids(), *backends()]
            each = max(CONNECTIONS, times // len(requests))
            each -= each % CONNECTIONS
            started = cpu_of(pids)
            for one in requests:
                server.ask(one, each)
            if turn:  # the first round warms up
                costs[name].append((cpu_of(pids) - started) / (each * len(requests)) * 1000)
    return costs
