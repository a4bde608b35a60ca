"""The queue of an office: what comes first, who sees it, who takes what."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import ask_for_correction, finish, make_case, make_official
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import make_firm, make_office, make_person, make_staff, sign_in
from yiwang.foundation.clock import moved_to, now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at_desk(staff: Staff) -> Client:
    client: Client = sign_in(Client(), staff)
    return client


def page(staff: Staff, address: str = "/desk/") -> str:
    response = at_desk(staff).get(address)
    assert response.status_code == 200
    return seen(response)


def test_a_visitor_is_sent_to_sign_in_and_comes_back() -> None:
    response = Client().get("/desk/?show=mine")
    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in?next=%2Fdesk%2F%3Fshow%3Dmine"


def test_an_official_without_the_second_factor_is_sent_to_it() -> None:
    response = sign_in(Client(), make_staff(), second_factor=False).get("/desk/")
    assert response.headers["Location"] == "/sign-in/second-factor/set-up?next=%2Fdesk%2F"


def test_a_citizen_has_no_business_here() -> None:
    assert sign_in(Client(), make_person()).get("/desk/").status_code == 403


def test_an_operator_is_led_to_the_console() -> None:
    client = at_desk(make_staff(roles=("operator",)))
    assert client.get("/desk/").headers["Location"] == "/console/"
    assert client.get("/desk/done").status_code == 403


def test_the_most_urgent_comes_first_and_time_left_is_said_in_words() -> None:
    item = make_item(office=make_office())
    with moved_to(now() - dt.timedelta(days=9)):
        late = make_case(item=item)
    with moved_to(now() - dt.timedelta(days=6)):
        soon = make_case(item=item)
    fresh = make_case(item=item)
    waiting = ask_for_correction(make_case(item=item))
    text = page(make_official(fresh))
    places = [text.index(case.number) for case in (late, soon, fresh, waiting)]
    assert places == sorted(places)
    assert "红牌，超法定 2 天" in text and "剩 1 天" in text and "剩 5 天" in text and "等补正" in text
    assert "今天必须处理 1 件" in text


def test_people_are_masked_in_the_list_and_firms_are_not() -> None:
    person = make_person(name="林晓岚")
    item = make_item(office=make_office())
    case = make_case(person=person, item=item)
    make_case(person=person, item=item, firm=make_firm(person, name="演示小满面馆"))
    text = page(make_official(case))
    assert "林*岚" in text and "林晓岚" not in text and "演示小满面馆" in text


def test_an_office_sees_its_own_cases_only() -> None:
    case = make_case()
    assert "都办完了" in page(make_staff(office=make_office()))
    assert case.number in page(make_official(case))


def test_the_queue_is_searched_and_filtered() -> None:
    item = make_item(office=make_office())
    one, other = (
        make_case(item=item, person=make_person(name="张三")),
        make_case(item=item, person=make_person(name="王五六")),
    )
    staff = make_official(one)
    desk = sign_in(Client(), staff)

    def look_for(words: str, **more: str) -> tuple[str, str]:
        address = desk.post("/desk/find", {"q": words, "show": "all", **more})["Location"]
        return address, html.unescape(desk.get(address).content.decode())

    address, found = look_for("张三", days="60")
    assert one.number in found and other.number not in found
    addresses = re.findall(r'(?:href|action)="([^"]*)"', found)
    assert not [a for a in [address, *addresses] if "张三" in unquote(a)], "a name is in no log of access"
    print_url = next(a for a in addresses if a.startswith("/desk/print"))
    assert "张*" in (sheet := desk.get(html.unescape(print_url)).content.decode()) and "王*" not in sheet
    kept = desk.post("/desk/filters", {"show": "all", "q": "张三", "name": "一个人"})["Location"]
    chip = html.unescape(re.findall(r'href="([^"]*find=f-[^"]*)"', desk.get("/desk/").content.decode())[0])
    for address in (kept, chip):
        assert "张三" not in unquote(address)
    again = sign_in(Client(), staff)  # a filter is found in another session too, and by nobody else
    assert one.number in again.get(f"/desk/{chip}").content.decode()
    assert "张三" not in page(make_staff(office=one.office), f"/desk/{chip}")
    assert other.number in page(staff, "/desk/?q=张三"), "words in an address are not looked at"
    assert other.number in look_for(other.number)[1]
    assert "没有找到“一头牛”" in look_for("一头牛")[1]
    assert "这一类里没有件" in page(staff, "/desk/?show=mine")
    assert one.number in page(staff, "/desk/?show=nonsense&after=nonsense")


def test_thirty_are_shown_and_the_next_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiwang.channels.desk.queue.PAGE", 2)
    item = make_item(office=make_office())
    cases = [make_case(item=item) for _ in range(3)]
    staff = make_official(cases[0])
    first = page(staff)
    assert all(c.number in first for c in cases[:2]) and cases[2].number not in first
    following = first.split('rel="next" href="')[1].split('"')[0]
    second = page(staff, f"/desk/{following}")
    assert cases[2].number in second and cases[0].number not in second and 'rel="next"' not in second


@pytest.mark.django_db(transaction=True)
def test_one_claims_and_the_second_is_told_who_has_it() -> None:
    case = make_case()
    first, second = make_official(case, name="方敏"), make_staff(office=case.office, name="孔令仪")
    done = at_desk(first).post("/desk/claim", {"number": case.number, "next": "/desk/?show=unclaimed"}, follow=True)
    assert done.redirect_chain == [("/desk/?show=unclaimed", 302)] and "领好了" in seen(done)
    told = at_desk(second).post("/desk/claim", {"number": case.number, "next": "https://evil.example/"}, follow=True)
    assert told.redirect_chain == [("/desk/", 302)] and "方敏 已经领了这一件" in seen(told)
    assert Case.objects.visible_to(_actor(first)).get().assignee_id == first.pk


def _actor(staff: Staff) -> Any:
    from yiwang.domains.identity.tests.factories import actor_of

    return actor_of(staff)


def test_a_case_of_another_office_cannot_be_claimed() -> None:
    case = make_case()
    assert at_desk(make_staff()).post("/desk/claim", {"number": case.number}).status_code == 404


def test_what_is_finished_is_listed_with_its_outcome() -> None:
    item = make_item(office=make_office())
    good, bad = finish(make_case(item=item)), finish(make_case(item=item), grant=False)
    staff = make_staff(office=good.office)
    text = page(staff, "/desk/done")
    assert good.number in text and bad.number in text and "准予" in text and "不予许可" in text
    assert good.number not in page(staff)


def test_ones_own_page_says_office_and_duties() -> None:
    office = make_office(name="演示西湖区市场监督管理局")
    text = page(make_staff(office=office, roles=("reviewer",)), "/desk/me")
    assert "演示西湖区市场监督管理局" in text and "审查" in text


@pytest.mark.parametrize("address", ["/desk/", "/desk/done", "/desk/me", "/desk/certificates"])
def test_pages_speak_english_too(address: str) -> None:
    case = make_case()
    client = at_desk(make_official(case))
    response = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200 and 'lang="en"' in seen(response)
