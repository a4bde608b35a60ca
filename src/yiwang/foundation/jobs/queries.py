"""Read what waits, what was given up on, and when regular work last ran."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min

from yiwang.foundation.clock import now
from yiwang.foundation.jobs.models import Job, Schedule


@dataclass(frozen=True)
class Waiting:
    """The jobs of one kind that wait, and how long the first has been due."""

    kind: str
    count: int
    due_since: dt.datetime


def jobs_waiting() -> list[Waiting]:
    """Return the jobs that are due, by kind, the longest waiting first."""
    due = Job.objects.filter(state=Job.State.WAITING, run_at__lte=now())
    rows = due.values("kind").annotate(n=Count("pk"), since=Min("run_at")).order_by("since")
    return [Waiting(row["kind"], row["n"], row["since"]) for row in rows]


def jobs_ahead() -> int:
    """Return how many jobs wait for a later time, counted up to 1,000."""
    return len(Job.objects.filter(state=Job.State.WAITING, run_at__gt=now()).values_list("pk")[:1000])


def dead_jobs(limit: int = 200) -> list[Job]:
    """Return the jobs that were given up on, for an operator, newest first."""
    return list(Job.objects.filter(state=Job.State.DEAD).order_by("-created_at")[:limit])


def schedules() -> list[Schedule]:
    """Return the regular work, that which ran last first."""
    return list(Schedule.objects.order_by("-last_run_at", "name"))


def last_sign_of_life() -> dt.datetime | None:
    """Return when a worker last finished a job or regular work; None if none ever did."""
    ran = (
        Schedule.objects.filter(last_run_at__isnull=False)
        .order_by("-last_run_at")
        .values_list("last_run_at", flat=True)
    )
    done = Job.objects.filter(state=Job.State.DONE).order_by("-id").values_list("done_at", flat=True)
    seen = [at for at in (ran.first(), done.first()) if at]
    return max(seen, default=None)
