"""One thread that looks whether the database is back, so that no request has to."""

import logging
import threading
import time
from typing import Any

import psycopg

from yiwang.foundation.deadlines import within

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
LOOK_SECONDS = 3.0


class Scout:
    """Sent out when the database did not answer a request; until it is back with good news, requests are not kept waiting."""

    def __init__(self) -> None:
        self.is_out = False
        self._lock = threading.Lock()

    def send(self, parameters: dict[str, Any]) -> None:
        """Look for the database until it answers; does nothing where somebody looks already."""
        with self._lock:
            if self.is_out:
                return
            self.is_out = True
        given = {k: v for k, v in parameters.items() if k not in {"context", "cursor_factory"}}
        threading.Thread(target=self._look, args=(given,), name="database-scout", daemon=True).start()

    def _look(self, parameters: dict[str, Any]) -> None:
        began = time.monotonic()
        while not _answers(parameters):
            time.sleep(PAUSE_SECONDS)
        self.is_out = False
        logger.warning("the database answers again, after %.1f s", time.monotonic() - began)


def _answers(parameters: dict[str, Any]) -> bool:
    from yiwang.foundation.databases.postgresql.base import ImpatientConnection

    try:
        with within(LOOK_SECONDS):
            connection = ImpatientConnection.connect(**parameters, autocommit=True)
            try:
                connection.execute("SELECT 1")
            finally:
                connection.close()
    except psycopg.Error:
        return False
    except Exception:
        logger.exception("the look at the database failed")
        return False
    return True
