"""Papers."""

from django.db import models

from yiwang.domains.identity.models import Person
from yiwang.foundation.ids import uuid7


class Paper(models.Model):
    """One file that a person attached. Trust grade C: the user's own upload, to be compared with the original."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="papers")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=80)
    grade = models.CharField(max_length=1, default="C")
    case_id = models.UUIDField(null=True, help_text="set once a case rests on it; from then on it is kept")
    stored_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-stored_at"], name="papers_of_a_person"),
            models.Index(fields=["case_id"], name="papers_of_a_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["storage_key"], name="papers_by_file", condition=~models.Q(storage_key="")),
        ]
