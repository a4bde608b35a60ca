"""What others may hear of the calendar."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CalendarChanged:
    """Days of these years were entered or corrected; deadlines that rest on them may move."""

    years: tuple[int, ...]
