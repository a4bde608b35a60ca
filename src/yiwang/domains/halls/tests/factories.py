"""Halls for tests, made through the real actions; open on the working day on which a test stands."""

import datetime as dt
from itertools import count
from typing import Any

from yiwang.domains.halls.actions import (
    HallPlan,
    ServicePlan,
    book_appointment,
    load_halls,
    open_slots,
    open_window,
    receive_person,
    take_ticket,
)
from yiwang.domains.halls.models import Hall, Service, Slot, Window
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.domains.identity.queries import id_number_of
from yiwang.domains.identity.tests.factories import actor_of, make_office
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import ZONE, moved_to, today
from yiwang.foundation.clock.queries import calendar

_serial = count(1)
WEDNESDAY = dt.date(2026, 3, 18)
HOURS = {"workday": [(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 17 * 60)], "weekend": [(9 * 60, 12 * 60)]}


def at(hour: int, minute: int = 0, day: dt.date = WEDNESDAY) -> dt.datetime:
    """Return a moment of the day on which these tests stand."""
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def make_hall(*, office: Office | None = None, places: int = 2, windows: int = 2, **more: Any) -> Hall:
    """Return a hall with two services (A takes appointments, B does not) and some windows that do both."""
    office = office or make_office()
    hall = Hall(
        code=f"hall-{next(_serial)}",
        name="演示西湖区政务服务中心",
        name_en="Demonstration Xihu Service Centre",
        office=office,
        place="演示路 1 号",
        **more,
    )
    services = [
        ServicePlan("A", "综合受理", "All services", (office.code,), places=places, days_ahead=3),
        ServicePlan("B", "结果领取", "Collect results", (office.code,)),
    ]
    plan = HallPlan(hall, HOURS, services, {n + 1: (office.code, "AB") for n in range(windows)})
    load_halls(plans=[plan], by=SYSTEM)
    open_slots(by=SYSTEM)
    return Hall.objects.get(pk=hall.code)


def service(hall: Hall, letter: str = "A") -> Service:
    """Return a service of a hall."""
    return Service.objects.get(hall=hall, letter=letter)


def slot(hall: Hall, moment: dt.datetime) -> Slot:
    """Return the slot of the first service that begins at a moment."""
    return Slot.objects.get(service=service(hall), starts_at=moment)


def window(hall: Hall, number: int = 1) -> Window:
    """Return a window of a hall."""
    return Window.objects.get(hall=hall, number=number)


def make_visit(person: Person, clerk: Staff) -> dict[str, str]:
    """Have a person with an appointment tomorrow stand at a clerk's window; return what addresses name of it."""
    hall, by = make_hall(office=clerk.office), actor_of(clerk)
    tomorrow = calendar().add_workdays(today(), 1)
    booked = book_appointment(slot_id=slot(hall, at(10, 0, tomorrow)).pk, by=actor_of(person))
    open_window(window_id=window(hall).pk, by=by)
    with moved_to(at(11, 0, today())):  # noon is when the hall closes
        ticket = take_ticket(service_id=service(hall).pk, by=by)
    received = receive_person(
        name=person.name,
        id_kind=person.id_kind,
        id_number=id_number_of(person),
        answer=RegisterAnswer("match"),
        evidence="face",
        by=by,
    )
    return {
        "hall": hall.pk,
        "letter": "A",
        "window_id": str(window(hall).pk),
        "move": "next",
        "appointment_id": str(booked.pk),
        "ticket_id": str(ticket.pk),
        "reception_id": str(received.pk),
    }
