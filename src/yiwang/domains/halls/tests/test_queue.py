"""The queue: numbers in order, those with an appointment first once it is time, each window its own, nobody twice."""

import datetime as dt

import pytest

from yiwang.domains.halls.actions import (
    book_appointment,
    call_again,
    call_next,
    check_in,
    close_window,
    end_past_days,
    finish_ticket,
    leave_queue,
    miss_ticket,
    open_window,
    take_ticket,
)
from yiwang.domains.halls.models import Ticket
from yiwang.domains.halls.queries import board, busy, called_lately, my_ticket, window_of
from yiwang.domains.halls.tests.factories import WEDNESDAY, at, make_hall, service, slot, window
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db(transaction=True)


def clerk(hall, number=1):
    """Return an official who sits at a window."""
    by = actor_of(make_staff(office=hall.office))
    open_window(window_id=window(hall, number).pk, by=by)
    return by


def test_numbers_are_called_in_order_and_an_appointment_first_when_it_is_time():
    with moved_to(at(8)):
        hall = make_hall(windows=1)
        desk, lin, shen = actor_of(make_staff(office=hall.office)), actor_of(make_person()), actor_of(make_person())
        booked = book_appointment(slot_id=slot(hall, at(9)).pk, by=shen)
        take_ticket(service_id=service(hall).pk, by=desk)
        with refused("not_yet"):
            check_in(appointment_id=booked.pk, by=shen)
    with moved_to(at(8, 40)):
        mine = take_ticket(service_id=service(hall).pk, by=lin)
        with refused("waiting"):
            take_ticket(service_id=service(hall, "B").pk, by=lin)
        theirs = check_in(appointment_id=booked.pk, by=desk)
        assert [t.code for t in board(desk, hall).waiting] == ["A001", "A002", "A003"]
        assert my_ticket(shen)[1] == 2, "not their time yet: two are before them"
        open_window(window_id=window(hall).pk, by=desk)
        assert call_next(window_id=window(hall).pk, by=desk).code == "A001"
        with refused("serving"):
            call_next(window_id=window(hall).pk, by=desk)
        assert call_again(window_id=window(hall).pk, by=desk).calls == 2
        miss_ticket(window_id=window(hall).pk, by=desk)
    with moved_to(at(9, 1)):
        assert (my_ticket(shen)[1], my_ticket(lin)[1]) == (0, 1)
        assert call_next(window_id=window(hall).pk, by=desk) == theirs
        finish_ticket(window_id=window(hall).pk, by=desk)
        with hidden():
            leave_queue(ticket_id=mine.pk, by=shen)
        leave_queue(ticket_id=mine.pk, by=lin)
        with refused("nobody"):
            call_next(window_id=window(hall).pk, by=desk)
        states = dict(Ticket.objects.values_list("code", "state"))
        assert states == {"A001": "missed", "A002": "left", "A003": "done"}


def test_a_closed_hall_gives_no_numbers_and_strangers_open_no_window():
    with moved_to(at(20)):
        hall = make_hall()
        with refused("closed"):
            take_ticket(service_id=service(hall).pk, by=actor_of(make_person()))
    with moved_to(at(9)):
        elsewhere = actor_of(make_staff(office=make_office(name="演示余杭区民政局")))
        for forbidden_act in (
            lambda: open_window(window_id=window(hall).pk, by=elsewhere),
            lambda: take_ticket(service_id=service(hall).pk, by=elsewhere),
            lambda: open_window(
                window_id=window(hall).pk, by=actor_of(make_staff(office=hall.office, roles=("head",)))
            ),
        ):
            with forbidden():
                forbidden_act()
        with hidden():
            board(elsewhere, hall)
        first = clerk(hall)
        with refused("taken"):
            open_window(window_id=window(hall).pk, by=actor_of(make_staff(office=hall.office)))
        open_window(window_id=window(hall, 2).pk, by=first)
        assert window_of(first).number == 2, "one official, one window"
        close_window(window_id=window(hall, 2).pk, by=first)
        assert window_of(first) is None


def test_how_busy_a_hall_is_comes_from_its_queue():
    with moved_to(at(7)):
        hall = make_hall(windows=2)
        assert (busy(hall).level, busy(hall).opens_next) == ("closed", at(8, 30))
        floor, first = actor_of(make_staff(office=hall.office)), clerk(hall)
    for n in range(3):
        with moved_to(at(9, 12 * n)):
            take_ticket(service_id=service(hall).pk, by=floor)
            call_next(window_id=window(hall).pk, by=first)
        with moved_to(at(9, 12 * n + 10)):
            finish_ticket(window_id=window(hall).pk, by=first)
    with moved_to(at(10)):
        assert busy(hall).level == "idle"
        for _ in range(4):
            take_ticket(service_id=service(hall).pk, by=floor)
        second = clerk(hall, 2)
        now = busy(hall)
        row = now.services[0]
        assert (now.waiting, now.windows_open, now.level) == (4, 2, "normal")
        assert (row.waiting, row.windows, row.minutes, row.waited) == (4, 2, 20, 0)
        assert now.services[1].minutes == 0, "nobody waits there, and somebody sits at the window"
        call_next(window_id=window(hall, 2).pk, by=second)
        assert [(t.code, t.window.number) for t in called_lately(hall)] == [("A004", 2)]
    with moved_to(at(3, 0, WEDNESDAY + dt.timedelta(days=1))):
        assert end_past_days(by=SYSTEM) == 4
        assert busy(hall).windows_open == 0


@pytest.mark.slow
def test_windows_that_call_at_once_never_call_the_same_number(at_once):
    with moved_to(at(9)):
        hall = make_hall(windows=8)
        floor = actor_of(make_staff(office=hall.office))
        clerks = [clerk(hall, n + 1) for n in range(8)]
        people = [actor_of(make_person()) for _ in range(12)]
        numbers = at_once(lambda n: take_ticket(service_id=service(hall).pk, by=people[n]).number, 12)
        assert sorted(numbers) == list(range(1, 13)), numbers
        called = at_once(lambda n: call_next(window_id=window(hall, n + 1).pk, by=clerks[n]), 8)
        assert len({t.pk for t in called if isinstance(t, Ticket)}) == 8, called
        lin = people[0]
        again = at_once(lambda _n: take_ticket(service_id=service(hall, "B").pk, by=lin), 6)
        assert {one.code for one in again if isinstance(one, Refused)} <= {"waiting"}
        assert Ticket.objects.filter(person_id=lin.id, ended_at__isnull=True).count() == 1
        assert busy(hall).waiting == 4 and floor
