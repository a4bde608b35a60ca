"""What people say of an office, as the office reads it."""

import pytest
from django.test import Client

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import actor_of, make_staff, sign_in
from yiwang.domains.ratings.actions import rate_case
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db


def rated(case: Case, grade: str, words: str = "") -> Staff:
    finish(case)
    rate_case(case_id=case.pk, grade=grade, comment=words, by=actor_of(case.applicant))
    work_until_idle()
    return make_staff(office=case.office)


def shown(client: Client, query: str = "") -> str:
    response = client.get(f"/desk/reviews{query}")
    assert response.status_code == 200
    return response.content.decode().split("<main")[1].split("</main>")[0]


def test_an_office_reads_its_own_ratings_and_no_others(client: Client) -> None:
    case = make_case()
    official = rated(case, "dissatisfied", "等了一个上午")
    rated(make_case(), "very_satisfied", "别的部门的好话")
    sign_in(client, official)
    page = shown(client)
    assert "等了一个上午" in page
    assert "别的部门的好话" not in page
    assert case.applicant.name not in page
    assert case.number not in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("?q=上午", True),
        ("?q=下午", False),
        ("?kind=bad", True),
        ("?kind=good", False),
        ("?kind=words", True),
        ("?kind=nonsense", True),
        ("?before=yesterday", True),
        ("?q=上午&kind=bad", True),
    ],
)
def test_by_kind_and_by_what_they_say(client: Client, query: str, there: bool) -> None:
    sign_in(client, rated(make_case(), "dissatisfied", "等了一个上午"))
    assert ("等了一个上午" in shown(client, query)) is there


def test_an_office_that_nobody_has_rated_is_told_how_it_comes(client: Client) -> None:
    sign_in(client, make_staff())
    assert "还没有人评价" in shown(client)


def test_people_search_the_public_ratings_too(client: Client) -> None:
    rated(make_case(), "dissatisfied", "等了一个上午")
    for words, there in (("上午", True), ("下午", False)):
        page = client.get("/reviews/", {"q": words}).content.decode()
        assert ("等了一个上午" in page) is there
        assert (f"没有评价提到“{words}”" in page) is not there
