"""The longest names there can be, and the pages for what went wrong, in a real browser on the narrowest screen."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from conftest import LONG_FORMS
from tests.conftest import DESKTOP
from yiwang.channels.ui import errors
from yiwang.channels.ui.looks import DEFAULT
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_office, make_person, sign_in
from yiwang.domains.ratings.actions import rate_case
from yiwang.foundation.actions import Refused
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)

NARROWEST = {"width": 320, "height": 700}
PERSON = "阿卜杜热合曼·麦麦提依明·" + "Wolfeschlegelsteinhausenbergerdorff" + "三四"
FIRM = "演示杭州西湖" + "超级长名字" * 11 + "Donaudampfschifffahrtsgesellschaft" + "有限公司"
OFFICE = "演示" + "浙江省杭州市西湖区人民政府" * 7 + "办公室"
ITEM = "关于" + "在城市建筑物设施上悬挂张贴宣传品的" * 11 + "行政许可（新办）"
ITEM_EN = "Permission for " + "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk " * 3


def test_they_are_as_long_as_they_may_be() -> None:
    assert (len(PERSON), len(FIRM), len(OFFICE), len(ITEM)) == (50, 99, 96, 197)


@pytest.fixture
def town() -> dict[str, Any]:
    """Give a person, a firm, an office and an item with such names, and what they lead to."""
    office = make_office(name=OFFICE, place="长" * 100, hours="工作日 " * 20, phone="0571-0000 0001，0571-0000 0002")
    make_type()
    person = make_person(name=PERSON)
    firm = make_firm(person, name=FIRM)
    item = make_item(
        office=office,
        name=Text(ITEM, ITEM_EN),
        results=[Result("certificate", Text("许可证"), TYPE, 60)],
        processing=Processing(certificate_fields={"place": "shop_name", "owner_number": "owner"}),
    )
    done = finish(make_case(person=person, item=item, shop_name=FIRM))
    rate_case(case_id=done.pk, grade="dissatisfied", comment="W" * 300, by=actor_of(person))
    case = make_case(person=person, item=item, firm=firm)
    work_until_idle()
    return {"person": person, "firm": firm, "item": item, "office": office, "case": case, "done": done}


def opened(visitor: Callable[..., Any], live_server: Any, session: str, **options: Any) -> Any:
    """Return a page of a browser with a session."""
    page = visitor(**options).page
    if session:
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_longest_names_fit_the_narrowest_screen(
    town: dict[str, Any], visitor: Any, live_server: Any, accessible: Any, fits: Any, language: str
) -> None:
    item, case, done, office = town["item"], town["case"], town["done"], town["office"]
    certificate = Certificate.objects.get(case_id=done.pk)
    ways = {
        "": ["/", f"/search?q={ITEM[:10]}", f"/items/{item.code}", "/offices", f"/offices/{office.pk}", "/reviews/"],
        "person": [
            "/me/", "/me/cases", f"/me/cases/{done.number}", f"/me/cases/{done.number}/receipt", "/me/certificates",
            f"/me/certificates/{certificate.pk}", "/me/messages", "/me/who-read", "/me/papers", f"/items/{item.code}/apply",
        ],
        "firm": ["/me/", "/me/cases", f"/me/cases/{case.number}", f"/me/cases/{case.number}/withdraw"],
        "official": ["/desk/", "/desk/done", f"/desk/cases/{case.number}", "/desk/certificates", "/desk/reviews", "/desk/me"],
    }  # fmt: skip
    official = make_official(case)
    official.name = PERSON
    official.save()
    sessions = {
        "": "",
        "person": sign_in(Client(), town["person"]).cookies["sessionid"].value,
        "firm": sign_in(Client(), town["person"], firm=town["firm"]).cookies["sessionid"].value,
        "official": sign_in(Client(), official).cookies["sessionid"].value,
    }
    wrong, turn = [], cycle((language == "en", language != "en"))  # in short, axe judges each page in one language
    for who, paths in ways.items():
        page = opened(visitor, live_server, sessions[who], size=NARROWEST, language=language)
        for path in paths:
            answer = page.goto(live_server.url + path)
            try:
                assert answer.status == 200, f"{path} {answer.status}"
                fits(page)
                if next(turn) or LONG_FORMS:
                    accessible(page)
            except AssertionError as fault:
                wrong.append(str(fault))
    assert wrong == []


def error_pages() -> dict[str, Any]:
    """Return each page for what went wrong, as a function of the request."""
    return {
        "400": errors.bad_request,
        "403": errors.forbidden,
        "403-stale": errors.csrf_failed,
        "404": errors.not_found,
        "409": lambda request: errors.refused(
            request, Refused("这一件刚刚有人处理过，请看最新的情况再决定。" + "W" * 80)
        ),
        "413": lambda request: errors.error_page(request, 413),
        "429": lambda request: errors.too_many(request, 300),
        "500": errors.broken,
        "503": errors.unavailable,
    }


SCREENS = [
    ("zh-hans", NARROWEST, "light"),
    ("en", NARROWEST, "light"),
    ("en", DESKTOP, "dark"),
    ("zh-hans", DESKTOP, "dark"),
]


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize("screen", range(len(SCREENS)))
def test_what_went_wrong_is_told_on_every_screen_in_both_languages(
    visitor: Any, live_server: Any, accessible: Any, fits: Any, screen: int
) -> None:
    """All are seen on all screens; in short, axe judges each on two of them, in both languages, light and dark."""
    language, size, scheme = SCREENS[screen]
    page = visitor(size=size, scheme=scheme).page
    for place, (name, told) in enumerate(error_pages().items()):
        request = RequestFactory().get("/somewhere")
        request.look = DEFAULT  # type: ignore[attr-defined]
        with translation.override(language):
            response = told(request)
        assert response.status_code == int(name[:3])
        words = response.content.decode()
        page.route(
            f"**/somewhere/{name}",
            lambda route, _asked, words=words: route.fulfill(status=200, content_type="text/html", body=words),
        )
        page.goto(f"{live_server.url}/somewhere/{name}")
        fits(page)
        if (place + screen) % 2 or LONG_FORMS:
            accessible(page)
        assert page.locator("main h1").count() == 1
        assert page.locator("main a").first.get_attribute("href") == "/"


def test_more_than_we_take_is_said_to_be_too_large(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = client.post("/sign-in", {"login": "x" * 5_000})
    assert response.status_code == 413
    assert "文件太大了" in response.content.decode()
