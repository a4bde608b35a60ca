"""How long the running clocks of a hundred thousand cases take to be worked out anew after a change of the calendar.

    .venv/bin/python benchmarks/clocks.py [--cases 100000]

Cases are copied from one of the demo, each with its running decision clock; every tenth was stopped by a special procedure
that has ended, every twentieth was extended. Then a working day becomes a holiday, the handler hears of it, and the jobs
that it asks for run until none is left. What others make of each fact that a clock moved comes afterwards and is not
counted. The store is for nothing else afterwards. YIWANG_BENCH_DATABASE_URL measures on PostgreSQL.
"""

import argparse
import datetime as dt
import time
from typing import Any

import store

AIM_SECONDS = 60
AT_ONCE = 5_000


def fill(count: int) -> None:
    """Write open cases with running clocks, by the tables: a benchmark's licence."""
    from yiwang.domains.cases.models import Case, CaseClock, ClockStop, Extension
    from yiwang.domains.cases.procedure.clocks import Pause, decision_deadline
    from yiwang.domains.cases.queries import case_content
    from yiwang.domains.identity.models import Staff
    from yiwang.foundation.clock import now, today
    from yiwang.foundation.clock.queries import calendar
    from yiwang.foundation.ids import uuid7

    like = Case.objects.filter(state="closed", outcome="granted", version__content__contains="legal_limit").first()
    assert like is not None
    content, days, official = case_content(like), calendar(), Staff.objects.first()
    assert official is not None
    started = days.add_workdays(today(), -3)
    for low in range(0, count, AT_ONCE):
        rows: dict[type, list[Any]] = {Case: [], CaseClock: [], ClockStop: [], Extension: []}
        for n in range(low, min(low + AT_ONCE, count)):
            stop = Pause(days.add_workdays(started, 1), days.add_workdays(started, 2)) if n % 10 == 0 else None
            more = 10 if n % 20 == 0 else 0
            end = decision_deadline(started, content, days, pauses=[stop] if stop else [], more_workdays=more)
            case = Case(
                id=uuid7(), number=f"BENCH{n:09d}", query_code="X", item_id=like.item_id, version_id=like.version_id,
                office_id=like.office_id, applicant_id=like.applicant_id, item_name=like.item_name,
                applicant_name=like.applicant_name, state="in_review", answers_sealed=b"x", channel="bench",
                submitted_at=now(), accepted_at=now(), due_on=end.due_on, legal_due_on=end.legal_due_on,
            )  # fmt: skip
            rows[Case].append(case)
            rows[CaseClock].append(
                CaseClock(
                    case=case, kind="decision", started_on=started, legal_due_on=end.legal_due_on,
                    promised_due_on=end.promised_due_on, is_provisional=end.is_provisional,
                )
            )  # fmt: skip
            if stop:
                rows[ClockStop].append(
                    ClockStop(
                        case=case, kind="testing", basis="x", started_on=stop.started_on, planned_end_on=stop.ended_on,
                        ended_on=stop.ended_on,
                    )
                )  # fmt: skip
            if more:
                rows[Extension].append(
                    Extension(
                        case=case, workdays=more, reason_sealed=b"x", old_due_on=started, new_due_on=started,
                        decided_by=official, decided_at=now(),
                    )
                )  # fmt: skip
        for model, made in rows.items():
            model.objects.bulk_create(made)  # type: ignore[attr-defined]


def figures(cases: int = 100_000) -> list[dict[str, Any]]:
    """Return how long it took, on the store that is set up."""
    from yiwang.domains.cases.models import CaseClock
    from yiwang.foundation.actors import SYSTEM
    from yiwang.foundation.clock import today
    from yiwang.foundation.clock.actions import set_calendar
    from yiwang.foundation.clock.queries import calendar, calendar_days, calendar_years
    from yiwang.foundation.jobs.queue import run_due
    from yiwang.foundation.journal.dispatch import deliver
    from yiwang.foundation.journal.models import Entry

    while deliver() + run_due():
        pass
    fill(cases)
    running = CaseClock.objects.filter(ended_on__isnull=True).count()
    day = calendar().add_workdays(today(), 1)
    known = {d.date: (d.is_workday, d.name) for y in calendar_years() for d in calendar_days(y.year)}
    years = {one.year: one.notice for one in calendar_years()}
    set_calendar(days={**known, day: (False, "演示放假")}, official_years=years, by=SYSTEM)
    wall, cpu = time.perf_counter(), time.process_time()
    deliver()
    while run_due():
        pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    moved = Entry.objects.filter(kind="ClockReckoned", recorded_at__gte=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    return [{"clocks": running, "moved": moved.count(), "wall_s": round(wall, 1), "cpu_s": round(cpu, 1)}]


def main() -> None:
    """Print the figures."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--cases", type=int, default=100_000)
    cases = given.parse_args().cases
    store.open_store()
    for row in figures(cases):
        print(row, f"aim: {AIM_SECONDS} s of wall")


if __name__ == "__main__":
    main()
