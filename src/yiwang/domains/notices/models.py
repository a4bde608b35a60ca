"""Messages."""

from django.db import models

from yiwang.domains.identity.models import Person, Staff
from yiwang.foundation.ids import uuid7


class Message(models.Model):
    """One message to one person, in Chinese and English, free of personal data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="messages")
    case_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-sent_at"], name="messages_of_a_person")]


class OfficialNotice(models.Model):
    """One notice to one official about their own work: absences and deputies. It names officials, never a citizen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    link = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["staff", "-sent_at"], name="notices_of_an_official"),
            models.Index(
                fields=["staff"], name="notices_that_nobody_has_read", condition=models.Q(read_at__isnull=True)
            ),
        ]
