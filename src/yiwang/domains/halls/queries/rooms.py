"""Which slots a hall should have, and what a change would do to those who have booked: the same for preview and change."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from yiwang.domains.halls.models import Appointment, Hall, Service, Slot, Ticket
from yiwang.domains.halls.queries.booking import SHORTEST_NOTICE
from yiwang.domains.halls.queries.opening import Hours, Stretch, stretches
from yiwang.foundation.clock import ZONE, now, today

Room = dict[dt.datetime, int]
"""When each slot begins → how many it takes."""


def starts_in(service: Service, open_at: list[Stretch]) -> list[dt.datetime]:
    """Return when the slots of a service begin while a hall is open."""
    step, found = dt.timedelta(minutes=service.slot_minutes), []
    for opens, closes in open_at:
        at = opens
        while at + step <= closes:
            found.append(at)
            at += step
    return found


def wanted_room(service: Service, hours: Hours) -> Room:
    """Return the slots that a service should have on the days ahead.

    Whoever booked before the slots were cut anew keeps their time, and takes the place of somebody in the new ones.
    """
    if not service.places:
        return {}
    days = [today() + dt.timedelta(days=ahead) for ahead in range(service.days_ahead + 1)]
    open_at = [stretch for day in days for stretch in stretches(service.hall, day, hours)]
    return _room(service, open_at, [(slot, slot.taken) for slot in slots_ahead(service).filter(taken__gt=0)])


def _room(service: Service, open_at: list[Stretch], booked: list[tuple[Slot, int]]) -> Room:
    """Return the slots while a hall is open, less what is booked in slots that are none of them but lie across them."""
    step, room = dt.timedelta(minutes=service.slot_minutes), dict.fromkeys(starts_in(service, open_at), service.places)
    for slot, taken in booked:
        if slot.starts_at in room:
            continue
        for at in room:
            if at < slot.ends_at and slot.starts_at < at + step:
                room[at] = max(0, room[at] - taken)
    return room


def slots_ahead(service: Service) -> QuerySet[Slot]:
    """Return the slots of a service from today on."""
    return Slot.objects.filter(service=service, starts_at__gte=dt.datetime.combine(today(), dt.time(), ZONE))


@dataclass(frozen=True)
class Effect:
    """What a change does to those who have booked."""

    moved: list[tuple[Appointment, dt.datetime]] = field(default_factory=list)
    cancelled: list[Appointment] = field(default_factory=list)
    kept: int = 0
    """How many stay as they are."""

    @property
    def mark(self) -> str:
        """What a preview shows, in short: a change that would do anything else is not the one that was looked at."""
        rows = [f"{one.pk}>{at.isoformat()}" for one, at in self.moved] + [f"{one.pk}>" for one in self.cancelled]
        return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()[:16]


def effect_of_hours(hall: Hall, hours: Hours, closed: Mapping[dt.date, bool] | None = None) -> Effect:
    """Return what other opening hours, or days that are `closed` now (or not any more), do to those who have booked.

    Whoever would stand before a closed door gets the nearest free slot of the same queue on the same day. Where there is
    none, or the whole day is off, the appointment is cancelled: another day only its owner can choose.
    """
    booked = Appointment.objects.filter(hall=hall, state=Appointment.State.BOOKED, slot__starts_at__gt=now())
    leaving: list[Appointment] = []
    open_on: dict[dt.date, list[Stretch]] = {}
    kept = 0
    for one in booked.select_related("slot__service__hall", "person").order_by("slot__starts_at", "booked_at"):
        if one.day not in open_on:
            open_on[one.day] = _open_on(hall, one.day, hours, closed or {})
        if any(opens <= one.slot.starts_at and one.slot.ends_at <= closes for opens, closes in open_on[one.day]):
            kept += 1
        else:
            leaving.append(one)
    left = Counter(one.slot_id for one in leaving)
    effect, rooms = Effect(kept=kept), dict[tuple[UUID, dt.date], Room]()
    for one in leaving:
        service = one.slot.service
        room = rooms.get((service.pk, one.day))
        if room is None:
            room = rooms[service.pk, one.day] = _free(service, one.day, open_on[one.day], left)
        at = min(
            (at for at, left in room.items() if left > 0), key=lambda at: abs(at - one.slot.starts_at), default=None
        )
        if at is None:
            effect.cancelled.append(one)
        else:
            room[at] -= 1
            effect.moved.append((one, at))
    return effect


def _open_on(hall: Hall, day: dt.date, hours: Hours, closed: Mapping[dt.date, bool]) -> list[Stretch]:
    return [] if closed.get(day) else stretches(hall, day, hours)


def _free(service: Service, day: dt.date, open_at: list[Stretch], left: Mapping[UUID, int]) -> Room:
    """Return the places of a day that are free once those who `left` a slot are out of it; none that begins too soon."""
    if day > today() + dt.timedelta(days=service.days_ahead):
        return {}
    midnight = dt.datetime.combine(day, dt.time(), ZONE)
    slots = Slot.objects.filter(service=service, starts_at__range=(midnight, midnight + dt.timedelta(days=1)))
    booked = [(slot, slot.taken - left.get(slot.pk, 0)) for slot in slots.filter(taken__gt=0)]
    room = _room(service, open_at, booked)
    for slot, taken in booked:
        if slot.starts_at in room:
            room[slot.starts_at] -= taken
    return {at: places for at, places in room.items() if at > now() + SHORTEST_NOTICE}


@dataclass(frozen=True)
class ServiceEffect:
    """What a change of a queue does to those who have booked: they all keep their times and places."""

    booked: int
    """How many are booked ahead."""
    beyond: int
    """In how many slots ahead more have booked than a slot is to take."""

    @property
    def mark(self) -> str:
        """What a preview shows, in short."""
        return f"{self.booked}-{self.beyond}"


def effect_of_service(service: Service | None, places: int) -> ServiceEffect:
    """Return what other slots or places of a queue do to those who have booked; nothing where the queue is new."""
    if service is None:
        return ServiceEffect(0, 0)
    ahead = Appointment.objects.filter(slot__service=service, state=Appointment.State.BOOKED, slot__starts_at__gt=now())
    fuller = slots_ahead(service).filter(starts_at__gt=now(), taken__gt=places)
    return ServiceEffect(ahead.count(), fuller.count())


def waited_for(hall: Hall) -> set[UUID]:
    """Return the services for which somebody waits in a hall today."""
    waiting = Ticket.objects.filter(hall=hall, day=today(), state=Ticket.State.WAITING)
    return set(waiting.values_list("service_id", flat=True))
