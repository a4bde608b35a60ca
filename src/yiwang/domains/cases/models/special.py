"""What the law sets beside the ordinary way: special procedures, stopped clocks, the extension, interested parties."""

from django.db import models
from django.db.models import F, Q

from yiwang.domains.cases.models.cases import Case
from yiwang.domains.identity.models import Staff
from yiwang.foundation.ids import uuid7


class SpecialKind(models.TextChoices):
    """行政许可法 art. 45: the procedures whose time is not counted."""

    HEARING = "hearing", "听证"
    TENDER = "tender", "招标"
    AUCTION = "auction", "拍卖"
    INSPECTION = "inspection", "检验"
    TESTING = "testing", "检测"
    QUARANTINE = "quarantine", "检疫"
    APPRAISAL = "appraisal", "鉴定"
    EXPERT_REVIEW = "expert_review", "专家评审"


WAITS = [("fees", "等缴费"), ("pickup", "等来取"), ("returned", "退回，等重新选送达方式")]
"""What stops the clock of issue and delivery (art. 44): it waits for the applicant, and that is not the office's time."""


class ClockStop(models.Model):
    """A time that a clock does not count: what remains is frozen, and goes on the day after it ends.

    The decision clock stands still for a special procedure (art. 45), that of issue and delivery while it is the
    applicant's turn.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clock_stops")
    sequence = models.SmallIntegerField(default=1)
    clock = models.CharField(max_length=12, default="decision")
    kind = models.CharField(max_length=20, choices=[*SpecialKind.choices, *WAITS])
    basis = models.CharField(max_length=300)
    started_on = models.DateField()
    planned_end_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="stops_of_a_clock_are_numbered_by_case"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_on__isnull=True), name="a_clock_is_stopped_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="a_clock_goes_on_after_it_was_stopped",
            ),
        ]


class SpecialProcedure(models.Model):
    """特别程序: what is done, why, by what law, how long it was said to take, and what came of it."""

    Kind = SpecialKind

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="special_procedures")
    sequence = models.SmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=SpecialKind, default=SpecialKind.TESTING)
    reason_sealed = models.BinaryField()
    basis = models.CharField(max_length=300)
    started_on = models.DateField()
    planned_end_on = models.DateField()
    held_on = models.DateField(null=True, help_text="the day of the hearing, told seven working days before")
    begins_at = models.TimeField(null=True, help_text="the hour of the hearing (art. 48 (1))")
    place = models.CharField(
        max_length=200, default="", db_default="", help_text="where the hearing is held (art. 48 (1))"
    )
    ended_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    chair = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    record_sealed = models.BinaryField(null=True, help_text="the record of the hearing")
    record_number = models.CharField(max_length=60, blank=True, help_text="the number under which a decision cites it")
    record_document = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="procedures_of_a_case_are_numbered_by_case"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_on__isnull=True), name="one_procedure_of_a_case_runs_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(kind="hearing") | Q(chair__isnull=False, held_on__isnull=False),
                name="a_hearing_has_a_chair_and_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["planned_end_on"], name="procedures_that_run", condition=Q(ended_on__isnull=True))
        ]


class Extension(models.Model):
    """延长期限: once, by the head, told before the end (行政许可法 art. 42)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="extension")
    workdays = models.SmallIntegerField()
    reason_sealed = models.BinaryField()
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    decided_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField()


class Place(models.Model):
    """名额: the place of a case in the line for a limited number; who was accepted first goes first (art. 57)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="place")
    item_code = models.CharField(max_length=80)
    accepted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["item_code", "accepted_at", "case"], name="places_in_line")]


class InterestedParty(models.Model):
    """利害关系人: whom the case touches, told of their right to state their case and to a hearing (art. 36, 47)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="interested_parties")
    sequence = models.SmallIntegerField(default=1)
    name_sealed = models.BinaryField()
    contact_sealed = models.BinaryField()
    reason_sealed = models.BinaryField()
    told_on = models.DateField()
    answer_by = models.DateField()
    heard_at = models.DateTimeField(null=True)
    statement_sealed = models.BinaryField(null=True)
    wants_hearing = models.BooleanField(default=False)
    is_applicant = models.BooleanField(
        default=False, db_default=False, help_text="asked for a hearing of their own (art. 47)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="interested_parties_are_numbered_by_case")
        ]
