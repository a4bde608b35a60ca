"""Enter halls, make the slots of the days ahead, keep a hall closed on a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from yiwang.domains.halls.events import AppointmentCancelled, AppointmentMoved, HallClosedForDay, HallsLoaded
from yiwang.domains.halls.models import Appointment, Closure, Hall, OpeningHours, Service, Slot, Window
from yiwang.domains.halls.policies import may_close_day, may_set_up
from yiwang.domains.halls.queries.opening import Hours, day_hours, stretches
from yiwang.domains.halls.queries.rooms import Effect, ServiceEffect, effect_of_hours, slots_ahead, wanted_room
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.journal.recording import record

FARTHEST_DAYS = 366


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
    """Enter halls, or change them to what a plan says; return how many were added and changed. Nothing is removed.

    What was booked at hours that a known hall has no longer is moved or cancelled, and its owner told.
    """
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
        if is_known:
            lock_room(plan.hall)
            carry_out(plan.hall, effect_of_hours(plan.hall, day_hours(plan.hall)), by)
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
        make_room(hall)
    return Slot.objects.count() - before


def make_room(hall: Hall) -> None:
    """Let the slots of a hall be as its hours and services say; write only what differs."""
    hours = day_hours(hall)
    for service in Service.objects.filter(hall=hall).select_related("hall"):
        _open_days(service, hours)


def _open_days(service: Service, hours: Hours) -> None:
    """Compare what should be open on all days ahead with what is. Whoever has booked keeps their place."""
    room, there = wanted_room(service, hours), {slot.starts_at: slot for slot in slots_ahead(service)}
    if needless := [slot.pk for at, slot in there.items() if at not in room]:
        slots = Slot.objects.filter(pk__in=needless)
        slots.filter(taken=0, appointments__isnull=True).delete()
        slots.exclude(places=F("taken")).update(places=F("taken"))
    other: dict[int, list[UUID]] = defaultdict(list)
    for at, places in room.items():
        if at > now() and at in there and there[at].places != max(places, there[at].taken):
            other[places].append(there[at].pk)
    cut = [slot.pk for at, slot in there.items() if at in room and slot.minutes != service.slot_minutes and at > now()]
    if cut:
        Slot.objects.filter(pk__in=cut).update(minutes=service.slot_minutes)
    for places, keys in other.items():
        Slot.objects.filter(pk__in=keys).update(places=Greatest(Value(places), F("taken")))
    new = [
        Slot(service=service, starts_at=at, minutes=service.slot_minutes, places=places)
        for at, places in sorted(room.items())
        if at > now() and at not in there and places
    ]
    if new:
        Slot.objects.bulk_create(new, ignore_conflicts=True)


def lock_room(hall: Hall) -> None:
    """Let nobody book in a hall until the change is through."""
    Hall.objects.select_for_update().get(pk=hall.pk)
    today_on = dt.datetime.combine(today(), dt.time(), ZONE)
    ahead = Slot.objects.select_for_update().filter(service__hall=hall, starts_at__gte=today_on)
    len(ahead.order_by("pk").values_list("pk", flat=True))


def carry_out(hall: Hall, effect: Effect, by: Actor) -> tuple[int, int]:
    """Make room by the hours as they are now, move and cancel what was booked; return how many were moved and cancelled."""
    for one in [*(moved for moved, _at in effect.moved), *effect.cancelled]:
        Slot.objects.filter(pk=one.slot_id, taken__gt=0).update(taken=F("taken") - 1)
    make_room(hall)
    cancelled, moved = list(effect.cancelled), 0
    for one, at in effect.moved:
        slot = Slot.objects.filter(service_id=one.slot.service_id, starts_at=at).first()
        free = Slot.objects.filter(pk=slot.pk, taken__lt=F("places")) if slot else Slot.objects.none()
        if slot is None or not free.update(taken=F("taken") + 1):
            cancelled.append(one)
            continue
        one.slot, one.reminded_at, moved = slot, None, moved + 1
        one.save(update_fields=["slot", "reminded_at"])
        record(AppointmentMoved(appointment_id=one.pk, person_id=one.person_id, by_hall=True), by=by)
    for one in cancelled:
        one.state, one.ended_at = Appointment.State.CANCELLED, now()
        one.save(update_fields=["state", "ended_at"])
        record(AppointmentCancelled(appointment_id=one.pk, person_id=one.person_id, by_hall=True), by=by)
    return moved, len(cancelled)


def require_seen(seen: str | None, effect: Effect | ServiceEffect) -> None:
    """Refuse what does something else to those who have booked than the preview said; None where there was no preview."""
    if seen is not None and seen != effect.mark:
        raise Refused(_("刚刚有人约了、改了或者取消了。请再看一遍对预约的影响，再保存。"), code="changed_meanwhile")


@action
def close_hall_day(*, hall_code: str, day: dt.date, reason: str, seen: str | None = None, by: Actor) -> int:
    """Keep a hall closed on a day that lies ahead; its appointments are cancelled and everybody is told why.

    Returns how many appointments were cancelled. `seen` is the mark of the effect that was shown before.

    Raises:
        InvalidInput: without a reason, or for a day that has passed or lies more than a year ahead.
        Refused: where somebody has booked or cancelled since (`changed_meanwhile`).
    """
    hall = Hall.objects.filter(pk=hall_code).first()
    if hall is None:
        raise NotVisible
    require(may_close_day(by, hall))
    words = " ".join(reason.replace("\0", "").split())[:120]
    if not words or day < today() or (day - today()).days > FARTHEST_DAYS:
        raise InvalidInput(_("写明哪一天、为什么不开门，大家会看到。"), code="no_reason")
    lock_room(hall)
    require_seen(seen, effect_of_hours(hall, day_hours(hall), {day: True}))
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
    for code in sorted(set(ahead.values_list("hall_id", flat=True))):
        hall = Hall.objects.get(pk=code)
        lock_room(hall)
        for day in sorted(set(ahead.filter(hall=hall).values_list("day", flat=True))):
            if not stretches(hall, day):
                cancelled += _call_off(hall, day, by)
        cancelled += carry_out(hall, effect_of_hours(hall, day_hours(hall)), by)[1]
    return cancelled
