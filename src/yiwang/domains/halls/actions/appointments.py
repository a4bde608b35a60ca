"""Book, move, cancel; remind; note who did not come."""

import datetime as dt
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from yiwang.domains.halls.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
)
from yiwang.domains.halls.models import Appointment, Slot
from yiwang.domains.halls.policies import is_own_appointment, may_book
from yiwang.domains.halls.queries.booking import SHORTEST_NOTICE, why_not_book
from yiwang.domains.identity.models import Person
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.journal.recording import record
from yiwang.foundation.numbers.guessing import unguessable

MOST_MOVES = 3
PATIENCE = dt.timedelta(minutes=15)
"""How long after the end of a slot somebody may still come."""
CODE_PLACES = 6


@action
def book_appointment(*, slot_id: UUID, by: Actor) -> Appointment:
    """Take a place in a slot for oneself. The database gives it: the last place goes to one of fifty who ask at once.

    Raises:
        Refused: where the slot is full (`full`) or over, where one has an appointment there on that day (`same_day`),
            has too many (`too_many`), or was barred for not coming (`barred`).
    """
    require(may_book(by))
    Person.objects.select_for_update().get(pk=by.known_id)  # two bookings of one person stand in line: limits hold
    if words := why_not_book(by.known_id):
        raise Refused(words, code="too_many")
    slot = _take_place(slot_id)
    day = slot.starts_at.astimezone(ZONE).date()
    _require_free_day(slot, day, by)
    appointment = Appointment.objects.create(
        hall_id=slot.service.hall_id,
        slot=slot,
        person_id=by.known_id,
        day=day,
        code=unguessable(CODE_PLACES),
        channel=by.channel,
        booked_at=now(),
    )
    record(
        AppointmentBooked(
            appointment_id=appointment.pk, person_id=appointment.person_id, hall_code=appointment.hall_id
        ),
        by=by,
    )
    return appointment


def _take_place(slot_id: UUID) -> Slot:
    """Count one place as taken, in the statement that looks whether there is one."""
    open_from = now() + SHORTEST_NOTICE
    free = Slot.objects.filter(pk=slot_id, taken__lt=F("places"), starts_at__gt=open_from)
    if not free.update(taken=F("taken") + 1):
        slot = Slot.objects.filter(pk=slot_id).first()
        if slot is None:
            raise NotVisible
        if slot.starts_at <= open_from:
            raise Refused(_("这个时段已经开始或者马上开始，不能再约。请选后面的时段。"), code="too_late")
        raise Refused(_("这个时段刚刚约满了。请选别的时段。"), code="full")
    return Slot.objects.select_related("service").get(pk=slot_id)


def _give_place_back(slot_id: UUID) -> None:
    Slot.objects.filter(pk=slot_id, taken__gt=0).update(taken=F("taken") - 1)


def _require_free_day(slot: Slot, day: dt.date, by: Actor, besides: UUID | None = None) -> None:
    mine = Appointment.objects.filter(
        person_id=by.known_id, hall_id=slot.service.hall_id, day=day, ended_at__isnull=True
    )
    if (mine.exclude(pk=besides) if besides else mine).exists():
        raise Refused(_("你这一天在这个大厅已经有预约。可以改那一个的时间。"), code="same_day")


def _own(appointment_id: UUID, by: Actor) -> Appointment:
    """Lock one's own appointment that still lies ahead."""
    found = (
        Appointment.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("slot")
        .filter(pk=appointment_id)
        .first()
        if by.is_person
        else None
    )
    if found is None:
        raise NotVisible
    require(is_own_appointment(by, found))
    if found.state != Appointment.State.BOOKED or found.slot.starts_at <= now():
        raise Refused(_("这个预约已经开始、取消或者过去了，不能再改。"), code="not_open")
    return found


@action
def move_appointment(*, appointment_id: UUID, slot_id: UUID, by: Actor) -> Appointment:
    """Go to another slot of the same hall; the old place is free for others at once."""
    require(may_book(by))
    Person.objects.select_for_update().get(pk=by.known_id)
    appointment = _own(appointment_id, by)
    if appointment.moves >= MOST_MOVES:
        raise Refused(_("一个预约最多改 {n} 次时间。可以取消了重新约。").format(n=MOST_MOVES), code="too_many_moves")
    if appointment.slot_id == slot_id:
        return appointment
    slot = _take_place(slot_id)
    if slot.service.hall_id != appointment.hall_id:
        raise Refused(_("改时间只能在同一个大厅里改。"), code="other_hall")
    day = slot.starts_at.astimezone(ZONE).date()
    _require_free_day(slot, day, by, besides=appointment.pk)
    _give_place_back(appointment.slot_id)
    appointment.slot, appointment.day, appointment.reminded_at = slot, day, None
    appointment.moves += 1
    appointment.save(update_fields=["slot", "day", "reminded_at", "moves"])
    record(AppointmentMoved(appointment_id=appointment.pk, person_id=appointment.person_id), by=by)
    return appointment


@action
def cancel_appointment(*, appointment_id: UUID, by: Actor) -> Appointment:
    """Give an appointment up before it begins; its place is free for others at once."""
    appointment = _own(appointment_id, by)
    appointment.state, appointment.ended_at = Appointment.State.CANCELLED, now()
    appointment.save(update_fields=["state", "ended_at"])
    _give_place_back(appointment.slot_id)
    record(AppointmentCancelled(appointment_id=appointment.pk, person_id=appointment.person_id, by_hall=False), by=by)
    return appointment


@action
def note_missed_appointments(*, by: Actor) -> int:
    """Note as missed the appointments whose slot is over and for whom nobody came; return how many."""
    require(by.kind == "system")
    longest = dt.timedelta(hours=4)
    late = Appointment.objects.select_for_update(of=("self",)).select_related("slot")
    count = 0
    for one in late.filter(state=Appointment.State.BOOKED, day__lte=today(), slot__starts_at__lt=now())[:500]:
        if one.slot.ends_at + PATIENCE > now() and one.slot.starts_at + longest > now():
            continue
        one.state, one.ended_at = Appointment.State.MISSED, now()
        one.save(update_fields=["state", "ended_at"])
        record(AppointmentMissed(appointment_id=one.pk, person_id=one.person_id), by=by)
        count += 1
    return count


@action(silent="a reminder is a message, with a row of its own")
def remind_of_appointments(*, by: Actor) -> int:
    """Tell those who are expected tomorrow where, when and with what; once. Returns how many were told."""
    require(by.kind == "system")
    tomorrow = today() + dt.timedelta(days=1)
    found = Appointment.objects.select_for_update(of=("self",)).select_related("hall", "slot")
    count = 0
    for one in found.filter(state=Appointment.State.BOOKED, day=tomorrow, reminded_at__isnull=True)[:500]:
        at = f"{one.slot.starts_at.astimezone(ZONE):%H:%M}"
        notify_person(
            person_id=one.person_id,
            kind="appointment_reminder",
            title=(
                f"明天 {at}，你约了到{one.hall.name}办事",
                f"Tomorrow at {at}: your appointment at {one.hall.name_en or one.hall.name}",
            ),
            body=(
                f"地址：{one.hall.place}。带上身份证件原件。到了在大厅签到，到点优先叫号。来不了请取消，把位子让给别人。",
                (
                    f"Where: {one.hall.place_en or one.hall.place}. Bring your original identity document and check in. "
                    "If you cannot come, please cancel, so that somebody else gets the place."
                ),
            ),
            link=f"/me/appointments/{one.pk}",
            text_message=True,
            by=by,
        )
        one.reminded_at = now()
        one.save(update_fields=["reminded_at"])
        count += 1
    return count
