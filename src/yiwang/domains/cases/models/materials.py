"""What was handed in with a case, what was asked for, and what officials wrote."""

from django.db import models
from django.db.models import Q

from yiwang.domains.cases.models.cases import Case
from yiwang.domains.identity.models import Staff
from yiwang.foundation.ids import uuid7


class CasePaper(models.Model):
    """What was handed in for one material: a paper, or a certificate that the state holds already."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    material = models.CharField(max_length=60)
    paper_id = models.UUIDField(null=True)
    certificate_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paper_id__isnull=False) ^ Q(certificate_id__isnull=False),
                name="a_material_is_a_paper_or_a_certificate",
            )
        ]


class Correction(models.Model):
    """补正: told once, with all items and a date (行政许可法 art. 32 (4))."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="correction")
    items_sealed = models.BinaryField(help_text="encrypted JSON: [{field, text}]")
    answers_before_sealed = models.BinaryField(null=True, help_text="the answers as they were first submitted")
    due_on = models.DateField()
    requested_at = models.DateTimeField()
    supplied_at = models.DateTimeField(null=True)


class Opinion(models.Model):
    """What an official wrote at a step, encrypted: it may name people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    step = models.CharField(max_length=24)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=24, blank=True)
    text_sealed = models.BinaryField()
    written_at = models.DateTimeField()


class MoreRequest(models.Model):
    """依法补充: a second request, after acceptance, which only a named legal basis allows; no clock stops for it."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="more_request")
    items_sealed = models.BinaryField(help_text="encrypted JSON: [{field, text}]")
    answers_before_sealed = models.BinaryField(
        null=True, help_text="the answers as they stood before more was supplied"
    )
    note_sealed = models.BinaryField(null=True, help_text="encrypted: what the applicant does not have, and why")
    basis = models.CharField(max_length=300)
    due_on = models.DateField()
    requested_at = models.DateTimeField()
    supplied_at = models.DateTimeField(null=True)
