"""What an operator may do with dead jobs."""

from uuid import UUID

from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.events import JobTriedAgain
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.journal.recording import record


@action
def rerun_job(*, job_id: UUID, by: Actor) -> None:
    """Have a dead job tried again now; safe to repeat, the other side knows its key."""
    require(by.has_role("operator"))
    work = Job.objects.select_for_update().filter(pk=job_id).first()
    if work is None or work.state != Job.State.DEAD:
        raise Refused("这一条已经不在搁置清单里了。", code="not_set_aside")
    work.state, work.attempts, work.run_at = Job.State.WAITING, 0, now()
    work.save(update_fields=["state", "attempts", "run_at"])
    record(JobTriedAgain(job_id=work.pk, job_kind=work.kind), by=by)
