"""Enter halls, make the slots of the days ahead, keep a hall closed on a day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from yiwang.domains.halls.events import AppointmentCancelled, HallClosedForDay, HallsLoaded
from yiwang.domains.halls.models import Appointment, Closure, Hall, OpeningHours, Service, Slot, Window
from yiwang.domains.halls.policies import may_close_day, may_set_up
from yiwang.domains.halls.queries.opening import day_hours, stretches
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actions import InvalidInput, NotVisible, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.journal.recording import record


@dataclass(frozen=True)
class ServicePlan:
    """One service of a hall as it is to be."""

    letter: str
    name: str
    name_en: str
    offices: tuple[str, ...]
    slot_minutes: int = 30
    places: int = 0
    days_ahead: int = 14


@dataclass(frozen=True)
class HallPlan:
    """A hall as it is to be. `hours`: kind of day → stretches in minutes; `windows`: number → (office, letters)."""

    hall: Hall
    hours: dict[str, list[tuple[int, int]]]
    services: list[ServicePlan] = field(default_factory=list)
    windows: dict[int, tuple[str, str]] = field(default_factory=dict)


@action
def load_halls(*, plans: Iterable[HallPlan], by: Actor) -> tuple[int, int]:
    """Enter halls, or change them to what a plan says; return how many were added and changed. Nothing is removed."""
    require(may_set_up(by))
    added = changed = 0
    for plan in plans:
        is_known = Hall.objects.filter(pk=plan.hall.pk).exists()
        plan.hall.save(force_insert=not is_known, force_update=is_known)
        added, changed = added + (not is_known), changed + is_known
        OpeningHours.objects.filter(hall=plan.hall).delete()
        rows = [(days, a, b) for days, stretch in plan.hours.items() for a, b in stretch]
        OpeningHours.objects.bulk_create(
            [OpeningHours(hall=plan.hall, days=days, opens_minute=a, closes_minute=b) for days, a, b in rows]
        )
        services = {one.letter: _enter_service(plan.hall, one) for one in plan.services}
        for number, (office, letters) in plan.windows.items():
            window, _new = Window.objects.update_or_create(
                hall=plan.hall, number=number, defaults={"office_id": office}
            )
            window.services.set([services[letter] for letter in letters])
    record(HallsLoaded(added=added, changed=changed), by=by)
    return added, changed


def _enter_service(hall: Hall, plan: ServicePlan) -> Service:
    values = {
        "name": plan.name,
        "name_en": plan.name_en,
        "slot_minutes": plan.slot_minutes,
        "places": plan.places,
        "days_ahead": plan.days_ahead,
    }
    service, _new = Service.objects.update_or_create(hall=hall, letter=plan.letter, defaults=values)
    service.offices.set(Office.objects.filter(pk__in=plan.offices))
    return service


@action(silent="room for appointments is made; the appointments are recorded")
def open_slots(*, by: Actor) -> int:
    """Make the slots of every day that may be booked now, and take those away that nobody booked on days off.

    Returns how many slots are new.
    """
    require(by.kind == "system")
    before = Slot.objects.count()
    for hall in Hall.objects.all():
        hours = day_hours(hall)
        for service in Service.objects.filter(hall=hall, places__gt=0):
            _open_days(service, hours)
    return Slot.objects.count() - before


def _open_days(service: Service, hours: dict[str, list[tuple[int, int]]]) -> None:
    """Compare what should be open on all days ahead with what is, in one read; write only what differs."""
    step = dt.timedelta(minutes=service.slot_minutes)
    wanted: set[dt.datetime] = set()
    for ahead in range(service.days_ahead + 1):
        for opens, closes in stretches(service.hall, today() + dt.timedelta(days=ahead), hours):
            at = opens
            while at + step <= closes:
                wanted.add(at)
                at += step
    first = dt.datetime.combine(today(), dt.time(), ZONE)
    last = first + dt.timedelta(days=service.days_ahead + 1)
    there = Slot.objects.filter(service=service, starts_at__gte=first, starts_at__lt=last)
    known = dict(there.values_list("starts_at", "pk"))
    if needless := [pk for at, pk in known.items() if at not in wanted]:
        Slot.objects.filter(pk__in=needless, taken=0, appointments__isnull=True).delete()
    new = [
        Slot(service=service, starts_at=at, minutes=service.slot_minutes, places=service.places)
        for at in sorted(wanted.difference(known))
        if at > now()
    ]
    if new:
        Slot.objects.bulk_create(new, ignore_conflicts=True)


@action
def close_hall_day(*, hall_code: str, day: dt.date, reason: str, by: Actor) -> int:
    """Keep a hall closed on a day that lies ahead; its appointments are cancelled and everybody is told why.

    Returns how many appointments were cancelled.

    Raises:
        InvalidInput: without a reason, or for a day that has passed.
    """
    hall = Hall.objects.filter(pk=hall_code).first()
    if hall is None:
        raise NotVisible
    require(may_close_day(by, hall))
    words = " ".join(reason.split())[:120]
    if not words or day < today():
        raise InvalidInput(_("写明哪一天、为什么不开门，大家会看到。"), code="no_reason")
    Closure.objects.get_or_create(hall=hall, date=day, defaults={"reason": words})
    return _call_off(hall, day, by)


def _call_off(hall: Hall, day: dt.date, by: Actor) -> int:
    """Cancel the appointments of a day, and leave no room for others; return how many there were."""
    midnight = dt.datetime.combine(day, dt.time(), ZONE)
    booked = list(Appointment.objects.select_for_update().filter(hall=hall, day=day, state=Appointment.State.BOOKED))
    for one in booked:
        one.state, one.ended_at = Appointment.State.CANCELLED, now()
        one.save(update_fields=["state", "ended_at"])
        record(AppointmentCancelled(appointment_id=one.pk, person_id=one.person_id, by_hall=True), by=by)
    slots = Slot.objects.filter(
        service__hall=hall, starts_at__gte=midnight, starts_at__lt=midnight + dt.timedelta(days=1)
    )
    slots.filter(appointments__isnull=True).delete()
    slots.update(places=0, taken=0)
    record(HallClosedForDay(hall_code=hall.pk, day=day, cancelled=len(booked)), by=by)
    return len(booked)


@action
def follow_days_off(*, by: Actor) -> int:
    """After the calendar changed: make room on new working days, call off what was booked on days that are now off.

    Returns how many appointments were cancelled.
    """
    require(by.kind == "system")
    open_slots(by=by)
    ahead = Appointment.objects.filter(state=Appointment.State.BOOKED, day__gte=today())
    cancelled = 0
    for code, day in set(ahead.values_list("hall_id", "day")):
        hall = Hall.objects.get(pk=code)
        if not stretches(hall, day):
            cancelled += _call_off(hall, day, by)
    return cancelled
