"""The platform behind a real port, and the courier as a real process beside it."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from yiwang.foundation.ports import connector


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def platform(at_once: Callable[..., list]) -> Iterator[str]:
    """Serve the platform on a free port, each request on a connection of its own; return its address."""
    from django.db import connections

    handler = WSGIHandler()

    def serve(environ: dict, start: Callable) -> list[bytes]:
        try:
            return [b"".join(handler(environ, start))]
        finally:
            connections.close_all()

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(serve)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def start_courier(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., subprocess.Popen]]:
    """Give `start_courier(origin, "--hostile")`: start `yiwang courier-demo`, and let the platform order from it."""
    running: list[subprocess.Popen] = []

    def start(origin: str, *options: str) -> subprocess.Popen:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = {**os.environ, "YIWANG_DIR": str(settings.YIWANG_DIR), "YIWANG_ORIGIN": origin}
        command = [sys.executable, "-m", "yiwang.config.cli", "courier-demo", "--port", str(port), *options]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        running.append(process)
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{address}/healthz"))
        monkeypatch.setattr(settings, "YIWANG_COURIER_URL", address)
        connector.cache_clear()
        return process

    yield start
    for process in running:
        process.terminate()
        process.wait(10)
        assert process.stderr
        process.stderr.close()
    connector.cache_clear()


def answers(address: str) -> bool:
    """Whether somebody answers there."""
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_for(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
