"""The record of reads."""

from django.db import models

from yiwang.foundation.ids import uuid7


class Read(models.Model):
    """One look at a person's record by an official, another platform or an algorithm (个人信息保护法 art. 45, 55)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    reader_kind = models.CharField(max_length=10)
    reader_id = models.UUIDField(null=True)
    office = models.CharField(max_length=24, blank=True)
    what = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_id", "-read_at"], name="reads_of_a_persons_record")]
