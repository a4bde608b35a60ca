"""An administrator keeps the halls of their division; nobody who has booked is lost over a change."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client

from yiwang.domains.halls.actions import (
    book_appointment,
    cancel_appointment,
    load_halls,
    open_slots,
    open_window,
    set_opening_hours,
    set_service,
    take_ticket,
)
from yiwang.domains.halls.actions.setting_up import HallPlan
from yiwang.domains.halls.models import Appointment, Closure, Hall, OpeningHours, Slot, Window
from yiwang.domains.halls.queries import is_open_at, slots_of
from yiwang.domains.halls.queries.rooms import effect_of_hours
from yiwang.domains.halls.queries.typed import ServiceTyped
from yiwang.domains.halls.tests.factories import HOURS, WEDNESDAY, at, make_hall, service, slot, window
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff, sign_in
from yiwang.domains.notices.models import Message
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.models import Region
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db

THURSDAY = WEDNESDAY + dt.timedelta(days=1)


@pytest.fixture
def morning() -> Any:
    with moved_to(at(8)):
        yield


@pytest.fixture
def offices() -> tuple[Office, Office, Office]:
    """An office of Hangzhou, one of Xihu in it, and one of Quzhou."""
    province = Region.objects.create(code="330000", name="浙江省", level=1)
    hangzhou = Region.objects.create(code="330100", name="杭州市", level=2, parent=province)
    xihu = Region.objects.create(code="330106", name="西湖区", level=3, parent=hangzhou)
    quzhou = Region.objects.create(code="330800", name="衢州市", level=2, parent=province)
    return tuple(make_office(name=f"演示{one.name}政务办", region=one) for one in (hangzhou, xihu, quzhou))  # type: ignore[return-value]


def administrator(office: Office) -> Client:
    staff: Staff = make_staff(office=office, roles=("administrator",))
    client: Client = sign_in(Client(), staff)
    return client


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def post(client: Client, address: str, status: int = 302, **data: Any) -> str:
    answer = client.post(address, data)
    assert answer.status_code == status, seen(answer)[-2500:]
    return seen(answer)


def save(client: Client, address: str, shown: str, **data: Any) -> None:
    """Press the button of a page that says what a change does."""
    mark = re.search(r'name="seen" value="([^"]*)"', shown)
    assert mark and 'name="step" value="save"' in shown
    post(client, address, **data, step="save", seen=mark[1])


SHORTER: dict[str, Any] = {
    "workday-0-from": "09:00", "workday-0-until": "11:00", "workday-1-from": "", "workday-1-until": "",
}  # fmt: skip


def test_only_an_administrator_of_the_halls_division_keeps_it(morning: Any, offices: tuple[Office, ...]) -> None:
    city, district, elsewhere = offices
    hall = make_hall(office=district)
    for office, status in ((city, 200), (district, 200), (elsewhere, 404)):
        client = administrator(office)
        assert client.get(f"/console/halls/{hall.pk}").status_code == status
        assert (f"/console/halls/{hall.pk}" in seen(client.get("/console/halls"))) == (status == 200)
        if status == 404:
            for part in ("hours", "closing", "details", "reopening", "services/A", "windows/1"):
                post(client, f"/console/halls/{hall.pk}/{part}", 404)
            assert "选一个本辖区的部门" in post(client, "/console/halls/new", 422, code="x-1", office=district.pk)
    head = sign_in(Client(), make_staff(office=district, roles=("head", "window")))
    assert head.get(f"/console/halls/{hall.pk}").status_code == 403
    assert "/console/halls" in seen(administrator(city).get("/console/"))


def test_a_hall_is_opened_and_works(morning: Any, offices: tuple[Office, ...]) -> None:
    _city, district, _elsewhere = offices
    client = administrator(district)
    bad = post(client, "/console/halls/new", 422, code="Bad Code", office="", name="x" * 121)
    assert "用小写字母" in bad and "选一个本辖区的部门" in bad
    door: dict[str, Any] = {"code": "demo-new", "office": district.pk, "name": "演示新大厅", "place": "演示路 9 号"}
    assert "要填" in post(client, "/console/halls/new", 422, **(door | {"place": " "}))
    post(client, "/console/halls/new", **door)
    assert "已经有一个大厅" in post(client, "/console/halls/new", 409, **door)
    base = "/console/halls/demo-new"
    bad_hours: list[dict[str, Any]] = [
        {"workday-0-from": "9:00"},
        {"workday-0-from": "25:00", "workday-0-until": "26:00"},
        {**SHORTER, "workday-1-from": "10:00", "workday-1-until": "13:00"},
    ]
    for hours in bad_hours:
        assert "先开门后关门" in post(client, f"{base}/hours", 422, **hours)
    assert "至少写一段" in post(client, f"{base}/hours", 422)
    save(client, f"{base}/hours", post(client, f"{base}/hours", 200, **SHORTER), **SHORTER)
    queue: dict[str, Any] = {
        "letter": "a",
        "name": "综合",
        "slot_minutes": "30",
        "places": "2",
        "days_ahead": "3",
        "offices": district.pk,
    }
    wrong = post(client, f"{base}/services/new", 422, **(queue | {"letter": "?", "places": "x", "slot_minutes": "4"}))
    assert "一个大写字母" in wrong and "填 0 到 200 的整数" in wrong and "填 5 到 240 的整数" in wrong
    save(client, f"{base}/services/new", post(client, f"{base}/services/new", 200, **queue), **queue)
    assert "没有队列 Z" in post(client, f"{base}/windows/new", 422, number="1", office=district.pk, letters="Z")
    far = make_office(region_id=None)  # it lies in no division of the hall's line, and the page does not offer it
    beyond = queue | {"letter": "B", "offices": far.pk, "step": "save"}
    mark = re.search(
        r'name="seen" value="([^"]*)"', post(client, f"{base}/services/new", 200, **(beyond | {"step": ""}))
    )
    assert mark and "选至少一个部门" in post(client, f"{base}/services/new", 422, **beyond, seen=mark[1])
    assert "选这个窗口的部门" in post(client, f"{base}/windows/new", 422, number="2", office=far.pk, letters="A")
    post(client, f"{base}/windows/new", number="1", office=district.pk, letters="A")
    hall = Hall.objects.get(pk="demo-new")
    assert is_open_at(hall, at(10)) and not is_open_at(hall, at(11)) and len(slots_of(service(hall))) == 12
    clerk = actor_of(make_staff(office=district, roles=("window",)))
    open_window(window_id=window(hall).pk, by=clerk)
    assert "有同事在" in post(client, f"{base}/windows/1", 409, office=district.pk)
    Window.objects.update(clerk=None, opened_at=None)
    with moved_to(at(9)):
        take_ticket(service_id=service(hall).pk, by=clerk)
        assert "还有人在等 A" in post(client, f"{base}/windows/1", 409, office=district.pk)
        assert window(hall).services.count() == 1
    post(client, f"{base}/details", name="演示新大厅二", place="演示路 9 号")
    assert "演示新大厅二" in seen(client.get("/halls/demo-new"))
    before = Entry.objects.count()
    for text in ("\0", "'; --", "９", "-1", "9" * 400, "\u202e", "99999-99-99", "25:61", "<b>"):
        fields = ("code", "office", "name", "workday-0-from", "day", "letter", "places", "number", "letters", "offices")
        for part in (
            "",
            "/hours",
            "/closing",
            "/reopening",
            "/services/new",
            "/services/A",
            "/windows/new",
            "/windows/1",
        ):
            answer = client.post((base + part) if part else "/console/halls/new", dict.fromkeys(fields, text))
            assert answer.status_code in {400, 409, 422}, (part, text, answer.status_code)
    assert Entry.objects.count() == before, "bad input changes nothing"
    kinds = set(Entry.objects.filter(kind__startswith="Hall").values_list("kind", flat=True))
    assert kinds == {"HallOpened", "HallHoursChanged", "HallServiceSet", "HallWindowSet", "HallDetailsChanged"}


def test_shorter_hours_move_or_cancel_what_was_booked_and_say_so_first(
    morning: Any, offices: tuple[Office, ...]
) -> None:
    hall = make_hall(office=offices[1], places=1)
    early, *rest = [make_person() for _ in range(6)]
    times = [at(9, 0, THURSDAY), at(11, 0, THURSDAY), at(14, 0, THURSDAY), at(15, 0, THURSDAY), at(16, 0, THURSDAY)]
    kept = book_appointment(slot_id=slot(hall, times[0]).pk, by=actor_of(early))
    others = [
        book_appointment(slot_id=slot(hall, when).pk, by=actor_of(who))
        for when, who in zip(times[1:], rest, strict=False)
    ]
    client, address = administrator(offices[1]), f"/console/halls/{hall.pk}/hours"
    before = Entry.objects.count()
    shown = post(client, address, 200, **SHORTER)
    assert "3 个预约换到同一天最近的空位" in shown and "1 个预约取消" in shown and "1 个预约照旧" in shown
    assert Entry.objects.count() == before and OpeningHours.objects.count() == 3, "a preview changes nothing"
    late = book_appointment(slot_id=slot(hall, at(10, 0, THURSDAY)).pk, by=actor_of(rest[4]))
    mark = re.search(r'name="seen" value="([^"]*)"', shown)
    assert mark
    again = post(client, address, 409, **SHORTER, step="save", seen=mark[1])
    assert "刚刚有人约了" in again and OpeningHours.objects.count() == 3
    save(client, address, post(client, address, 200, **SHORTER), **SHORTER)
    for one in (kept, late, *others):
        one.refresh_from_db()
    assert [one.state for one in (kept, late)] == ["booked", "booked"]
    moved = [one for one in others if one.state == "booked"]
    assert {one.slot.starts_at for one in moved} == {at(10, 30, THURSDAY), at(9, 30, THURSDAY)} and len(moved) == 2
    assert all(one.moves == 0 and one.slot.taken == 1 for one in moved)
    work_until_idle()
    told = dict(Message.objects.filter(kind__endswith="_by_hall").values_list("person_id", "kind"))
    assert told == {one.person_id: f"appointment_{'moved' if one in moved else 'cancelled'}_by_hall" for one in others}
    assert (
        not Slot.objects.filter(starts_at__gte=at(11, 0, THURSDAY), taken=0, places__gt=0)
        .filter(service__hall=hall, starts_at__lt=at(23, 0, THURSDAY))
        .exists()
    ), "nothing can be booked at hours that are no more"


def test_a_day_is_closed_after_a_preview_and_opened_again(morning: Any, offices: tuple[Office, ...]) -> None:
    hall, lin = make_hall(office=offices[1]), make_person()
    book_appointment(slot_id=slot(hall, at(10, 0, THURSDAY)).pk, by=actor_of(lin))
    client, base = administrator(offices[0]), f"/console/halls/{hall.pk}"
    assert "填日期" in post(client, f"{base}/closing", 422, day="soon", reason="停电")
    assert "写明哪一天" in post(client, f"{base}/closing", 422, day=THURSDAY.isoformat(), reason=" ")
    data: dict[str, Any] = {"day": THURSDAY.isoformat(), "reason": "停电检修"}
    shown = post(client, f"{base}/closing", 200, **data)
    assert "1 个预约取消" in shown and not Closure.objects.exists()
    save(client, f"{base}/closing", shown, **data)
    work_until_idle()
    told = Message.objects.get(person=lin, kind="appointment_cancelled_by_hall")
    assert "停电检修" in told.body_zh and "停电检修" in seen(client.get(base))
    assert not is_open_at(hall, at(10, 0, THURSDAY)) and not slots_of(service(hall), day=THURSDAY)
    post(client, f"{base}/reopening", day=THURSDAY.isoformat())
    assert "没有登记不开门" in post(client, f"{base}/reopening", 409, day=THURSDAY.isoformat())
    assert {free.left for free in slots_of(service(hall), day=THURSDAY)} == {2}, "there is room again, all of it"


def test_fewer_places_and_other_slots_keep_everybody_who_has_booked(morning: Any, offices: tuple[Office, ...]) -> None:
    hall = make_hall(office=offices[1], places=3)
    for _ in range(2):
        book_appointment(slot_id=slot(hall, at(10, 0, THURSDAY)).pk, by=actor_of(make_person()))
    book_appointment(slot_id=slot(hall, at(10, 30, THURSDAY)).pk, by=actor_of(make_person()))
    client, address = administrator(offices[1]), f"/console/halls/{hall.pk}/services/A"
    data: dict[str, Any] = {
        "name": "综合受理",
        "slot_minutes": "30",
        "places": "1",
        "days_ahead": "3",
        "offices": offices[1].pk,
    }
    shown = post(client, address, 200, **data)
    mark = re.search(r'name="seen" value="([^"]*)"', shown)
    other = book_appointment(slot_id=slot(hall, at(10, 0, THURSDAY)).pk, by=actor_of(make_person()))
    assert mark and "刚刚有人约了" in post(client, address, 409, **data, step="save", seen=mark[1])
    assert service(hall).places == 3
    cancel_appointment(appointment_id=other.pk, by=actor_of(other.person))
    shown = post(client, address, 200, **data)
    assert "3 个预约都照旧" in shown and "有 1 个时段约的人比以后的位子多" in shown
    save(client, address, shown, **data)
    left = {free.starts_at: free.left for free in slots_of(service(hall), day=THURSDAY)}
    assert (left[at(10, 0, THURSDAY)], left[at(11, 0, THURSDAY)]) == (0, 1)
    data |= {"slot_minutes": "60", "places": "3"}
    save(client, address, post(client, address, 200, **data), **data)
    assert Appointment.objects.filter(state="booked", slot__taken__gt=0).count() == 3
    cut = {free.starts_at: free.left for free in slots_of(service(hall), day=THURSDAY)}
    assert (cut[at(9, 30, THURSDAY)], cut[at(10, 30, THURSDAY)]) == (1, 2), (
        "who has booked at ten sits there till half past"
    )
    data |= {"places": "0"}
    shown = post(client, address, 200, **data)
    assert "不再接受预约" in shown
    save(client, address, shown, **data)
    assert not any(free.left for free in slots_of(service(hall))) and open_slots(by=SYSTEM) == 0
    assert Appointment.objects.filter(state="booked").count() == 3


@pytest.mark.parametrize(
    ("hours", "moved", "days_ahead"),
    [
        # Whoever sits across two new slots from the old cut leaves no place in them.
        ([(9 * 60 + 30, 12 * 60)], {at(15, 0, THURSDAY): None}, 3),
        # Whoever leaves such a slot leaves room in the new ones.
        (
            [(9 * 60 + 20, 10 * 60 + 20)],
            {at(10, 0, THURSDAY): at(9, 20, THURSDAY), at(11, 0, THURSDAY): None, at(15, 0, THURSDAY): None},
            3,
        ),
        # Beyond the days that can be booked now, there is no room to move to.
        ([(8 * 60 + 30, 12 * 60)], {at(15, 0, THURSDAY): None}, 0),
    ],
)
def test_after_another_cut_of_slots_too_a_change_does_what_its_preview_says(
    morning: Any, offices: tuple[Office, ...], hours: Any, moved: dict[Any, Any], days_ahead: int
) -> None:
    hall = make_hall(office=offices[1], places=1)
    by = actor_of(make_staff(office=offices[1], roles=("administrator",)))
    for when in (at(10, 0, THURSDAY), at(11, 0, THURSDAY), at(15, 0, THURSDAY)):
        book_appointment(slot_id=slot(hall, when).pk, by=actor_of(make_person()))
    cut = ServiceTyped("A", "综合受理", "", (offices[1].pk,), 60, 1, days_ahead)
    set_service(hall_code=hall.pk, typed=cut, by=by)
    wanted = HOURS | {"workday": hours}
    effect = effect_of_hours(hall, wanted)
    says = {one.slot.starts_at: at for one, at in effect.moved} | {one.slot.starts_at: None for one in effect.cancelled}
    assert says == moved
    done = set_opening_hours(hall_code=hall.pk, hours=wanted, seen=effect.mark, by=by)
    assert done == (len(effect.moved), len(effect.cancelled))


def test_a_file_that_is_loaded_again_loses_nobody_either(morning: Any, offices: tuple[Office, ...]) -> None:
    """The hours of a known hall came from a file and left people before a closed door."""
    hall = make_hall(office=offices[1])
    one = book_appointment(slot_id=slot(hall, at(16, 0, THURSDAY)).pk, by=actor_of(make_person()))
    load_halls(plans=[HallPlan(hall, HOURS | {"workday": [(8 * 60 + 30, 12 * 60)]})], by=SYSTEM)
    one.refresh_from_db()
    assert (one.state, one.slot.starts_at) == ("booked", at(11, 30, THURSDAY))
