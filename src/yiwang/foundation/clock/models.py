"""The calendar of working days, as data that an administrator keeps."""

from django.db import models


class CalendarYear(models.Model):
    """A year for which the State Council's notice has been entered. Any other year is provisional."""

    year = models.SmallIntegerField(primary_key=True)
    notice = models.CharField(max_length=200, blank=True)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a day off, or a make-up working day (调休)."""

    date = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
