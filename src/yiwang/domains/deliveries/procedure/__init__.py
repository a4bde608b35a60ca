"""Where a delivery may go from where it is, and what counts as delivered in law. Imports nothing of Django."""

from yiwang.domains.deliveries.procedure.table import (
    EVENTS,
    FINAL,
    KEEP_LOCKER_DAYS,
    KEEP_WORKDAYS,
    LIVE,
    MOVING,
    REMIND_LOCKER_DAYS,
    REMIND_WORKDAYS,
    SIGNERS,
    STATES,
    UNDER_WAY,
    WARNED_WORKDAYS,
    counts_as_delivered,
    follow,
    tells,
)

__all__ = [
    "EVENTS",
    "FINAL",
    "KEEP_LOCKER_DAYS",
    "KEEP_WORKDAYS",
    "LIVE",
    "MOVING",
    "REMIND_LOCKER_DAYS",
    "REMIND_WORKDAYS",
    "SIGNERS",
    "STATES",
    "UNDER_WAY",
    "WARNED_WORKDAYS",
    "counts_as_delivered",
    "follow",
    "tells",
]
