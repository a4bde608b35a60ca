"""How busy a hall is now, from its own queue: who waits, how long those waited who were just called, how long one takes."""

import datetime as dt
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from django.db.models import Count

from yiwang.domains.halls.models import Hall, Service, Ticket, Window
from yiwang.domains.halls.queries.opening import is_open_at, next_opening
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today

LEAST_TO_SAY = 3
"""From how many that were served on a minute is worth saying."""
LATELY = 30
"""How many of the last that were served count for how long one takes."""


@dataclass(frozen=True)
class ServiceBusy:
    """One queue now. `minutes`: how long somebody would wait who came now; None where nobody can say."""

    service: Service
    waiting: int
    windows: int
    minutes: int | None
    waited: int | None
    """How many minutes those waited who were called last."""


@dataclass(frozen=True)
class Busy:
    """A hall now."""

    hall: Hall
    is_open: bool
    opens_next: dt.datetime | None
    waiting: int
    windows_open: int
    windows: int
    services: list[ServiceBusy] = field(default_factory=list)

    @property
    def level(self) -> str:
        """closed, idle, normal or busy: whether somebody waits, and for how long."""
        if not self.is_open:
            return "closed"
        longest = max((s.minutes or 0 for s in self.services), default=0)
        return "busy" if longest > 30 or self.waiting > 5 * max(self.windows_open, 1) else (
            "normal" if self.waiting > self.windows_open else "idle"
        )  # fmt: skip


def ticket_code(letter: str, number: int) -> str:
    """Return A012."""
    return f"{letter}{number:03d}"


def busy(hall: Hall) -> Busy:
    """Return how busy a hall is now."""
    moment, day = now(), today()
    services = list(Service.objects.filter(hall=hall).order_by("letter"))
    counts = dict(
        Ticket.objects.filter(hall=hall, day=day, state=Ticket.State.WAITING)
        .values_list("service_id")
        .annotate(n=Count("id"))
    )
    windows = Window.objects.filter(hall=hall, services__isnull=False).distinct().prefetch_related("services")
    staffed = [w for w in windows if w.clerk_id]
    at = {s.pk: sum(1 for w in staffed if s in w.services.all()) for s in services}
    rows = [_service(s, counts.get(s.pk, 0), at[s.pk]) for s in services]
    is_open = is_open_at(hall, moment)
    return Busy(
        hall=hall,
        is_open=is_open,
        opens_next=None if is_open else next_opening(hall, moment),
        waiting=sum(counts.values()),
        windows_open=len(staffed),
        windows=len(windows),
        services=rows,
    )


def _service(service: Service, waiting: int, windows: int) -> ServiceBusy:
    served = list(
        Ticket.objects.filter(service=service, state=Ticket.State.DONE, day__gte=today() - dt.timedelta(days=14))
        .order_by("-ended_at")
        .values_list("started_at", "ended_at")[:LATELY]
    )
    takes = [(end - start).total_seconds() / 60 for start, end in served if start and end]
    called = list(
        Ticket.objects.filter(service=service, day=today(), called_at__isnull=False)
        .order_by("-called_at")
        .values_list("taken_at", "turn_at", "called_at")[:5]
    )
    waited = [max(0.0, (at - max(taken, turn)).total_seconds() / 60) for taken, turn, at in called if at]
    minutes = None
    if not waiting and windows:
        minutes = 0
    elif windows and len(takes) >= LEAST_TO_SAY:
        minutes = round(waiting * median(takes) / windows)
    return ServiceBusy(service, waiting, windows, minutes, round(median(waited)) if waited else None)


def called_lately(hall: Hall, limit: int = 8) -> list[Ticket]:
    """Return the numbers that were called today and are at their window, the newest first; for the big screen."""
    found = Ticket.objects.filter(hall=hall, day=today(), state__in=["called", "serving"])
    return list(found.select_related("window").order_by("-called_at")[:limit])


def my_ticket(actor: Actor, hall: Hall | None = None) -> tuple[Ticket, int] | None:
    """Return the number that a person waits with today, and how many are before it; None where there is none."""
    if not actor.is_person:
        return None
    found = Ticket.objects.visible_to(actor).filter(day=today(), ended_at__isnull=True)
    found = found.filter(hall=hall) if hall else found
    ticket = found.select_related("hall", "service", "window").order_by("-taken_at").first()
    return (ticket, people_before(ticket)) if ticket else None


def line_up(services: list[UUID]) -> list[UUID]:
    """Return who waits today for these services, in the order in which they are called.

    Whoever booked comes first once their slot has begun; the others in the order in which they came.
    """
    moment = now()
    rows = Ticket.objects.filter(service_id__in=services, day=today(), state=Ticket.State.WAITING)
    waiting = rows.values_list("pk", "appointment_id", "turn_at", "number")
    placed = sorted((not (booked and turn <= moment), turn, number, pk) for pk, booked, turn, number in waiting)
    return [pk for *_place, pk in placed]


def people_before(ticket: Ticket) -> int:
    """Return how many are called before a number."""
    line = line_up([ticket.service_id])
    return line.index(ticket.pk) if ticket.pk in line else 0
