"""Messages."""

from django.db import models

from yiwang.domains.identity.models import Person
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
