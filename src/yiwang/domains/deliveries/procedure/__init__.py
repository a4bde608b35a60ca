"""Where a delivery may go from where it is, and what counts as delivered in law. Imports nothing of Django."""

from yiwang.domains.deliveries.procedure.table import (
    EVENTS,
    FINAL,
    LIVE,
    MOVING,
    SIGNERS,
    STATES,
    UNDER_WAY,
    counts_as_delivered,
    follow,
    tells,
)

__all__ = [
    "EVENTS",
    "FINAL",
    "LIVE",
    "MOVING",
    "SIGNERS",
    "STATES",
    "UNDER_WAY",
    "counts_as_delivered",
    "follow",
    "tells",
]
