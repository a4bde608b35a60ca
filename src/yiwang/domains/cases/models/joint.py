"""Several offices on one case: their opinions, and the one visit that they make together."""

from django.db import models
from django.db.models import Q

from yiwang.domains.cases.models.cases import Case
from yiwang.domains.identity.models import Staff
from yiwang.domains.organisations.models import Office
from yiwang.foundation.ids import uuid7


class JointOpinion(models.Model):
    """联合办理, 下级初审 (行政许可法 art. 26, 35, 43): what one office is asked, until when, and what it said."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="joint_opinions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="joint_opinions", db_index=False)
    is_first_review = models.BooleanField(default=False, help_text="下级初审: before all others")
    waits_for = models.JSONField(default=list, help_text="codes of the offices that have to speak before")
    workdays = models.SmallIntegerField()
    asked_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    verdict = models.CharField(max_length=8, blank=True)
    text_sealed = models.BinaryField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "office"], name="an_office_has_one_opinion_on_a_case"),
            models.CheckConstraint(
                condition=Q(verdict="", given_at__isnull=True) | (~Q(verdict="") & Q(given_at__isnull=False)),
                name="an_opinion_that_is_given_has_a_verdict",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "due_on", "id"],
                name="opinions_asked_of_an_office",
                condition=Q(given_at__isnull=True),
            )
        ]


class SiteVisit(models.Model):
    """联合踏勘, 核查: one visit for all offices, by two officials or more (art. 34, 55)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="site_visits")
    sequence = models.SmallIntegerField(default=1)
    visit_on = models.DateField()
    arranged_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    arranged_at = models.DateTimeField()
    staff = models.JSONField(default=list, help_text="ids of the officials who were there")
    record_sealed = models.BinaryField(null=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="visits_of_a_case_are_numbered_by_case")
        ]
