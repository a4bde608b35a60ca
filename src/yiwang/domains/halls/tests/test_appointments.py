"""Appointments: real places, one a person and day, moved, given up, missed; a day on which the hall stays closed."""

import datetime as dt

import pytest

from yiwang.domains.halls.actions import (
    book_appointment,
    cancel_appointment,
    close_hall_day,
    move_appointment,
    note_missed_appointments,
    open_slots,
    remind_of_appointments,
)
from yiwang.domains.halls.models import Appointment, Slot
from yiwang.domains.halls.queries import is_open_at, my_appointments, next_opening, slots_of, stretches
from yiwang.domains.halls.tests.factories import WEDNESDAY, at, make_hall, service, slot
from yiwang.domains.identity.tests.factories import actor_of, make_person, make_staff
from yiwang.domains.notices.models import Message
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db(transaction=True)

HOLIDAY, MAKE_UP = WEDNESDAY + dt.timedelta(days=1), WEDNESDAY + dt.timedelta(days=3)


def test_a_hall_follows_the_calendar_of_the_state():
    """Thursday is a holiday, Saturday a make-up working day, Sunday has weekend hours."""
    set_calendar(days={HOLIDAY: (False, "节"), MAKE_UP: (True, "")}, official_years={2026: "2026"}, by=SYSTEM)
    with moved_to(at(8)):
        hall = make_hall()
        sunday = WEDNESDAY + dt.timedelta(days=4)
        assert [len(stretches(hall, d)) for d in (WEDNESDAY, HOLIDAY, MAKE_UP, sunday)] == [2, 0, 2, 1]
        assert (is_open_at(hall, at(8)), is_open_at(hall, at(9)), is_open_at(hall, at(12, 30))) == (False, True, False)
        assert next_opening(hall, at(17)) == at(8, 30, WEDNESDAY + dt.timedelta(days=2))
        days = {s.starts_at.astimezone(at(8).tzinfo).date() for s in Slot.objects.all()}
        assert days == {WEDNESDAY, WEDNESDAY + dt.timedelta(days=2), MAKE_UP}
        assert open_slots(by=SYSTEM) == 0, "once is enough"
        lin = actor_of(make_person())
        friday = WEDNESDAY + dt.timedelta(days=2)
        one = book_appointment(slot_id=slot(hall, at(10, 0, friday)).pk, by=lin)
        set_calendar(days={friday: (False, "节")}, official_years={2026: "2026"}, by=SYSTEM)
        work_until_idle()
        one.refresh_from_db()
        assert one.state == "cancelled", "the notice came after the booking: nobody comes for nothing"


def test_a_life_of_an_appointment():
    with moved_to(at(8)):
        hall, lin, shen, wang = make_hall(places=2), *(actor_of(make_person()) for _ in range(3))
        ten, eleven = slot(hall, at(10)), slot(hall, at(11))
        mine = book_appointment(slot_id=ten.pk, by=lin)
        book_appointment(slot_id=ten.pk, by=shen)
        with refused("full"):
            book_appointment(slot_id=ten.pk, by=wang)
        with refused("same_day"):
            book_appointment(slot_id=eleven.pk, by=lin)
        with hidden():
            cancel_appointment(appointment_id=mine.pk, by=shen)
        move_appointment(appointment_id=mine.pk, slot_id=eleven.pk, by=lin)
        book_appointment(slot_id=ten.pk, by=wang)  # the place that was given back
        cancel_appointment(appointment_id=mine.pk, by=lin)
        assert {s.starts_at: s.left for s in slots_of(service(hall), day=WEDNESDAY)}[at(11)] == 2
        with refused("not_open"):
            move_appointment(appointment_id=mine.pk, slot_id=ten.pk, by=lin)
        assert [a.state for a in my_appointments(lin)] == ["cancelled"]
        work_until_idle()
        told = {one.kind: one for one in Message.objects.filter(person_id=lin.id)}
        assert told.keys() == {"appointment_booked", "appointment_moved"}
        words = told["appointment_booked"]
        assert f"{WEDNESDAY.month} 月 {WEDNESDAY.day} 日（周三）11:00" in words.title_zh
        assert f"Wednesday {WEDNESDAY.day} {WEDNESDAY:%B}, 11:00" in words.title_en
    with moved_to(at(9, 45)), refused("too_late"):
        book_appointment(slot_id=ten.pk, by=lin)


def test_whoever_has_no_checked_name_books_nothing():
    with moved_to(at(8)):
        hall = make_hall()
        with forbidden():
            book_appointment(slot_id=slot(hall, at(10)).pk, by=actor_of(make_person(level=1)))
        with forbidden():
            book_appointment(slot_id=slot(hall, at(10)).pk, by=actor_of(make_staff()))


def test_three_ahead_are_enough_and_three_missed_bar_for_a_month():
    with moved_to(at(8)):
        lin = actor_of(make_person())
        halls = [make_hall() for _ in range(4)]
        for hall in halls[:3]:
            book_appointment(slot_id=slot(hall, at(10)).pk, by=lin)
        with refused("too_many"):
            book_appointment(slot_id=slot(halls[3], at(10)).pk, by=lin)
    with moved_to(at(10, 44)):
        assert note_missed_appointments(by=SYSTEM) == 0, "a quarter of an hour of patience"
    with moved_to(at(10, 46)):
        assert note_missed_appointments(by=SYSTEM) == 3
        with refused("too_many"):
            book_appointment(slot_id=slot(halls[3], at(14)).pk, by=lin)
    with moved_to(at(8, 0, WEDNESDAY + dt.timedelta(days=33))):
        open_slots(by=SYSTEM)
        later = at(10, 0, WEDNESDAY + dt.timedelta(days=33))
        assert book_appointment(slot_id=slot(halls[3], later).pk, by=lin).state == "booked"


def test_people_are_reminded_once_the_day_before():
    with moved_to(at(8)):
        hall, lin = make_hall(), actor_of(make_person())
        tomorrow = at(10, 0, WEDNESDAY + dt.timedelta(days=1))
        one = book_appointment(slot_id=slot(hall, tomorrow).pk, by=lin)
        assert [remind_of_appointments(by=SYSTEM) for _ in range(2)] == [1, 0]
        told = Message.objects.get(kind="appointment_reminder")
        assert (told.person_id, told.link) == (lin.id, f"/me/appointments/{one.pk}")
        assert "10:00" in told.title_zh


def test_a_day_on_which_the_hall_stays_closed_tells_everybody():
    with moved_to(at(8)):
        hall, lin = make_hall(), actor_of(make_person())
        one = book_appointment(slot_id=slot(hall, at(10)).pk, by=lin)
        head = actor_of(make_staff(office=hall.office, roles=("head",)))
        with forbidden():
            close_hall_day(
                hall_code=hall.pk, day=WEDNESDAY, reason="停电", by=actor_of(make_staff(office=hall.office, roles=()))
            )
        assert close_hall_day(hall_code=hall.pk, day=WEDNESDAY, reason="停电", by=head) == 1
        work_until_idle()
        one.refresh_from_db()
        assert (one.state, is_open_at(hall, at(10)), slots_of(service(hall), day=WEDNESDAY)) == (
            "cancelled", False, [],
        )  # fmt: skip
        assert Message.objects.filter(person_id=lin.id, kind="appointment_cancelled_by_hall").count() == 1


@pytest.mark.slow
def test_of_fifty_who_book_at_once_as_many_get_a_place_as_there_are(at_once):
    """No double booking: fifty people, seven places; and fifty tries of one person are one appointment."""
    with moved_to(at(8)):
        hall = make_hall(places=7)
        people = [actor_of(make_person()) for _ in range(50)]
        ten, two = slot(hall, at(10)), slot(hall, at(14))

        def book(number):
            return book_appointment(slot_id=ten.pk, by=people[number])

        got = at_once(book, 50)
        assert sum(isinstance(one, Appointment) for one in got) == 7
        assert {one.code for one in got if isinstance(one, Refused)} == {"full"}, got
        ten.refresh_from_db()
        assert (ten.taken, Appointment.objects.filter(slot=ten).count()) == (7, 7)

        late = next(p for p, one in zip(people, got, strict=True) if isinstance(one, Refused))
        again = at_once(lambda _n: book_appointment(slot_id=two.pk, by=late), 50)
        assert sum(isinstance(one, Appointment) for one in again) == 1
        two.refresh_from_db()
        assert (two.taken, Appointment.objects.filter(slot=two).count()) == (1, 1)
