"""Ask for work, and do what is due."""

import datetime as dt
import logging
import traceback
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yiwang.foundation.clock import now
from yiwang.foundation.failpoints import fail_at
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.jobs.models import Job, Schedule
from yiwang.foundation.jobs.registry import kinds, regular
from yiwang.foundation.masking import scrub

logger = logging.getLogger(__name__)

LADDER = (10, 60, 300, 3600, 4 * 3600)
"""Seconds before each new try; after the last the job is dead and waits for an operator."""

LEASE_SECONDS: int = settings.YIWANG_LEASE_SECONDS
"""How long an outside job may run before another worker takes it over."""


def enqueue(kind: str, payload: dict[str, Any], *, key: str, run_at: dt.datetime | None = None) -> None:
    """Ask for a job in the present transaction. The same kind and key a second time asks for nothing more."""
    at = now()
    work = row(Job, kind=kind, key=key, payload=payload, run_at=run_at or at, created_at=at)
    insert(work, ignore_conflicts=True)


def run_due(limit: int = 100) -> int:
    """Do the jobs that are due, those first for which somebody waits; return how many were tried."""
    urgent = [name for name, kind in kinds.items() if kind.urgent]
    rest = [name for name, kind in kinds.items() if not kind.urgent]
    return sum(_run(_due(names, limit)) for names in (urgent, rest) if names)


def _due(names: list[str], limit: int) -> list[tuple[Any, str]]:
    due = Job.objects.filter(state=Job.State.WAITING, run_at__lte=now(), kind__in=names).order_by("run_at")
    return list(due.values_list("pk", "kind")[:limit])


def _run(due: list[tuple[Any, str]]) -> int:
    tried, batches = 0, {kind: [pk for pk, its in due if its == kind] for _, kind in due if kinds[kind].batched}
    for kind, pks in batches.items():
        tried += _run_batch(kind, pks)
    for pk, kind in due:
        if not kinds[kind].batched:
            tried += _run_outside(pk) if kinds[kind].outside else _run_inside(pk)
    return tried


def _lock(pk: Any) -> Job | None:
    waiting = Job.objects.filter(pk=pk, state=Job.State.WAITING, run_at__lte=now())
    return waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()


def _run_inside(pk: Any) -> int:
    with transaction.atomic():
        work = _lock(pk)
        if work is None:
            return 0
        try:
            with transaction.atomic():
                kinds[work.kind].work(work.payload)
        except Exception:
            work.attempts += 1
            _failed(work)
        else:
            _finished(work)
    return 1


def _run_outside(pk: Any) -> int:
    with transaction.atomic():
        work = _lock(pk)
        if work is None:
            return 0
        if work.attempts > len(LADDER):  # no try ever came back: it ends the worker each time
            work.state, work.error = Job.State.DEAD, work.error or "no worker survived a try"
            work.save(update_fields=["state", "error"])
            logger.error("job set aside for an operator: %s %s", work.kind, work.pk)
            return 0
        work.attempts += 1
        work.run_at = now() + dt.timedelta(seconds=LEASE_SECONDS)
        work.save(update_fields=["attempts", "run_at"])
    try:
        kind = kinds[work.kind]
        kind.work([work.payload]) if kind.batched else kind.work(work.payload, key=work.key)
    except Exception:
        _failed(work)
    else:
        fail_at("job.unmarked")
        _finished(work)
    return 1


def _run_batch(kind: str, pks: list[Any]) -> int:
    """Do several jobs of one kind in one call. One that was tried before goes alone: it may be what ended the last try."""
    with transaction.atomic():
        due = Job.objects.filter(pk__in=pks, state=Job.State.WAITING, run_at__lte=now(), attempts=0).order_by("pk")
        taken = list(due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked))
        until = now() + dt.timedelta(seconds=LEASE_SECONDS)
        Job.objects.filter(pk__in=[work.pk for work in taken]).update(attempts=1, run_at=until)
    for work in taken:
        work.attempts, work.run_at = 1, until
    if taken:
        _do_batch(kind, taken)
    alone = set(pks) - {work.pk for work in taken}
    return len(taken) + sum(_run_outside(pk) for pk in pks if pk in alone)


def _do_batch(kind: str, taken: list[Job]) -> None:
    try:
        kinds[kind].work([work.payload for work in taken])
    except Exception:
        if len(taken) == 1:
            _failed(taken[0])
        else:
            logger.warning("%s jobs of kind %s failed together: each is tried alone", len(taken), kind, exc_info=True)
            for work in taken:
                _do_batch(kind, [work])
    else:
        fail_at("job.unmarked")
        waiting = Job.objects.filter(pk__in=[work.pk for work in taken])
        waiting.update(state=Job.State.DONE, done_at=now(), error="")


def _finished(work: Job) -> None:
    work.state, work.done_at, work.error = Job.State.DONE, now(), ""
    work.save(update_fields=["state", "done_at", "error"])


def _failed(work: Job) -> None:
    tried = work.attempts
    work.error = scrub(traceback.format_exc(limit=-3))[-2000:]
    if not connection.in_atomic_block and not connection.is_usable():
        # The database went away: no fault of the job, so it costs no try.
        connection.close()
        work.attempts, work.run_at = work.attempts - 1, now() + dt.timedelta(seconds=LADDER[0])
    elif work.attempts > len(LADDER):
        work.state = Job.State.DEAD
        logger.error("job set aside for an operator: %s %s", work.kind, work.pk)
    else:
        work.run_at = now() + dt.timedelta(seconds=LADDER[work.attempts - 1])
        logger.warning("job failed, try %s of %s: %s", work.attempts, len(LADDER), work.kind, exc_info=True)  # noqa: LOG014  (called from except blocks)
    # Whoever lost the lease to another worker has no say any more.
    Job.objects.filter(pk=work.pk, state=Job.State.WAITING, attempts__lte=tried).update(
        state=work.state, run_at=work.run_at, attempts=work.attempts, error=work.error
    )


def run_regular() -> int:
    """Do the regular work that is due; return how much was done."""
    done = 0
    next_runs = dict(Schedule.objects.values_list("name", "next_run_at"))
    for name, work in regular.items():
        if next_runs.get(name, now()) > now():
            continue
        with transaction.atomic():
            Schedule.objects.get_or_create(name=name, defaults={"next_run_at": now()})
            row = Schedule.objects.select_for_update().get(name=name)
            if row.next_run_at > now():
                continue
            row.last_run_at, row.next_run_at = now(), now() + dt.timedelta(seconds=work.seconds)
            row.save()
            try:
                with transaction.atomic():
                    work.work()
            except Exception:
                logger.exception("regular work failed: %s", name)
            else:
                done += 1
    return done
