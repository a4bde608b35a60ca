"""What waits to be done."""

from django.db import models

from yiwang.foundation.ids import uuid7


class Job(models.Model):
    """One piece of work. `key` is also what the other side is told, so that a repeated call has no second effect."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    run_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="a_job_is_asked_for_once")]
        indexes = [
            models.Index(fields=["run_at"], name="jobs_that_wait", condition=models.Q(state="waiting")),
            models.Index(fields=["run_at"], name="jobs_set_aside", condition=models.Q(state="dead")),
        ]


class Schedule(models.Model):
    """When a piece of regular work is next due."""

    name = models.CharField(max_length=80, primary_key=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
