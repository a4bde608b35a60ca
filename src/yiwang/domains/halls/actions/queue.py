"""Stand in the queue, and leave it."""

import datetime as dt
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from yiwang.domains.halls.events import TicketEnded, TicketTaken, WindowClosed
from yiwang.domains.halls.models import Appointment, Reception, Service, Ticket, Window
from yiwang.domains.halls.policies import is_own_appointment, is_own_ticket, may_book, may_work_in
from yiwang.domains.halls.queries.busy import ticket_code
from yiwang.domains.halls.queries.opening import stretches
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.journal.recording import record

EARLY = dt.timedelta(minutes=30)
"""How long before opening a number may be taken, and before one's slot one may check in."""
MOST_NUMBERS = 999


@action
def take_ticket(*, service_id: UUID, by: Actor) -> Ticket:
    """Take the next number of a service today: a person for themselves, an official of the hall as a slip of paper.

    Raises:
        Refused: where the hall is closed (`closed`), or the person waits in it already (`waiting`).
    """
    service = Service.objects.select_for_update().select_related("hall").filter(pk=service_id).first()
    if service is None:
        raise NotVisible
    require(may_book(by) if by.is_person else may_work_in(by, service.hall))
    if not any(opens - EARLY <= now() < closes for opens, closes in stretches(service.hall, today())):
        raise Refused(_("大厅现在不开门，不能取号。"), code="closed")
    return _give_number(service, by.known_id if by.is_person else None, None, by)


def _give_number(service: Service, person_id: UUID | None, appointment: Appointment | None, by: Actor) -> Ticket:
    """Give the next number; the service is locked, so that numbers follow one another."""
    of_today = Ticket.objects.filter(service=service, day=today())
    if person_id:
        waits = Ticket.objects.filter(
            person_id=person_id, hall_id=service.hall_id, day=today(), ended_at__isnull=True
        ).first()
        if waits:
            raise Refused(_("你已经有号了：{code}。").format(code=waits.code), code="waiting")
    number = (of_today.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST_NUMBERS:
        raise Refused(_("今天的号取完了，请明天再来，或者预约。"), code="no_numbers")
    moment = now()
    turn = max(appointment.slot.starts_at, moment) if appointment and moment <= appointment.slot.ends_at else moment
    if appointment and appointment.slot.starts_at <= moment <= appointment.slot.ends_at:
        turn = appointment.slot.starts_at
    ticket = Ticket.objects.create(
        hall_id=service.hall_id,
        service=service,
        day=today(),
        number=number,
        code=ticket_code(service.letter, number),
        person_id=person_id,
        appointment=appointment,
        turn_at=turn,
        taken_at=moment,
    )
    record(TicketTaken(ticket_id=ticket.pk, hall_code=ticket.hall_id), by=by)
    return ticket


@action
def check_in(*, appointment_id: UUID, by: Actor) -> Ticket:
    """Note that somebody has come to their appointment, and give them a number; it is called first once the slot begins.

    Done by the person in the hall, or by an official there who has compared the document.

    Raises:
        Refused: too early or on another day (`not_yet`), or where the appointment is over (`not_open`).
    """
    seen = Appointment.objects.visible_to(by).filter(pk=appointment_id).values_list("slot__service_id", flat=True)
    service = Service.objects.select_for_update().select_related("hall").filter(pk__in=list(seen)).first()
    found = Appointment.objects.select_for_update(of=("self",)).select_related("slot")
    appointment = found.filter(pk=appointment_id).first() if service else None
    if service is None or appointment is None:
        raise NotVisible
    require(is_own_appointment(by, appointment) or may_work_in(by, service.hall))
    if appointment.state != Appointment.State.BOOKED:
        raise Refused(_("这个预约已经签到、取消或者过去了。"), code="not_open")
    if appointment.day != today() or now() < appointment.slot.starts_at - EARLY:
        raise Refused(_("还没到签到的时间：当天、时段开始前 30 分钟起。"), code="not_yet")
    ticket = _give_number(service, appointment.person_id, appointment, by)
    appointment.state, appointment.arrived_at = Appointment.State.ARRIVED, now()
    appointment.save(update_fields=["state", "arrived_at"])
    return ticket


@action
def leave_queue(*, ticket_id: UUID, by: Actor) -> Ticket:
    """Give one's number back."""
    mine = Ticket.objects.visible_to(by).select_for_update().filter(pk=ticket_id)
    ticket = mine.first() if by.is_person else None
    if ticket is None:
        raise NotVisible
    require(is_own_ticket(by, ticket))
    if ticket.state != Ticket.State.WAITING:
        raise Refused(_("这个号已经叫到或者过去了。"), code="not_open")
    end_ticket(ticket, Ticket.State.LEFT, by)
    return ticket


def end_ticket(ticket: Ticket, state: str, by: Actor) -> None:
    """Put an end to a number."""
    ticket.state, ticket.ended_at = state, now()
    ticket.save(update_fields=["state", "ended_at"])
    record(TicketEnded(ticket_id=ticket.pk, state=state), by=by)


@action
def end_past_days(*, by: Actor) -> int:
    """End what was left open on the days before: numbers, windows and receptions. Returns how many numbers."""
    require(by.kind == "system")
    left = list(Ticket.objects.select_for_update().filter(day__lt=today(), ended_at__isnull=True)[:1_000])
    for ticket in left:
        is_served = ticket.state == Ticket.State.SERVING
        end_ticket(ticket, Ticket.State.DONE if is_served else Ticket.State.LEFT, by)
    long_ago = now() - dt.timedelta(hours=14)
    for window in Window.objects.select_for_update().filter(opened_at__lt=long_ago):
        window.clerk, window.opened_at = None, None
        window.save(update_fields=["clerk", "opened_at"])
        record(WindowClosed(window_id=window.pk), by=by)
    Reception.objects.filter(ended_at__isnull=True, started_at__lt=long_ago).update(ended_at=now())
    return len(left)
