"""Joint cases (一件事) and their parts.

A joint case is no case: nothing is decided on it. Each part that was handed in is a case of its own, which knows the
number of the joint case and nothing else of it; a part names its case by a bare id, so that the case family can still be
distributed by the case.
"""

from django.db import models
from django.db.models import Q

from yiwang.domains.catalogue.models import Item, ItemVersion
from yiwang.domains.identity.models import Firm, Person
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class JointCaseQuerySet(models.QuerySet["JointCase"]):
    """Joint cases, of which only whoever applied can load any; an office sees its own part."""

    def visible_to(self, actor: Actor) -> "JointCaseQuerySet":
        """Return one's own joint cases, or those of the firm acted for."""
        if actor.is_person:
            mine = self.filter(firm_id=actor.on_behalf_of) if actor.on_behalf_of else self.filter(firm__isnull=True)
            return mine if actor.on_behalf_of else mine.filter(applicant_id=actor.id)
        return self if actor.kind == "system" else self.none()


class JointCase(models.Model):
    """一件事: what one person or firm asked for with one form. Its answers are kept for the parts that come later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40)
    submit_key = models.CharField(max_length=300)
    body_hash = models.CharField(max_length=64, default="", db_default="", help_text="of what was sent with the key")
    item = models.ForeignKey(Item, models.PROTECT, related_name="joint_cases", db_index=False)
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="joint_cases", db_index=False)
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="joint_cases", db_index=False)
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="joint_cases", db_index=False)
    name = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500, blank=True)
    answers_sealed = models.BinaryField()
    channel = models.CharField(max_length=20)
    assurance = models.SmallIntegerField(help_text="how well the applicant was known: later parts rest on it")
    submitted_at = models.DateTimeField()
    promised_on = models.DateField(null=True, help_text="the one promise: everything is decided by then")
    is_open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)

    objects = JointCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="a_joint_number_belongs_to_one_joint_case"),
            models.UniqueConstraint(fields=["submit_key"], name="a_joint_case_is_handed_in_once"),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True) | Q(is_open=False, closed_at__isnull=False),
                name="a_joint_case_has_a_closing_time_once_it_is_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["applicant", "-submitted_at"], name="joint_cases_of_a_person", condition=Q(firm__isnull=True)
            ),
            models.Index(
                fields=["firm", "-submitted_at"], name="joint_cases_of_a_firm", condition=Q(firm__isnull=False)
            ),
        ]


class JointPart(models.Model):
    """One thing of a joint case: waiting for others, handed in as a case, or stopped before it was handed in."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待前一项"
        SUBMITTED = "submitted", "已提交"
        STOPPED = "stopped", "没有提交"

    class Why(models.TextChoices):
        PREDECESSOR = "predecessor", "前一项没有办成"
        NOT_OPEN = "not_open", "这一项现在不能申请"
        NOT_WANTED = "not_wanted", "申请人不办了"
        UNFIT = "unfit", "填的内容还缺一些，要单独申请"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    joint = models.ForeignKey(JointCase, models.PROTECT, related_name="parts", db_index=False)
    key = models.CharField(max_length=40)
    position = models.SmallIntegerField()
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500, blank=True)
    needs = models.JSONField(default=list, help_text="keys of the parts whose result it waits for")
    state = models.CharField(max_length=10, choices=State)
    case_id = models.UUIDField(null=True)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    because_of = models.CharField(max_length=40, blank=True, help_text="key of the part that was not granted")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["joint", "key"], name="a_joint_case_has_each_part_once"),
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(state="submitted"), name="a_case_is_one_part_of_one_joint_case"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", case_id__isnull=False)
                | (~Q(state="submitted") & Q(case_id__isnull=True)),
                name="a_part_is_a_case_once_it_is_handed_in",
            ),
            models.CheckConstraint(
                condition=(Q(state="stopped") & ~Q(why="")) | (~Q(state="stopped") & Q(why="")),
                name="a_part_that_stopped_says_why",
            ),
        ]
