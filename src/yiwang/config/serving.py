"""Serve the WSGI application with granian."""

from pathlib import Path

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until told to stop. One worker process has four threads that may wait for the database."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    Server(
        "yiwang.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backlog=512,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
