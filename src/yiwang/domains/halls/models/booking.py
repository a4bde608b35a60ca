"""Slots and appointments. How many a slot takes is kept by the database: one UPDATE that finds room, and a check."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from yiwang.domains.halls.models.places import Hall, Service
from yiwang.domains.identity.models import Person
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class Slot(models.Model):
    """时段: some minutes of one service on one day, with so many places; `taken` counts those that are booked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="slots", db_index=False)
    starts_at = models.DateTimeField()
    minutes = models.SmallIntegerField()
    places = models.SmallIntegerField()
    taken = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "starts_at"], name="a_service_has_one_slot_at_a_time"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("places")), name="a_slot_is_never_booked_beyond_its_places"
            ),
        ]

    @property
    def ends_at(self) -> dt.datetime:
        """When the next slot begins."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments, of which an actor can only load what they may see."""

    def visible_to(self, actor: Actor) -> "AppointmentQuerySet":
        """Return one's own; for officials at a window or on the floor those of the halls that their office works in."""
        if actor.is_person:
            return self.filter(person_id=actor.id)
        if actor.is_staff and actor.has_role("window"):
            return self.filter(Q(hall__office_id=actor.office) | Q(hall__windows__office_id=actor.office)).distinct()
        return self if actor.kind == "system" else self.none()


class Appointment(models.Model):
    """预约: one person's place in one slot. The id document is checked when they come, against the name that booked."""

    class State(models.TextChoices):
        BOOKED = "booked", "已约好"
        ARRIVED = "arrived", "已到场"
        CANCELLED = "cancelled", "已取消"
        MISSED = "missed", "没有来"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="appointments")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", db_index=False)
    day = models.DateField()
    code = models.CharField(max_length=8, help_text="what one says on arrival")
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    moves = models.SmallIntegerField(default=0)
    channel = models.CharField(max_length=20)
    booked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when it was cancelled, or noted as missed")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "hall", "day"],
                condition=Q(ended_at__isnull=True),
                name="a_person_has_one_appointment_a_day_in_a_hall",
            ),
            models.UniqueConstraint(fields=["hall", "day", "code"], name="a_code_names_one_appointment_of_a_day"),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(arrived_at__isnull=False),
                name="who_has_arrived_has_a_time_of_arrival",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-day", "-id"], name="appointments_of_a_person"),
            models.Index(fields=["hall", "day"], name="appointments_of_a_day"),
            models.Index(fields=["day"], name="appointments_still_open", condition=Q(state="booked")),
        ]
