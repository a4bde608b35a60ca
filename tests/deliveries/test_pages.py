"""What a person and a clerk see of deliveries: address book, choice, track, pick-up, papers in."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.domains.cases.actions import save_answers, start_draft, withdraw_case
from yiwang.domains.cases.tests.factories import finish, make_case, shop_answers
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.deliveries.actions import hear_courier, take_courier_event
from yiwang.domains.deliveries.models import Address, Delivery, OddNews
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.domains.deliveries.queries import code_of
from yiwang.domains.deliveries.tests.factories import HALL, REGION, make_address, make_delivery, make_places
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff, sign_in
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import ZONE, moved_to, now
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db
ADDRESS = {"name": "林晓岚", "phone": "199 0000 0123", "place-region": REGION, "place-detail": "演示花园 3 幢 502 室"}


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    cache.clear()
    make_places()


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def happen(delivery: Delivery, *kinds: str, signer: str = "") -> None:
    delivery.refresh_from_db()
    for kind in kinds:
        number = delivery.track.count() + 1
        event = CourierEvent(
            f"e{number}",
            str(delivery.pk),
            delivery.waybill or "YS0000000000001",
            number,
            kind,
            now(),
            "演示网点",
            signer,
        )
        take_courier_event(event=event, by=SYSTEM)
        delivery.refresh_from_db()


def test_the_address_book_is_kept_without_javascript(client: Client) -> None:
    person = make_person(name="林晓岚", phone="19900000123", address="浙江省杭州市西湖区演示路 1 号")
    sign_in(client, person)
    assert "还没有地址" in seen(client.get("/me/addresses"))
    first = seen(client.get("/me/addresses/new"))
    assert 'value="演示路1号"' in first
    assert f'value="{REGION}" selected' in first
    wrong = client.post("/me/addresses/new", ADDRESS | {"phone": "123", "place-detail": ""})
    assert wrong.status_code == 422
    assert "填 11 位手机号" in seen(wrong)
    assert "有 2 处要改" in seen(wrong)
    looked = seen(client.post("/me/addresses/new", ADDRESS | {"place-find": "西湖", "place-look": "1"}))
    assert "找到 1 个" in looked
    assert not Address.objects.exists()
    saved = client.post("/me/addresses/new", ADDRESS | {"next": "/me/cases"})
    assert saved.headers["Location"] == "/me/cases"
    away = client.post("/me/addresses/new", ADDRESS | {"next": "https://evil.example/"})
    assert away.headers["Location"] == "/me/addresses"
    book = seen(client.get("/me/addresses"))
    assert "199****0123" in book
    assert "19900000123" not in book
    assert book.count("常用") == 1
    one = re.search(r"/me/addresses/([0-9a-f-]{36})/remove", book)
    assert one
    assert client.post(f"/me/addresses/{one[1]}/remove").status_code == 302
    assert Address.objects.count() == 1


def test_a_result_is_sent_by_courier_and_followed_like_a_parcel(client: Client) -> None:
    person = make_person(name="林晓岚")
    case = make_case(person=person)
    sign_in(client, person)
    choice = f"/me/cases/{case.number}/delivery"
    assert choice in seen(client.get(f"/me/cases/{case.number}"))
    assert "地址簿还是空的" in seen(client.get(choice))
    refused = client.post(choice, {"direction": "out", "way": "courier"})
    assert (refused.status_code, "选一个地址" in seen(refused)) == (422, True)
    address = make_address(person)
    chosen = client.post(choice, {"direction": "out", "way": "courier", "address": str(address.pk)})
    delivery = Delivery.objects.get(reference=case.number)
    assert chosen.headers["Location"] == f"/me/deliveries/{delivery.pk}"
    page = seen(client.get(f"/me/deliveries/{delivery.pk}"))
    assert "已选好，等结果" in page
    assert "不寄了，放账号里" in page
    finish(case)
    happen(delivery, "placed", "collected", "in_transit", "failed")
    page = seen(client.get(f"/me/deliveries/{delivery.pk}"))
    assert "没有人签收，不算送达" in page
    assert page.index("这次没送到") < page.index("快递收走了") < page.index("约了快递"), "the newest first"
    assert "199****0123" in page
    happen(delivery, "out_for_delivery")
    assert "派送中" in seen(client.get("/me/deliveries"))
    happen(delivery, "delivered", signer="household")
    work_until_idle()
    case.refresh_from_db()
    assert case.state == "closed"
    page = seen(client.get(f"/me/deliveries/{delivery.pk}"))
    assert "同住的成年家属签收" in page
    assert "从这一刻起算送达" in page
    assert "你的收件地址和电话" in seen(client.get("/me/who-read"))
    assert client.post(choice, {"direction": "out", "way": "electronic"}).status_code == 404


def test_what_came_back_can_be_sent_again(client: Client) -> None:
    person = make_person()
    make_address(person)
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number)
    finish(case)
    happen(delivery, "collected", "returning", "returned")
    sign_in(client, person)
    page = seen(client.get(f"/me/deliveries/{delivery.pk}"))
    assert "退回了部门，不算送达" in page
    choice = f"/me/cases/{case.number}/delivery"
    assert "上一次退回来了" in seen(client.get(choice))
    client.post(choice, {"direction": "out", "way": "pickup", "hall": HALL})
    again = Delivery.objects.get(reference=case.number, sequence=2)
    assert again.state == "ready"
    assert code_of(again)[:4] in seen(client.get(f"/me/deliveries/{again.pk}"))


def test_a_choice_is_called_off_and_the_result_comes_into_the_account(client: Client) -> None:
    person = make_person()
    make_address(person)
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number)
    sign_in(client, person)
    gone = client.post(f"/me/deliveries/{delivery.pk}/cancel")
    assert gone.headers["Location"] == f"/me/cases/{case.number}"
    finish(case)
    assert case.state == "closed"


def test_papers_are_fetched_by_courier_as_long_as_the_office_takes_some(client: Client) -> None:
    person = make_person()
    address = make_address(person)
    case = make_case(person=person)
    sign_in(client, person)
    choice = f"/me/cases/{case.number}/delivery"
    sent = client.post(choice, {"direction": "in", "way": "courier", "address": str(address.pk)})
    delivery = Delivery.objects.get(reference=case.number, direction="in")
    assert sent.headers["Location"] == f"/me/deliveries/{delivery.pk}"
    work_until_idle()
    assert "快递已接单" in seen(client.get(sent.headers["Location"]))
    happen(delivery, "delivered", signer="mailroom")
    assert "部门已签收" in seen(client.get("/me/deliveries"))
    withdraw_case(case_id=case.pk, by=actor_of(person))
    assert client.post(choice, {"direction": "in", "address": str(address.pk)}).status_code == 404


def test_a_clerk_hands_a_result_out_against_the_code_or_a_document(client: Client) -> None:
    person = make_person(name="林晓岚")
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number, way="pickup")
    finish(case)
    delivery.refresh_from_db()
    clerk, elsewhere = make_staff(office=case.office), make_staff()
    sign_in(client, clerk)
    rows = seen(client.get("/desk/deliveries?show=ready"))
    assert "林*岚" in rows
    assert "林晓岚" not in rows
    page = seen(client.get(f"/desk/deliveries/{delivery.pk}"))
    assert "林晓岚" in page
    assert code_of(delivery) not in page, "the clerk types what the person shows"
    assert Read.objects.filter(person_id=person.pk, what="name", reader_id=clerk.pk).exists()
    where = f"/desk/deliveries/{delivery.pk}/hand-out"
    assert sign_in(Client(), elsewhere).post(where, {"code": code_of(delivery)}).status_code == 404
    wrong = client.post(where, {"code": "AAAAAAAA"})
    assert (wrong.status_code, "取件码不对" in seen(wrong)) == (422, True)
    done = client.post(where, {"code": code_of(delivery)}, follow=True)
    assert "从现在起算送达" in seen(done)
    work_until_idle()
    case.refresh_from_db()
    assert case.state == "closed"
    assert "没有在路上" in seen(client.get("/desk/deliveries"))


def test_the_track_says_until_when_it_waits_and_what_then_happens(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number, way="pickup", hall=HALL)
    finish(case)
    delivery.refresh_from_db()
    last = delivery.keep_until
    sign_in(client, person)
    track, choice = f"/me/deliveries/{delivery.pk}", f"/me/cases/{case.number}/delivery"
    page = seen(client.get(track))
    assert (
        f"最晚 {last.month} 月 {last.day} 日" in page and "由部门收回，不算送达" in page and "提醒过你来取" not in page
    )
    assert f"最晚 {last.month} 月 {last.day} 日" in seen(client.get("/me/deliveries"))
    clerk = sign_in(Client(), make_staff(office=case.office))
    assert f"等到 {last.month} 月 {last.day} 日" in seen(clerk.get("/desk/deliveries"))
    for day, words in ((delivery.remind_on, "提醒过你来取"), (last + dt.timedelta(days=1), "没有来取，部门收回了")):
        with moved_to(dt.datetime.combine(day, dt.time(10), ZONE)):
            work_until_idle()
        assert words in seen(client.get(track))
    page = seen(client.get(track))
    assert "没有来取，回到了部门，不算送达" in page and choice in page
    assert "上一次退回来了" in seen(client.get(choice))


def test_operators_see_what_couriers_said_that_cannot_be_right_and_write_what_was_behind_it(client: Client) -> None:
    person = make_person(name="林晓岚")
    make_address(person)
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number)
    finish(case)
    happen(delivery, "collected", "delivered", signer="self")
    happen(delivery, "returned")
    hear_courier(event=CourierEvent("e9", str(delivery.pk), "OTHER", 9, "collected", now()), by=SYSTEM)
    hear_courier(event=CourierEvent("e1", "no-order", "YS9", 1, "placed", now()), by=SYSTEM)
    operator = sign_in(client, make_staff(roles=("operator",)))
    assert "/console/courier" in seen(operator.get("/console/"))
    page = seen(operator.get("/console/courier"))
    assert (
        "前后矛盾：已经“已送达”，又说“已退回”" in page and "运单号和这一单的不一样" in page and "没有下过的单" in page
    )
    assert case.office.name in page and delivery.waybill in page
    assert not any(word in page for word in ("林", case.number, "演示花园"))
    one = OddNews.objects.get(why="other_end")
    where = f"/console/courier/{one.pk}/finding"
    missing = operator.post(where, {"finding": " "})
    assert (missing.status_code, "写一句查到了什么" in seen(missing)) == (422, True)
    done = seen(operator.post(where, {"finding": "快递员点错了，东西在本人手里。"}, follow=True))
    assert "记下来了" in done and done.index("看过的") < done.index("快递员点错了")
    again = operator.post(where, {"finding": "再写一次"})
    assert (again.status_code, "已经有人看过了" in seen(again)) == (409, True)
    reader = sign_in(Client(), make_staff(roles=("administrator",)))
    assert "由运维来写" in seen(reader.get("/console/courier"))
    assert reader.post(where, {"finding": "x"}).status_code == 403
    delivery.refresh_from_db()
    assert (delivery.state, delivery.is_disputed) == ("delivered", True), "one about this parcel is left"


def test_everything_reads_in_english_too(client: Client) -> None:
    person = make_person()
    make_address(person)
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number)
    finish(case)
    happen(delivery, "collected", "failed")
    sign_in(client, person)
    client.cookies["language"] = "en"
    page = seen(client.get(f"/me/deliveries/{delivery.pk}"))
    assert "Not handed over this time" in page
    assert "The courier was called" in page


def test_how_the_result_comes_may_be_chosen_with_the_application(client: Client) -> None:
    person = make_person()
    kept, item = make_address(person), make_item(office=make_office())
    draft = start_draft(item_code=item.code, by=actor_of(person))
    save_answers(draft_id=draft.pk, answers=shop_answers(person), by=actor_of(person))
    sign_in(client, person)
    where = f"/items/{item.code}/apply/check"
    page = seen(client.get(where))
    assert f'value="courier:{kept.pk}"' in page
    assert "19900000123" not in page
    given = {"draft": str(draft.pk), "declare": "true", "delivery": f"courier:{kept.pk}"}
    sent = client.post(where, given)
    number = sent.headers["Location"].rpartition("/")[2]
    chosen = Delivery.objects.get(reference=number)
    assert (chosen.way, chosen.state) == ("courier", "chosen")


def test_who_knows_a_waybill_sees_where_it_is_and_not_whose(client: Client) -> None:
    person = make_person(name="林晓岚")
    make_address(person)
    case = make_case(person=person)
    delivery = make_delivery(person, case.office, reference=case.number)
    finish(case)
    happen(delivery, "collected", "in_transit")
    page = seen(client.post("/lookup", {"q": delivery.waybill}))
    assert "快递收走了" in page
    assert not any(word in page for word in ("林", case.number, "19900000123", "演示花园"))
