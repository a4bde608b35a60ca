"""What anybody may read: the front page, search, guides, offices, ratings."""

import html
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.channels.ui.keeping import Kept
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.catalogue.actions.publishing import change_item_state
from yiwang.domains.catalogue.content import Material, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.tests.issuing import issue_certificate, make_type
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, sign_in
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.search.models import SearchLog
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()
    Kept.forget_everything()


def seen(response: Any) -> str:
    """Return the page with its entities resolved."""
    return html.unescape(response.content.decode())


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
    with django_assert_max_num_queries(7):  # item, ratings; once a process: edition, bundles, life events, halls, rules
        client.get(f"/items/{item.code}")
    with django_assert_max_num_queries(1):
        client.get(f"/items/{item.code}")


@pytest.mark.django_db
def test_a_guide_says_to_whoever_is_signed_in_what_their_wallet_holds(client: Client) -> None:
    kind = make_type()
    item = make_item(materials=[Material("card", Text("居住证"), certificate_type=kind.code)])
    assert "居住证。取不到时再请你上传" in seen(client.get(f"/items/{item.code}"))
    person = make_person()
    mine = sign_in(client, person)
    assert "你的证照夹里还没有居住证" in seen(mine.get(f"/items/{item.code}"))
    issue_certificate(kind, person=person)
    work_until_idle()
    assert "居住证，都在你的证照夹里" in seen(mine.get(f"/items/{item.code}"))


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
    Kept.forget_everything()
    assert "等了两次" in seen(client.get(f"/items/{case.item_id}"))
