"""Offices."""

from django.db import models

from yiwang.domains.regions.models import Region


class Office(models.Model):
    """实施主体: an office that answers for items, known by its credit code or, where a source has none, by its own."""

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="offices")
    level = models.SmallIntegerField(null=True, help_text="行使层级, GB/T 39046-2020 table A.2")
    number = models.CharField(max_length=20, blank=True, help_text="机关代字, as it stands in document numbers")
    place = models.CharField(max_length=200, blank=True)
    place_en = models.CharField(max_length=200, blank=True, db_default="", default="")
    hours = models.CharField(max_length=200, blank=True)
    hours_en = models.CharField(max_length=200, blank=True, db_default="", default="")
    phone = models.CharField(max_length=60, blank=True, db_default="", default="", help_text="the public number")
    source = models.CharField(max_length=20, default="yiwang")
    review_body = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        default="",
        help_text="who reviews its acts, where it is not its government",
    )
    court = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        default="",
        help_text="where one sues, where it is not the court of its county",
    )
