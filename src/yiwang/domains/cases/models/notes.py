"""What officials keep beside a case: notes to one another, and ways of looking at the queue."""

from django.db import models

from yiwang.domains.cases.models.cases import Case
from yiwang.domains.identity.models import Staff
from yiwang.foundation.ids import uuid7


class Note(models.Model):
    """内部备注: what an official writes for colleagues, encrypted. The applicant does not see it; it decides nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    text_sealed = models.BinaryField()
    written_at = models.DateTimeField()


class SavedFilter(models.Model):
    """常用筛选: a part of the queue that an official comes back to. Encrypted: what is looked for may be a name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="filters")
    asked_sealed = models.BinaryField(help_text="encrypted JSON: {name, show, q, colleague, days}")
    saved_at = models.DateTimeField()
