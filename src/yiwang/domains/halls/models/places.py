"""Where and when: halls, their opening hours, what is done there, at which windows."""

from django.db import models
from django.db.models import F, Q

from yiwang.domains.identity.models import Staff
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.models import Region
from yiwang.foundation.ids import uuid7


class Hall(models.Model):
    """政务服务大厅. `office` runs it; the offices that have moved in stand with its services."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="halls")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="halls")
    place = models.CharField(max_length=200)
    place_en = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)


class OpeningHours(models.Model):
    """One stretch of a day on which a hall is open. What is a working day, make-up days included, says the calendar."""

    class Days(models.TextChoices):
        WORKDAY = "workday", "工作日"
        WEEKEND = "weekend", "周末（放假的日子除外）"

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="opening_hours")
    days = models.CharField(max_length=8, choices=Days)
    opens_minute = models.SmallIntegerField(help_text="minutes after midnight")
    closes_minute = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "days", "opens_minute"], name="a_stretch_of_opening_hours_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(opens_minute__lt=F("closes_minute")), name="a_hall_opens_before_it_closes"
            ),
        ]


class Closure(models.Model):
    """A day on which a hall stays closed although it would be open."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="closures")
    date = models.DateField()
    reason = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "date"], name="a_hall_is_closed_once_a_day")]


class Service(models.Model):
    """大厅业务: one queue of a hall, with the offices whose items are handled in it.

    `places` is how many appointments one slot takes; 0 takes none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="services")
    letter = models.CharField(max_length=2, help_text="what its queue numbers begin with: A in A012")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    offices = models.ManyToManyField(Office, related_name="hall_services")
    slot_minutes = models.SmallIntegerField(default=30)
    places = models.SmallIntegerField(default=0)
    days_ahead = models.SmallIntegerField(default=14)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "letter"], name="a_letter_stands_for_one_queue_of_a_hall"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=240), name="a_slot_lasts_minutes_not_days"
            ),
            models.CheckConstraint(
                condition=Q(places__gte=0, days_ahead__gte=0), name="a_service_takes_no_less_than_nobody"
            ),
        ]


class Window(models.Model):
    """窗口. Officials of `office` sit here, of the one that runs the hall where none is named; open while one does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="windows")
    number = models.SmallIntegerField()
    office = models.ForeignKey(Office, models.PROTECT, related_name="windows")
    services = models.ManyToManyField(Service, related_name="windows")
    clerk = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="windows")
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="windows_of_a_hall_are_numbered"),
            models.UniqueConstraint(
                fields=["clerk"],
                condition=Q(clerk__isnull=False, opened_at__isnull=False),
                name="an_official_sits_at_one_window",
            ),
            models.CheckConstraint(
                condition=Q(clerk__isnull=True, opened_at__isnull=True)
                | Q(clerk__isnull=False, opened_at__isnull=False),
                name="a_window_is_open_while_somebody_sits_there",
            ),
        ]
