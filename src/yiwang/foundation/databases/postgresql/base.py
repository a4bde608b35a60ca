"""The backend `yiwang.foundation.databases.postgresql`."""

import select
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from yiwang.foundation.databases.postgresql.scout import Scout
from yiwang.foundation.deadlines import STATEMENT_SECONDS, has_all_time, seconds_left

CONNECT_SECONDS = 2
GRACE_SECONDS = 10
"""How much longer than the server's own limit a worker waits for an answer before it holds the connection for dead."""

TRUSTED_SECONDS = 10
"""A connection that was used so lately is not asked again whether it lives, unless its socket has news."""

REQUEST_OPTIONS = "-c statement_timeout=3000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000"
WORK_OPTIONS = (
    f"-c statement_timeout={STATEMENT_SECONDS}000 -c lock_timeout={STATEMENT_SECONDS - 5}000"
    " -c idle_in_transaction_session_timeout=60000"
)
LONG_OPTIONS = "-c statement_timeout=0 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=0"

scout = Scout()


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that waits for each answer until the deadline of the request, or until the server must have given up.

    libpq alone waits for ever where the other side takes our bytes and never answers.
    """

    when_silent: Callable[[], None] | None = None
    """What to do when no answer came in time: others may sit on connections that died with this one."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server. Raises OperationalError, and closes the connection, when time is up."""
        left = seconds_left()
        if left is None and not has_all_time():
            left = STATEMENT_SECONDS + GRACE_SECONDS
        if left is None:
            return super().wait(gen, interval, timeout)
        if timeout is not None and timeout < left:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(left, 0.0))
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            if self.when_silent is not None:
                self.when_silent()
            raise psycopg.OperationalError("the database did not answer in time") from None


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with deadlines; while the database cannot be reached, requests are told so at once."""

    _trusted_until = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, with limits that fit who asks."""
        left = seconds_left()
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        if left is None:
            conn_params["options"] = LONG_OPTIONS if has_all_time() else WORK_OPTIONS
            return ImpatientConnection.connect(**conn_params)
        if scout.is_out:
            raise psycopg.OperationalError("the database could not be reached a moment ago")
        if left < CONNECT_SECONDS:
            raise psycopg.OperationalError("no time is left to connect to the database")
        conn_params |= {"options": REQUEST_OPTIONS, "connect_timeout": CONNECT_SECONDS}
        try:
            connection = ImpatientConnection.connect(**conn_params)
        except psycopg.OperationalError:
            scout.send(conn_params)
            raise
        connection.when_silent = partial(scout.send, conn_params)
        self._trusted_until = monotonic() + TRUSTED_SECONDS
        return connection

    def is_usable(self) -> bool:
        """Return whether the connection lives: by a look at its socket, and by asking where it has long been idle."""
        if self.connection is None or self.connection.closed:
            return False
        if seconds_left() is not None and scout.is_out:
            return False
        pgconn = self.connection.pgconn
        quiet = pgconn.transaction_status == TransactionStatus.IDLE and not _has_news(pgconn.socket)
        if not (quiet and monotonic() < self._trusted_until) and not super().is_usable():
            return False
        self._trusted_until = monotonic() + TRUSTED_SECONDS
        return True


def _has_news(socket: int) -> bool:
    """Return whether an idle connection's socket has something to read: as a rule that it was closed."""
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
