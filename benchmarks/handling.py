"""How many facts a worker takes through three handlers, each with its effect and its cursor.

    .venv/bin/python benchmarks/handling.py [--facts 2000]

The three handlers do what ours do: read a row, ask for a job, note something. All other consumers read past these facts too,
as they would. The CPU is that of the worker and, on PostgreSQL (YIWANG_BENCH_DATABASE_URL), of the server's process; the
rate by the clock on the wall stands beside it, with every commit synced.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import store

AIM = 1_000


@dataclass(frozen=True)
class BenchFact:
    """Something happened that three handlers want to hear of."""

    thing_id: UUID
    number: int


def listen() -> None:
    """Register the three handlers, as any domain's are."""
    from yiwang.domains.organisations.models import Office
    from yiwang.foundation.inserting import insert, row
    from yiwang.foundation.jobs.models import Job
    from yiwang.foundation.jobs.queue import enqueue
    from yiwang.foundation.journal.recording import on

    @on(BenchFact)
    def ask_for_a_job(fact: BenchFact) -> None:
        enqueue("bench_nothing", {"number": fact.number}, key=f"a{fact.thing_id}")

    @on(BenchFact)
    def read_and_ask(fact: BenchFact) -> None:
        name = Office.objects.values_list("name", flat=True).order_by("code").first()
        enqueue("bench_nothing", {"name": name}, key=f"b{fact.thing_id}")

    @on(BenchFact)
    def write(fact: BenchFact) -> None:
        from yiwang.foundation.clock import now

        at = now()
        insert(row(Job, kind="bench_noted", key=str(fact.thing_id), payload={}, run_at=at, created_at=at, state="done"))


def is_behind() -> bool:
    """Return whether a reader has not come to the end of the journal."""
    from yiwang.foundation.journal.dispatch import consumers
    from yiwang.foundation.journal.models import Cursor
    from yiwang.foundation.journal.queries import newest_entry

    newest = newest_entry()
    end = newest.pk if newest else 0
    return Cursor.objects.filter(consumer__in=list(consumers()), position__lt=end).exists()


def figures(facts: int = 2_000, rounds: int = 3) -> list[dict[str, Any]]:
    """Return the rates, on the store that is set up."""
    from django.db import connection, transaction

    from yiwang.foundation.actors import SYSTEM
    from yiwang.foundation.ids import uuid7
    from yiwang.foundation.journal.dispatch import deliver
    from yiwang.foundation.journal.models import Retry
    from yiwang.foundation.journal.recording import kinds, record

    if BenchFact.__name__ not in kinds:
        listen()
    deliver()
    while is_behind():  # new readers begin at the beginning
        deliver()
    connection.ensure_connection()
    clock = store.Clock([connection.connection])
    by_cpu, by_wall = [], []
    for _ in range(rounds):
        with transaction.atomic():
            for number in range(facts):
                record(BenchFact(uuid7(), number), by=SYSTEM)
        cpu, wall, done = clock(), time.perf_counter(), 0
        while is_behind():
            done += deliver()
        by_cpu.append(facts / (clock() - cpu))
        by_wall.append(facts / (time.perf_counter() - wall))
        assert done == 3 * facts, done
    assert not Retry.objects.filter(consumer__contains="handling").exists()
    return [
        {"what": "facts through three handlers", "value": round(statistics.median(by_cpu)), "unit": "per CPU-second", "aim": AIM},
        {"what": "the same, by the clock on the wall", "value": round(statistics.median(by_wall)), "unit": "per second", "aim": AIM},
    ]  # fmt: skip


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--facts", type=int, default=2_000)
    chosen = options.parse_args()
    store.open_store()
    from django.db import connection

    for found in figures(chosen.facts):
        print(f"{connection.vendor}: {found['what']:<36} {found['value']:>7} {found['unit']}  aim {found['aim']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
