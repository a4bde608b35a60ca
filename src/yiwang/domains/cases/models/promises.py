"""What an applicant promised: to hand a paper in later (容缺受理), or that a condition is met (告知承诺)."""

from django.db import models
from django.db.models import Q

from yiwang.domains.cases.models.cases import Case
from yiwang.domains.identity.models import Person, Staff
from yiwang.foundation.ids import uuid7


class Deferral(models.Model):
    """容缺: one material that the applicant asked to hand in later; the office sets the date when it accepts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="deferrals")
    material = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="a_material_of_a_case_is_deferred_once")
        ]
        indexes = [
            models.Index(fields=["due_on"], name="deferrals_that_are_open", condition=Q(supplied_at__isnull=True))
        ]


class Promise(models.Model):
    """告知承诺 (国办发〔2020〕42号): the text that was signed, by its version and hash; when and how it was verified."""

    class Result(models.TextChoices):
        TRUE = "true", "属实"
        MEND = "mend", "责令限期整改"
        FALSE = "false", "承诺不实"

    class Way(models.TextChoices):
        ONLINE = "online", "网上签署"
        SCREEN = "screen", "在窗口屏幕上签名"
        PAPER = "paper", "在纸上签名，扫描留存"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="promise")
    text_version = models.CharField(max_length=40)
    text_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="promises")
    verify_due_on = models.DateField(null=True, help_text="set with the decision")
    verified_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=8, choices=Result, blank=True)
    mend_by = models.DateField(null=True)
    note_sealed = models.BinaryField(null=True)
    way = models.CharField(max_length=8, choices=Way, default=Way.ONLINE, db_default="online")
    witness = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="+", db_index=False, help_text="who saw it signed at a window"
    )
    signature_sealed = models.BinaryField(null=True, help_text="the name as it was signed on the screen, encrypted")
    paper_id = models.UUIDField(null=True, help_text="the scan of what was signed by hand")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way="online", witness__isnull=True)
                | Q(way="screen", witness__isnull=False, signature_sealed__isnull=False)
                | Q(way="paper", witness__isnull=False, paper_id__isnull=False),
                name="a_promise_at_a_window_has_a_witness_and_a_signature",
            ),
            models.CheckConstraint(
                condition=Q(result="", verified_at__isnull=True) | (~Q(result="") & Q(verified_at__isnull=False)),
                name="a_verified_promise_has_a_result_and_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["verify_due_on"], name="promises_to_verify", condition=Q(verified_at__isnull=True))
        ]
