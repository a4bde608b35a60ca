"""Cases, their numbers and keys, their clocks."""

from datetime import date

from django.db import models
from django.db.models import Q

from yiwang.domains.catalogue.models import Item, ItemVersion
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class State(models.TextChoices):
    """Where a case stands; the arrows between them are in `procedure/table.json`."""

    SUBMITTED = "submitted", "已提交"
    CORRECTION = "correction", "待补正"
    REFUSED_ACCEPTANCE = "refused_acceptance", "不予受理"
    ACCEPTED = "accepted", "已受理"
    IN_REVIEW = "in_review", "审查中"
    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予许可"
    ISSUED = "issued", "已制证"
    DELIVERED = "delivered", "已送达"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "逾期未补正"
    NOT_NEEDED = "not_needed", "无需办理"
    SUSPENDED = "suspended", "特别程序中"
    TERMINATED = "terminated", "已终止办理"
    VOIDED = "voided", "已作废"


WITHOUT_ACCEPTANCE = [
    "submitted", "correction", "not_needed", "refused_acceptance", "withdrawn", "lapsed", "terminated", "voided",
]  # fmt: skip
"""States that a case may be in without ever having been accepted."""


HANDING_OUT = ("granted", "issued")
"""States in which the clock of issue and delivery runs (art. 44)."""


def is_applicants_turn(state: str, due_on: date | None, legal_due_on: date | None) -> bool:
    """Return whether what was granted waits for its applicant: to pay, to fetch, to choose. Then no clock of law runs."""
    return state in HANDING_OUT and due_on is not None and legal_due_on is None


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, of which an actor can only load what they may see."""

    def visible_to(self, actor: Actor) -> "CaseQuerySet":
        """Return one's own cases, or those of the firm acted for; for officials those of their office.

        An office whose opinion is asked for (行政许可法 art. 26, 35) sees the case that it is asked about.
        """
        if actor.is_person:
            if actor.on_behalf_of:
                return self.filter(firm_id=actor.on_behalf_of)
            return self.filter(applicant_id=actor.id, firm__isnull=True)
        if actor.is_staff and actor.has_role("window", "reviewer", "head"):
            asked = self.model._meta.apps.get_model("cases", "JointOpinion").objects.filter(office_id=actor.office)
            return self.filter(Q(office_id=actor.office) | Q(pk__in=asked.values("case_id")))
        return self if actor.kind == "system" else self.none()


class Case(models.Model):
    """办件. Names of item, office and applicant are copied in: a list reads one table, and a case shows what it was."""

    State = State
    receipt_number = ""
    """The number of the receipt on a case that was handed in just now, so that the answer need not look it up."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=50)
    query_code = models.CharField(max_length=12)
    # No index of their own for keys that the lists below begin with, or that nobody asks by: each costs every submission.
    item = models.ForeignKey(Item, models.PROTECT, related_name="cases", db_index=False)
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="cases", db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases", db_index=False)
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="cases")
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="cases", db_index=False)
    item_name = models.CharField(max_length=500)
    item_name_en = models.CharField(max_length=500, blank=True)
    applicant_name = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State)
    outcome = models.CharField(max_length=20, blank=True)
    revision = models.IntegerField(default=1)
    is_open = models.BooleanField(default=True)
    answers_sealed = models.BinaryField()
    channel = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True, help_text="the end of the clock that runs now: promised where there is one")
    legal_due_on = models.DateField(null=True)
    assignee = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="cases", db_index=False)
    joint_reference = models.CharField(max_length=40, default="", db_default="", help_text="of the joint case (一件事)")
    about_certificate_id = models.UUIDField(null=True, help_text="the certificate that it renews, changes or cancels")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WITHOUT_ACCEPTANCE) | Q(accepted_at__isnull=False),
                name="a_case_has_an_acceptance_time_once_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused", "issued", "delivered", "closed"])
                | Q(decided_at__isnull=False),
                name="a_case_has_a_decision_time_once_decided",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True) | Q(is_open=False, closed_at__isnull=False),
                name="a_case_has_a_closing_time_once_it_is_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["applicant", "-submitted_at", "-id"],
                name="own_cases_of_a_person",
                condition=Q(firm__isnull=True),
            ),
            models.Index(
                fields=["firm", "-submitted_at", "-id"], name="newest_cases_of_a_firm", condition=Q(firm__isnull=False)
            ),
            models.Index(fields=["office", "due_on", "id"], name="the_queue_of_an_office", condition=Q(is_open=True)),
            models.Index(
                fields=["office", "state", "due_on", "id"], name="the_queue_by_state", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["office", "assignee", "due_on", "id"],
                name="the_queue_of_an_official",
                condition=Q(is_open=True, assignee__isnull=False),
            ),
            models.Index(
                fields=["office", "due_on", "id"],
                name="the_queue_of_nobody",
                condition=Q(is_open=True, assignee__isnull=True),
            ),
            models.Index(
                fields=["office", "applicant_name"],
                name="the_queue_by_applicant",
                opclasses=["", "varchar_pattern_ops"],
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["office", "-closed_at", "-id"], name="finished_by_an_office", condition=Q(is_open=False)
            ),
            models.Index(fields=["number"], name="cases_by_number"),
            models.Index(fields=["joint_reference"], name="cases_of_a_joint_case", condition=~Q(joint_reference="")),
            models.Index(
                fields=["about_certificate_id"],
                name="cases_about_a_certificate",
                condition=Q(about_certificate_id__isnull=False),
            ),
        ]

    @property
    def awaits_applicant(self) -> bool:
        """Whether all that is left is the applicant's: to pay, to pick up, or to choose anew. Its clock stands still."""
        return is_applicants_turn(self.state, self.due_on, self.legal_due_on)


class CaseNumber(models.Model):
    """That a number belongs to one case, and which."""

    number = models.CharField(max_length=50, primary_key=True)
    case_id = models.UUIDField()


class SubmitKey(models.Model):
    """That a submission with this key was acknowledged: the same key again is the same case."""

    key = models.CharField(max_length=300, primary_key=True)
    case_id = models.UUIDField()
    body_hash = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()


class CaseClock(models.Model):
    """One clock of a case. Day one is the working day after it starts (行政许可法 art. 32, 42, 44, 82)."""

    class Kind(models.TextChoices):
        ACCEPTANCE = "acceptance", "受理"
        CORRECTION = "correction", "补正"
        DECISION = "decision", "决定"
        DELIVERY = "delivery", "颁发、送达"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=12, choices=Kind)
    sequence = models.SmallIntegerField(default=1)
    started_on = models.DateField()
    legal_amount = models.SmallIntegerField(null=True)
    legal_unit = models.CharField(max_length=8, blank=True)
    legal_due_on = models.DateField(null=True)
    promised_amount = models.SmallIntegerField(null=True)
    promised_unit = models.CharField(max_length=8, blank=True)
    promised_due_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False, help_text="rests on a year without an official notice")
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "sequence"], name="clocks_of_a_case_are_numbered_by_kind"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_on__isnull=True), name="one_clock_of_a_case_runs_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(promised_due_on__isnull=True)
                | Q(legal_due_on__isnull=True)
                | Q(promised_due_on__lte=models.F("legal_due_on")),
                name="a_promise_is_never_later_than_the_law",
            ),
        ]
