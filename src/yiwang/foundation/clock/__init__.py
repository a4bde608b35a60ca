"""Time: a `now` that tests and the demo can move, and the working days of the State Council's calendar."""

from yiwang.foundation.clock.moving import ZONE, microseconds, move_to, moved_to, now, today

__all__ = ["ZONE", "microseconds", "move_to", "moved_to", "now", "today"]
