"""Papers."""

from django.db import models

from yiwang.domains.identity.models import Person, Staff
from yiwang.foundation.ids import uuid7


class Paper(models.Model):
    """One file that a person attached, or that a window scanned for them. Its trust grade says what was looked at."""

    class Grade(models.TextChoices):
        """国办函〔2016〕108号: how far a paper may be trusted."""

        ISSUED = "A", "原件"
        COMPARED = "B", "复印件，核对过原件"
        UPLOADED = "C", "复印件或上传件，没有核对原件"
        DECLARED = "D", "本人自己写的，承诺属实"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="papers")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=80)
    grade = models.CharField(max_length=1, choices=Grade, default=Grade.UPLOADED)
    graded_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="graded_papers", db_index=False)
    graded_at = models.DateTimeField(null=True)
    issuer = models.CharField(max_length=120, blank=True, db_default="", default="", help_text="grade A: who issued it")
    good_until = models.DateField(null=True, help_text="grade A: until when it holds")
    case_id = models.UUIDField(null=True, help_text="set once a case rests on it; from then on it is kept")
    copy_of = models.UUIDField(
        null=True,
        help_text="the paper whose file this is: one that was handed in once lies with each case of a joint case",
    )
    stored_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(grade__in=["A", "B"]) | models.Q(graded_by__isnull=False, graded_at__isnull=False),
                name="an_original_was_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(grade="A") | ~models.Q(issuer=""), name="an_original_names_who_issued_it"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-stored_at"], name="papers_of_a_person"),
            models.Index(fields=["case_id"], name="papers_of_a_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["storage_key"], name="papers_by_file", condition=~models.Q(storage_key="")),
        ]
