"""A day in a hall: who comes when, at which window they are served, and for how long."""

import datetime as dt
import random
from typing import Any

from yiwang.foundation.clock import ZONE

Step = tuple[dt.datetime, dict[str, Any]]
MORNING, NOON, AFTERNOON, EVENING = (8, 30), (11, 40), (13, 30), (16, 30)


def visits(told: dict[str, Any], day: dt.date, spec: dict[str, Any], dice: random.Random) -> list[Step]:
    """Return the steps of one day in one hall: windows open, numbers are taken, called and done, windows close."""
    hall, windows = told["code"], told["windows"]
    line: list[Step] = []
    for opens, closes in ((MORNING, NOON), (AFTERNOON, EVENING)):
        begin, end = _at(day, opens), _at(day, closes)
        free = dict.fromkeys(windows, begin + dt.timedelta(minutes=3))
        for number, one in windows.items():
            line.append((begin, {"do": "open", "hall": hall, "window": number, "staff": one["staff"]}))
        at = begin + dt.timedelta(minutes=dice.randint(1, 6))
        while at < end:
            line += _visit(told, at, free, spec, dice)
            at += dt.timedelta(minutes=max(2, round(dice.expovariate(spec["an_hour"] / 60))))
        for number, one in windows.items():
            last = max(free[number], end) + dt.timedelta(minutes=15)
            line.append((last, {"do": "close", "hall": hall, "window": number, "staff": one["staff"]}))
    return line


def _visit(
    told: dict[str, Any], at: dt.datetime, free: dict[int, dt.datetime], spec: dict[str, Any], dice: random.Random
) -> list[Step]:
    """Return one visit: a number, the window that is free first among those that call it, and the end."""
    letter = dice.choice([one["letter"] for one in told["services"]])
    fitting = [n for n, one in told["windows"].items() if letter in one["letters"]]
    number = min(fitting, key=lambda n: free[n])
    staff = told["windows"][number]["staff"]
    called = max(at + dt.timedelta(minutes=1), free[number])
    done = called + dt.timedelta(minutes=dice.randint(*spec["stay"]))
    free[number] = done + dt.timedelta(minutes=1)
    here = {"hall": told["code"], "window": number, "letter": letter, "staff": staff}
    return [(at, {"do": "take", **here}), (called, {"do": "call", **here}), (done, {"do": "done", **here})]


def _at(day: dt.date, hour_minute: tuple[int, int]) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(*hour_minute), ZONE)
