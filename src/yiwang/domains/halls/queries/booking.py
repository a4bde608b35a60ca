"""What may be booked, and what is."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.domains.halls.models import Appointment, Hall, Service, Slot
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now

MOST_OPEN = 3
"""How many appointments a person may have ahead of them, in all halls together."""
MOST_MISSED = 3
MISSED_WITHIN = dt.timedelta(days=90)
BARRED_FOR = dt.timedelta(days=30)
"""Whoever did not come so often within so long books no place for others to miss; the windows stay open to them."""
SHORTEST_NOTICE = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class FreeSlot:
    """A slot as one may choose it."""

    id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    left: int


def slots_of(service: Service, *, day: dt.date | None = None) -> list[FreeSlot]:
    """Return the slots of a service that lie ahead, full ones too, of one day where one is given."""
    begin = now() + SHORTEST_NOTICE
    found = Slot.objects.filter(service=service, starts_at__gt=begin, places__gt=0).order_by("starts_at")
    if day:
        midnight = dt.datetime.combine(day, dt.time(), ZONE)
        found = found.filter(starts_at__gte=midnight, starts_at__lt=midnight + dt.timedelta(days=1))
    return [FreeSlot(s.pk, s.starts_at, s.ends_at, s.places - s.taken) for s in found[:1_000]]


def why_not_book(person_id: UUID) -> str:
    """Say why a person can book nothing more now; empty where they can."""
    mine = Appointment.objects.filter(person_id=person_id)
    if mine.filter(state=Appointment.State.BOOKED).count() >= MOST_OPEN:
        return _("你已经有 {n} 个预约。先办完或者取消一个，再约。").format(n=MOST_OPEN)
    missed = mine.filter(state=Appointment.State.MISSED, slot__starts_at__gt=now() - MISSED_WITHIN)
    latest = list(missed.order_by("-slot__starts_at").values_list("slot__starts_at", flat=True)[:MOST_MISSED])
    if len(latest) >= MOST_MISSED and now() < latest[0] + BARRED_FOR:
        until = (latest[0] + BARRED_FOR).astimezone(ZONE).date()
        words = _("最近约了 {n} 次都没有来，{date} 以前不能预约。可以直接到大厅取号。")
        return words.format(n=MOST_MISSED, date=until.isoformat())
    return ""


def my_appointments(actor: Actor) -> list[Appointment]:
    """Return a person's appointments, those ahead first, then the latest past ones."""
    if not actor.is_person:
        return []
    found = Appointment.objects.visible_to(actor).select_related("hall", "slot__service")
    ahead = found.filter(state=Appointment.State.BOOKED).order_by("slot__starts_at")
    past = found.exclude(state=Appointment.State.BOOKED).order_by("-slot__starts_at")
    return [*ahead[:20], *past[:20]]


def appointment_of(actor: Actor, appointment_id: UUID) -> Appointment:
    """Return an appointment that the actor may see.

    Raises:
        NotVisible: where there is none, or it is somebody else's.
    """
    found = Appointment.objects.visible_to(actor).select_related("hall", "slot__service", "person")
    one = found.filter(pk=appointment_id).first()
    if one is None:
        raise NotVisible
    return one


def appointments_of_day(actor: Actor, hall: Hall, day: dt.date, words: str = "") -> list[Appointment]:
    """Return who is expected in a hall on a day, by time; of one code or part of a name where words are given."""
    found = Appointment.objects.visible_to(actor).filter(hall=hall, day=day)
    if words:
        found = found.filter(Q(code=words.upper()) | Q(person__name=words))
    return list(found.select_related("slot__service", "person").order_by("slot__starts_at", "booked_at")[:300])
