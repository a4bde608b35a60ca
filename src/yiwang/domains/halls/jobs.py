"""Timed work in halls."""

from yiwang.domains.halls.actions import (
    end_past_days,
    note_missed_appointments,
    open_slots,
    remind_of_appointments,
)
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import every


@every(3 * 3600, name="halls.open_slots")
def open_slots_of_the_days_ahead() -> None:
    """Make the slots of the days that may be booked now."""
    open_slots(by=SYSTEM)


@every(900, name="halls.remind_of_appointments")
def remind() -> None:
    """Tell people a day before."""
    remind_of_appointments(by=SYSTEM)


@every(300, name="halls.note_missed_appointments")
def note_missed() -> None:
    """Note who did not come."""
    note_missed_appointments(by=SYSTEM)


@every(3600, name="halls.end_past_days")
def end_days() -> None:
    """Close what was left open on the days before."""
    end_past_days(by=SYSTEM)
