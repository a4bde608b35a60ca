"""Supervision on the pages: the office explains, the supervisor closes, the public reads the figures."""

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import make_case
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import make_person, make_staff, sign_in
from yiwang.domains.regions.actions import load_regions
from yiwang.domains.supervision.models import Card
from yiwang.domains.supervision.tests.factories import make_card, make_supervisor
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _places(at_noon: Any) -> None:
    load_regions(rows=[("330000", "浙江省", "", 1, ""), ("330100", "杭州市", "", 2, "330000")], by=SYSTEM)


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at(staff: Staff) -> Client:
    client: Client = sign_in(Client(), staff)
    return client


def test_a_card_goes_its_way_over_the_pages() -> None:
    card, official = make_card(region_id="330100")
    desk, supervisor = at(official), at(make_supervisor(region_id="330000"))
    address = f"/desk/cards/{card.pk}"
    assert "黄牌" in seen(desk.get("/desk/cards")) and card.case_number in seen(desk.get("/desk/cards")).replace(
        " ", ""
    )
    short = desk.post(f"{address}/explanation", {"text": "忙"})
    assert short.status_code == 422 and "至少 10 个字" in seen(short)
    before = seen(supervisor.get(f"/console/supervision/cards/{card.pk}"))
    assert "写下结论" not in before and "才能下结论" in before and "从哪天算" in before
    early = supervisor.post(
        f"/console/supervision/cards/{card.pk}/finding", {"finding": "fault", "text": "部门还没有来得及说明。"}
    )
    assert early.status_code == 409 and "部门还可以说明" in seen(early) and "部门还没有来得及说明。" in seen(early)
    done = desk.post(f"{address}/explanation", {"text": "专家出差，现场看得晚了一天，已补看。"}, follow=True)
    assert "说明已交" in seen(done) and "已说明，等结论" in seen(done)
    assert supervisor.get("/desk/").headers["Location"] == "/console/supervision"
    listed = seen(supervisor.get("/console/supervision"))
    assert str(card.pk) in listed and official.name in listed and card.case_number in listed.replace(" ", "")
    noted = supervisor.post(
        f"/console/supervision/cards/{card.pk}/annotation", {"text": "请把现场记录也附上来。"}, follow=True
    )
    assert "请把现场记录也附上来。" in seen(noted)
    end = supervisor.post(
        f"/console/supervision/cards/{card.pk}/finding", {"finding": "excused", "text": "核对了现场记录，理由成立。"}, follow=True
    )  # fmt: skip
    assert "结论：属实，有正当理由" in seen(end) and "写下结论" not in seen(end)
    assert "核对了现场记录" in seen(desk.get(address)) and "交说明" not in seen(desk.get(address))
    for which in ("told", "open", "escalated", "explained", "warnings"):
        assert str(card.pk) not in seen(supervisor.get(f"/console/supervision?show={which}"))
    assert str(card.pk) in seen(supervisor.get("/console/supervision?show=closed&colour=yellow&before=nonsense"))
    assert Card.objects.get(pk=card.pk).finding == "excused"


def test_a_supervisor_learns_nothing_of_the_applicant() -> None:
    card, _official = make_card(region_id="330100")
    supervisor = at(make_supervisor(region_id="330000"))
    name = Case.objects.get(pk=card.case_id).applicant_name
    assert name not in seen(supervisor.get(f"/console/supervision/cards/{card.pk}"))
    assert supervisor.get(f"/desk/cases/{card.case_number}").status_code == 403


def test_a_card_is_given_to_a_colleague_and_to_nobody_else() -> None:
    card, official = make_card(region_id="330100")
    colleague = make_staff(office=card.office, roles=("window",), name="孔令仪")
    desk = at(official)
    wrong = desk.post(f"/desk/cards/{card.pk}/assignee", {"colleague": str(make_staff().pk)})
    assert (
        wrong.status_code == 422 and desk.post(f"/desk/cards/{card.pk}/assignee", {"colleague": "x"}).status_code == 422
    )
    assert "已交给同事" in seen(
        desk.post(f"/desk/cards/{card.pk}/assignee", {"colleague": str(colleague.pk)}, follow=True)
    )
    assert "交说明" in seen(at(colleague).get(f"/desk/cards/{card.pk}"))
    assert at(make_staff()).get(f"/desk/cards/{card.pk}").status_code == 404


def test_only_an_administrator_changes_rules_and_each_change_is_a_version() -> None:
    administrator, supervisor = at(make_staff(roles=("administrator",))), at(make_supervisor(region_id="330000"))
    form = {
        "share": "33",
        "workdays": "1",
        "explain_workdays": "4",
        "duty": "head",
        "told-supervisor": "on",
        "is_on": "on",
    }
    assert supervisor.post("/console/supervision/rules/promise_passed", form).status_code == 403
    assert "改这条规则" not in seen(supervisor.get("/console/supervision/rules"))
    assert administrator.post("/console/supervision/rules/none", form).status_code == 404
    bad = administrator.post("/console/supervision/rules/promise_passed", form | {"explain_workdays": "-3"})
    assert bad.status_code == 422 and "说明的期限在 1 到 60" in seen(bad)
    good = administrator.post("/console/supervision/rules/promise_passed", form, follow=True)
    assert "改好了" in seen(good) and "第 2 版" in seen(good) and "4 个工作日内" in seen(good)
    assert at(make_staff(roles=("operator",))).get("/console/supervision/rules").status_code == 403


def test_the_public_reads_the_figures_of_every_office() -> None:
    card, _official = make_card(region_id="330100")
    make_case()  # of another office, and in time
    work_until_idle()
    visitor = Client()
    page = visitor.get("/stats/")
    text = seen(page)
    assert page.status_code == 200 and card.office.name in text and "黄牌" in text
    assert text.count("另有 1 件过期未办完") == 1, "late by the promise, which no share of what has ended can say"
    one = seen(visitor.get(f"/stats/{card.office_id}"))
    assert card.office.name in one and "收到" in one
    assert "另有 1 件没办完，已过承诺的日子" in one and "已过法定的日子" not in one
    Case.objects.filter(pk=card.case_id).update(legal_due_on=today() - dt.timedelta(days=1))
    assert "另有 1 件没办完，已过法定的日子" in seen(visitor.get(f"/stats/{card.office_id}"))
    Case.objects.filter(pk=card.case_id).update(state="correction")  # now it is the applicant's time
    assert "没办完，已过" not in seen(visitor.get(f"/stats/{card.office_id}"))
    assert visitor.get("/stats/nobody").status_code == 404
    assert visitor.get("/stats/?year=1999&after=x.y").status_code == 200
    english = seen(visitor.get("/stats/", HTTP_ACCEPT_LANGUAGE="en"))
    assert 'lang="en"' in english
    person: Client = sign_in(Client(), make_person())
    assert person.get("/stats/").status_code == 200


def test_figures_cost_the_same_however_many_cases_there_are(django_assert_max_num_queries: Any) -> None:
    make_card(region_id="330100")
    work_until_idle()
    with django_assert_max_num_queries(6):
        Client().get("/stats/")
