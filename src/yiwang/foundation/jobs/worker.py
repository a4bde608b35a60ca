"""The worker: facts to handlers, jobs, regular work, sealing; again and again."""

import logging
import signal
import time
from typing import Any

from django.db import Error, close_old_connections

from yiwang.foundation.jobs.queue import run_due, run_regular
from yiwang.foundation.journal.dispatch import deliver
from yiwang.foundation.journal.sealing import seal_journal

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.25
SEALING_SECONDS = 2.0
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the tries of a worker that has lost its database; the last again and again."""


def work_once() -> int:
    """Do a little of everything that is due, but for sealing; return how much was done (0 = nothing to do)."""
    return deliver() + run_due() + run_regular()


def work_until_idle(turns: int = 1000) -> None:
    """Work until nothing is due, then seal. For the demo's past, for tests and for the command line."""
    for _ in range(turns):
        if not work_once():
            break
    while seal_journal():
        pass


def work_for_ever() -> None:
    """Work until told to stop; what is under way is finished first. Killed at any point, nothing is lost or repeated."""
    stopping: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sealed_at, lost = 0.0, 0
    while not stopping:
        try:
            close_old_connections()
            done = work_once()
            if time.monotonic() - sealed_at > SEALING_SECONDS:
                done += seal_journal()
                sealed_at = time.monotonic()
        except Error as error:
            # A lock held too long, a connection lost: nothing was half done, so the next turn does it.
            pause = PAUSES[min(lost, len(PAUSES) - 1)]
            lost += 1
            kind = type(error).__name__
            logger.warning("the database did not answer (%s); again in %s s", kind, pause, exc_info=lost == 1)
            end = time.monotonic() + pause
            while not stopping and time.monotonic() < end:
                time.sleep(IDLE_SECONDS)
            continue
        lost = 0
        if not done:
            time.sleep(IDLE_SECONDS)
