"""Ratings."""

from django.db import models

from yiwang.domains.cases.models import Case
from yiwang.domains.joint_cases.models import JointCase


class Rating(models.Model):
    """One grade for one finished case (国办发〔2019〕51号: 一事一评). Symbolic: each exchange maps it to its own numbers."""

    class Grade(models.TextChoices):
        VERY_SATISFIED = "very_satisfied", "非常满意"
        SATISFIED = "satisfied", "满意"
        BASICALLY_SATISFIED = "basically_satisfied", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"
        VERY_DISSATISFIED = "very_dissatisfied", "非常不满意"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="rating")
    item_code = models.CharField(max_length=80)
    base_code = models.CharField(max_length=40, blank=True)
    office_code = models.CharField(max_length=24)
    grade = models.CharField(max_length=20, choices=Grade)
    comment = models.TextField(blank=True)
    channel = models.CharField(max_length=20)
    rated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["item_code", "-rated_at"], name="ratings_of_an_item"),
            models.Index(fields=["office_code", "-rated_at"], name="ratings_of_an_office"),
        ]


class JointRating(models.Model):
    """The one grade of a joint case (一件事). Each of its cases that an office brought to an end is rated with it."""

    joint = models.OneToOneField(JointCase, models.PROTECT, primary_key=True, related_name="rating")
    grade = models.CharField(max_length=20, choices=Rating.Grade)
    comment = models.TextField(blank=True)
    channel = models.CharField(max_length=20)
    rated_at = models.DateTimeField()


class RatingCount(models.Model):
    """The public figure: how many of each grade an item or an office has. Kept by a handler, so that no page counts."""

    subject_kind = models.CharField(max_length=8, choices=[("item", "事项"), ("office", "部门")])
    subject = models.CharField(max_length=80)
    grade = models.CharField(max_length=20, choices=Rating.Grade)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject", "grade"], name="a_grade_is_counted_once_a_subject"
            )
        ]
