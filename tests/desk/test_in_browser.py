"""The desk in a real browser: by keys alone, and without JavaScript. How its pages look is judged in tests/journeys."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import DESKTOP, PHONE
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import make_case, make_official
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, sign_in
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_desk(visitor: Callable[..., Any], live_server: Any, client: Any) -> Callable[..., Any]:
    """Give `at_desk(staff, size=…)`: a browser in which an official has signed in."""

    def arrive(staff: Staff, **options: Any) -> Any:
        session = sign_in(client, staff).cookies["sessionid"].value
        page = visitor(**options).page
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(live_server.url + "/desk/")
        return page

    return arrive


def two_cases() -> tuple[Case, Case, Staff]:
    item = make_item(office=make_office())
    first, second = make_case(item=item), make_case(item=item)
    staff = make_official(first)
    work_until_idle()
    return first, second, staff


def test_the_queue_is_worked_by_keys(at_desk: Callable[..., Any]) -> None:
    _first, second, staff = two_cases()
    page = at_desk(staff, size=DESKTOP)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("status").get_by_text("领好了").wait_for()
    assert [str(case.pk) for case in Case.objects.visible_to(actor_of(staff)).filter(assignee=staff)] == [
        str(second.pk)
    ]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    page.keyboard.press("q")
    page.wait_for_url("**/desk/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_a_case_is_accepted_and_reviewed_without_javascript(at_desk: Callable[..., Any]) -> None:
    _first, second, staff = two_cases()
    page = at_desk(staff, size=PHONE, javascript=False)
    page.locator(f"a[href='/desk/cases/{second.number}']").click()
    page.get_by_role("button", name="受理这一件").click()
    page.get_by_label("符合，建议准予").check()
    page.get_by_label("意见", exact=True).fill("已核对。")
    page.get_by_role("button", name="提交意见").click()
    page.get_by_label("同意，准予").check()
    page.get_by_role("button", name="决定这一件").click()
    page.get_by_text("已准予。结果几秒后盖好章").wait_for()
