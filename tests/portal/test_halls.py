"""Halls as people see them: how busy, a place booked and moved and given up, a number from one's phone, the big screen."""

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.test import Client

from yiwang.channels.portal import halls
from yiwang.domains.halls.models import Appointment, Slot, Ticket
from yiwang.domains.halls.tests.factories import at, make_hall, service, slot
from yiwang.domains.identity.tests.factories import make_person, make_staff, sign_in
from yiwang.foundation.clock import moved_to

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return unescape(answer.content.decode())


def post(client: Client, address: str, status: int = 302, **data: Any) -> str:
    answer = client.post(address, data)
    assert answer.status_code == status, answer.content.decode()[-1500:]
    return answer.get("Location", "") or answer.content.decode()


def test_a_place_is_booked_moved_given_up_and_used():
    with moved_to(at(8)):
        hall = make_hall(places=1)
        lin, shen = sign_in(Client(), make_person()), sign_in(Client(), make_person())
        book = f"/halls/{hall.pk}/appointments/A"
        assert Client().get(book).status_code == 302
        assert "/me/real-name" in sign_in(Client(), make_person(level=1)).get(book)["Location"]
        assert "10:00–10:30" in page(lin, book)
        page(lin, f"/halls/{hall.pk}/appointments/B", 404)
        assert "选一个时段" in post(lin, book, 422)
        mine = post(lin, book, slot=str(slot(hall, at(10)).pk))
        assert "约满了" in post(shen, book, 409, slot=str(slot(hall, at(10)).pk))
        assert hall.name in page(lin, "/me/appointments")
        page(shen, mine, 404)
        assert post(shen, f"{mine}/cancellation", 404)
        post(lin, f"{mine}/move", slot=str(slot(hall, at(11)).pk))
        post(shen, book, slot=str(slot(hall, at(10)).pk))
        assert Slot.objects.filter(taken=1).count() == 2
        assert "还没到签到的时间" in post(lin, f"{mine}/arrival", 409)
    with moved_to(at(10, 45)):
        post(lin, f"{mine}/arrival")
        assert "你的号是 A001" in page(lin, mine)
        assert "A001" in page(lin, f"/halls/{hall.pk}")
        assert "不能再改" in post(lin, f"{mine}/cancellation", 409)
    assert Appointment.objects.filter(state="arrived").count() == 1


def test_a_number_from_ones_own_phone_and_what_everybody_sees():
    with moved_to(at(9)):
        hall = make_hall()
        lin = sign_in(Client(), make_person())
        seen = page(Client(), f"/halls/{hall.pk}")
        assert "现在没有窗口开着" in seen and "8:30–12:00，13:30–17:00" in seen
        assert hall.name in page(Client(), "/halls/")
        post(lin, f"/halls/{hall.pk}/ticket", service=str(service(hall).pk))
        assert "你已经有号了" in post(lin, f"/halls/{hall.pk}/ticket", 409, service=str(service(hall).pk))
        ticket = Ticket.objects.get()
        assert ticket.code in page(lin, f"/halls/{hall.pk}")
        post(lin, f"/me/tickets/{ticket.pk}/leave")
        screen = Client().get(f"/halls/{hall.pk}/screen")
        assert screen.headers["Refresh"] == "10" and hall.name in screen.content.decode()
        assert sign_in(Client(), make_staff()).get("/me/appointments").status_code == 403
        page(Client(), "/halls/nowhere", 404)
    halls._kept_busy.forget()
    with moved_to(at(20)):
        assert "19 " in (shut := page(Client(), f"/halls/{hall.pk}")) or "8:30" in shut
        assert "现在没有开门" in shut and "大约等" not in shut, "by night nobody is told how long they would wait"
        assert post(lin, f"/halls/{hall.pk}/ticket", 409, service=str(service(hall).pk))


def test_guides_and_offices_lead_to_their_halls():
    with moved_to(at(9) + dt.timedelta(minutes=1)):
        hall = make_hall()
        assert f"/halls/{hall.pk}" in page(Client(), f"/offices/{hall.office_id}")
        assert "/halls/" in page(Client(), "/offices")
