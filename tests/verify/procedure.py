"""Two cases of the small store that leave the ordinary way: one paused and extended, one that nobody spoke about."""

import datetime as dt
from typing import Any

from yiwang.domains.cases.actions import accept_case, close_special, deem_accepted, extend_case, open_special
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.jobs.worker import work_until_idle


def leave_the_ordinary_way(town: Any) -> None:
    """Stop a decision clock for four days and extend it; let the five days of acceptance go by in silence."""
    start = now()
    paused, silent = town.hand_in("k-paused").pk, town.hand_in("k-deemed").pk
    accept_case(case_id=paused, by=town.official)
    with moved_to(start + dt.timedelta(days=1)):
        open_special(
            case_id=paused,
            kind="inspection",
            reason="现场检验",
            basis="食品安全法第三十五条",
            planned_workdays=5,
            by=town.official,
        )
    with moved_to(start + dt.timedelta(days=5)):
        close_special(case_id=paused, outcome="passed", by=town.official)
    with moved_to(start + dt.timedelta(days=6)):
        extend_case(case_id=paused, reason="要再核一次", by=town.official)
    with moved_to(start + dt.timedelta(days=12)):
        deem_accepted(case_id=silent, by=SYSTEM)
        work_until_idle()
