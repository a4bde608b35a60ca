"""The tables of the journal. Entries, leaves and checkpoints are added, never changed."""

from django.db import models


class Entry(models.Model):
    """One fact: what happened, to what, by whom, through which channel, when.

    `digest` is SHA-256 over `salt` and the canonical JSON of the row, so that a fact can be proved, and personal data
    that it might point at can be erased later, without either breaking the other.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    fact = models.JSONField()
    case_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    office = models.CharField(max_length=24, blank=True)
    on_behalf_of = models.UUIDField(null=True)
    channel = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "id"], name="entries_of_a_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["kind", "id"], name="entries_of_a_kind"),
        ]


class Leaf(models.Model):
    """The place of one entry in the Merkle tree (RFC 6962), given by the sequencer after the entry committed."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)


class Node(models.Model):
    """The root of a whole subtree: a proof is put together from some dozens of these, however long the journal."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)


class Checkpoint(models.Model):
    """A signed tree head: so many leaves, this root, at this time."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=100)
    signature = models.TextField()


class Frontier(models.Model):
    """The right edge of the tree, so that appending costs O(log n). One row; worked out again from the leaves if lost."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    state = models.JSONField(default=list)


class Cursor(models.Model):
    """How far one consumer has read.

    On PostgreSQL a lower number may commit after a higher one. `gaps` holds numbers that were passed but not there,
    with the time they were first missed; they are looked for again until no open transaction can still bring them.
    """

    consumer = models.CharField(max_length=120, primary_key=True)
    position = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=dict)


class Effect(models.Model):
    """One handler's effect of one entry took place, in the same transaction. The key makes a second one impossible."""

    pk = models.CompositePrimaryKey("consumer", "entry_id")
    consumer = models.CharField(max_length=120)
    entry_id = models.BigIntegerField()


class Retry(models.Model):
    """A fact that a handler could not take yet: waiting on the ladder, or dead and waiting for an operator."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DEAD = "dead"

    consumer = models.CharField(max_length=120)
    entry_id = models.BigIntegerField()
    attempts = models.SmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    next_try_at = models.DateTimeField()
    first_failed_at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "entry_id"], name="a_fact_waits_once_for_a_handler"),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="retries_that_are_due")]
