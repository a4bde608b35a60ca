"""Tell what is the fault of the ground that we stand on (database, disk) from what is a fault of ours."""

import errno

from django.db import Error, InterfaceError, OperationalError

RETRY_AFTER = 5
"""Seconds after which whoever was sent away may come back."""

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG, errno.EMFILE, errno.ENFILE}
_SQLSTATES = ("08", "25006", "25P02", "25P03", "53", "57", "58")
"""PostgreSQL: connection lost, read-only stand-by, ended while idle, out of room, shut down, disk error."""


def is_outage(error: BaseException | None) -> bool:
    """Return whether an exception says that the database or the disk cannot serve now: an answer of 503, not of 500."""
    if isinstance(error, OperationalError):
        return True
    if isinstance(error, InterfaceError):
        return "closed" in str(error)
    if isinstance(error, Error):
        return str(getattr(error.__cause__, "sqlstate", None) or "").startswith(_SQLSTATES)
    return isinstance(error, OSError) and error.errno in _DISK
