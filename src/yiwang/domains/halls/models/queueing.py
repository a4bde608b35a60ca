"""The queue of a hall."""

from django.db import models
from django.db.models import Q

from yiwang.domains.halls.models.booking import Appointment
from yiwang.domains.halls.models.places import Hall, Service, Window
from yiwang.domains.identity.models import Person, Staff
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7

AT_A_WINDOW = ["called", "serving"]


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Queue numbers. The number itself hangs on the wall; whose it is only they and the hall know."""

    def visible_to(self, actor: Actor) -> "TicketQuerySet":
        """Return one's own; for officials with window duty those of the halls that their office works in."""
        if actor.is_person:
            return self.filter(person_id=actor.id)
        if actor.is_staff and actor.has_role("window"):
            return self.filter(Q(hall__office_id=actor.office) | Q(hall__windows__office_id=actor.office)).distinct()
        return self if actor.kind == "system" else self.none()


class Ticket(models.Model):
    """排队号: one place in the queue of a service, today. Without a person it is a slip of paper from the front desk."""

    class State(models.TextChoices):
        WAITING = "waiting", "在等"
        CALLED = "called", "叫到了"
        SERVING = "serving", "在办"
        DONE = "done", "办完了"
        MISSED = "missed", "过号"
        LEFT = "left", "走了"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="tickets", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="tickets", db_index=False)
    day = models.DateField()
    number = models.SmallIntegerField()
    code = models.CharField(max_length=8, help_text="what is called: A012")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tickets")
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, related_name="ticket")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    turn_at = models.DateTimeField(help_text="when its turn begins: the slot of an appointment, else when it was taken")
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    calls = models.SmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="tickets")
    clerk = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="tickets")

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "day", "number"], name="queue_numbers_of_a_day_are_given_once"),
            models.UniqueConstraint(
                fields=["person", "hall", "day"],
                condition=Q(person__isnull=False, ended_at__isnull=True),
                name="a_person_waits_once_in_a_hall",
            ),
            models.UniqueConstraint(
                fields=["window"],
                condition=Q(window__isnull=False, called_at__isnull=False, ended_at__isnull=True),
                name="a_window_serves_one_number_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["called", "serving", "done", "missed"])
                | Q(window__isnull=False, called_at__isnull=False),
                name="a_number_is_called_to_a_window",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "missed", "left"]) | Q(ended_at__isnull=False),
                name="a_number_that_is_through_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["hall", "day", "state"], name="the_queue_of_a_hall"),
            models.Index(fields=["service", "day", "state", "turn_at"], name="the_queue_of_a_service"),
        ]
