"""Serve the WSGI application with granian."""

import os
from pathlib import Path

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

TARGET = "yiwang.config.wsgi:application"


def serve(*, host: str, port: int, workers: int, target: str = TARGET) -> None:
    """Serve until told to stop. One worker process has four threads that may wait for the database.

    `target` is for the benchmarks, which serve other things in the same way.
    """
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # Python allocates under one lock anyway: arenas of the C library for each thread only hold memory that nobody uses.
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backlog=512,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
