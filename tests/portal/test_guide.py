"""What anybody may read: the front page, search, guides, offices, ratings."""

import html
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.catalogue.actions.publishing import change_item_state
from yiwang.domains.catalogue.content import Fee, Limit, Material, Processing, Text
from yiwang.domains.catalogue.content.notice import customer_notice, short_facts
from yiwang.domains.catalogue.tests.factories import make_content, make_item
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, sign_in
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.search.models import SearchLog
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def seen(response: Any) -> str:
    """Return the page with its entities resolved."""
    return html.unescape(response.content.decode())


def answers(**changes: Any) -> dict[str, tuple[str, str]]:
    return {a.key: (a.headline.zh, a.detail.zh) for a in customer_notice(make_content(**changes))}


def test_the_notice_always_has_six_answers_in_order() -> None:
    keys = [a.key for a in customer_notice(make_content())]
    assert keys == ["who", "bring", "time", "fee", "visits", "fetch"]


def test_the_notice_says_what_the_version_says() -> None:
    found = answers()
    assert found["bring"] == ("1 样", "布局图")
    assert found["time"] == ("5 个工作日", "从受理算起。法定 10 个工作日")
    assert found["fee"][0] == "免费"
    assert found["visits"][0] == "不用跑"
    assert found["fetch"][0] == "没有"


def test_what_the_source_does_not_state_is_unpublished_not_guessed() -> None:
    found = answers(
        audience=[], conditions=None, materials=None, legal_limit=None, promised_limit=None, is_free=None, visits=None
    )
    assert {key: said[0] for key, said in found.items()} == dict.fromkeys(found, "未公布")
    assert "第四十二条" in found["time"][1], "a permit has the twenty days of the law all the same"
    assert answers(type_code="20", legal_limit=None, promised_limit=None)["time"][1] == "来源没有写时间"


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"materials": []}, ("不用准备", "填好表就行")),
        ({"materials": [Material("a", Text("甲"), necessity="optional")]}, ("不用准备", "有 1 样可交可不交")),
        ({"materials": [Material("a", Text("甲"), certificate_type="x")]}, ("不用准备", "填好表就行")),
        (
            {"materials": [Material(str(i), Text(f"材料{i}")) for i in range(6)]},
            ("6 样", "材料0、材料1、材料2、材料3，还有 2 样"),
        ),
    ],
)
def test_what_to_prepare(changes: dict[str, Any], headline: tuple[str, str]) -> None:
    assert answers(**changes)["bring"] == headline


def test_fees_and_instant_items() -> None:
    fee = Fee(Text("工本费"), amount_fen=2050)
    assert answers(is_free=False, fees=[fee])["fee"] == ("20.50 元", "工本费")
    assert answers(is_free=False, fees=[])["fee"] == ("收费", "标准未公布")
    assert answers(is_free=False, fees=[Fee(Text("评估费"))])["fee"][0] == "按标准收费"
    assert answers(processing=Processing(instant=True))["time"][0] == "马上办好"
    assert [f.text.zh for f in short_facts(make_content(promised_limit=Limit(0)))] == ["马上办好", "免费", "不用跑"]


@pytest.mark.django_db
def test_a_guide_shows_the_six_answers_and_machines_can_read_it(client: Client) -> None:
    item = make_item()
    page = client.get(f"/items/{item.code}")
    body = seen(page)
    assert page.status_code == 200
    assert body.count("<dt>") >= 6
    assert "开始申请" in body
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)[1])  # type: ignore[index]
    assert data["@type"] == "GovernmentService"
    assert data["identifier"] == item.code
    assert data["provider"]["name"] == "演示西湖区市场监督管理局"
    assert data["availableChannel"]["serviceUrl"].endswith(f"/items/{item.code}/apply")


@pytest.mark.django_db
def test_a_guide_speaks_english(client: Client) -> None:
    page = seen(client.get(f"/items/{make_item().code}", **ENGLISH))
    assert "Food licence" in page
    assert "5 working days" in page


@pytest.mark.django_db
def test_what_is_done_ex_officio_has_no_apply_button_and_says_why(client: Client) -> None:
    item = make_item(type_code="02", name=Text("对无证经营的处罚"), form=None)
    body = seen(client.get(f"/items/{item.code}"))
    assert f"/items/{item.code}/apply" not in body
    assert "依职权" in body
    person = make_person()
    assert sign_in(client, person).get(f"/items/{item.code}/apply").headers["Location"] == f"/items/{item.code}"


@pytest.mark.django_db
def test_a_suspended_item_says_so(client: Client) -> None:
    item = make_item()
    change_item_state(item_code=item.code, state="suspended", by=SYSTEM)
    body = seen(client.get(f"/items/{item.code}"))
    assert "暂停办理" in body
    assert f"/items/{item.code}/apply" not in body


@pytest.mark.django_db
def test_an_item_without_a_form_uses_the_standard_application(client: Client) -> None:
    assert "标准申请表" in seen(client.get(f"/items/{make_item(form=None).code}"))


@pytest.mark.django_db
def test_a_guide_may_be_kept_and_is_told_apart_by_its_tag(client: Client) -> None:
    item = make_item()
    first = client.get(f"/items/{item.code}")
    assert "public" in first.headers["Cache-Control"]
    assert "Cookie" in first.headers["Vary"]
    assert not first.cookies
    tag = first.headers["ETag"]
    again = client.get(f"/items/{item.code}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/items/{item.code}", headers={"if-none-match": tag}, **ENGLISH).status_code == 200
    change_item_state(item_code=item.code, state="suspended", by=SYSTEM)
    assert client.get(f"/items/{item.code}", headers={"if-none-match": tag}).status_code == 200
    mine = sign_in(client, make_person()).get(f"/items/{item.code}")
    assert "private" in mine.headers["Cache-Control"]
    assert "ETag" not in mine.headers


@pytest.mark.django_db
def test_a_guide_asks_the_database_little(client: Client, django_assert_max_num_queries: Any) -> None:
    item = make_item()
    with django_assert_max_num_queries(4):  # item, ratings, their words, the divisions once a process
        client.get(f"/items/{item.code}")
    with django_assert_max_num_queries(1):
        client.get(f"/items/{item.code}")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/items/nothing", "/life/nothing", "/offices/nothing"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_home_and_office_list_the_item(client: Client) -> None:
    office = make_office()
    item = make_item(office=office)
    assert client.get("/").status_code == 200
    body = seen(client.get(f"/offices/{office.code}"))
    assert f"/items/{item.code}" in body
    assert "负责 1 项服务" in body


@pytest.mark.django_db
def test_home_reminds_of_what_waits(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    body = seen(sign_in(client, person).get("/"))
    assert f"/me/cases/{case.number}" in body


@pytest.mark.django_db
def test_search_finds_and_notes_what_it_does_not_find(client: Client) -> None:
    item = make_item()
    work_until_idle()
    assert f"/items/{item.code}" in seen(client.get("/search?q=食品经营许可"))
    page = client.get("/search", {"q": "找 339921199206140014 的火箭", "audience": "nonsense", "region": "nonsense"})
    assert page.status_code == 200
    assert "339921199206140014" not in "".join(SearchLog.objects.values_list("query", flat=True))
    assert SearchLog.objects.count() == 1
    assert client.get("/search").status_code == 200


@pytest.mark.django_db
def test_ratings_are_public_without_the_person(client: Client) -> None:
    person = make_person(name="欧阳晓晓")
    case = finish(make_case(person=person))
    rate_case(case_id=case.pk, grade="dissatisfied", comment="等了两次，电话 19900001234", by=actor_of(person))
    work_until_idle()
    body = seen(client.get("/reviews/"))
    assert "等了两次" in body
    assert "19900001234" not in body
    assert "欧阳" not in body
    assert "等了两次" not in seen(client.get("/reviews/?kind=good"))
    assert "等了两次" in seen(client.get(f"/reviews/?item={case.item_id}&kind=bad"))
    cache.clear()
    assert "等了两次" in seen(client.get(f"/items/{case.item_id}"))
