"""Rules through the pages, without a script: write a table, try it, publish it; then the applicant and the desk read what it did."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.cases.tests.ruling import CARD_FORM, OLD, make_rule, offer_to
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.tests.factories import make_office, make_person, make_staff, sign_in
from yiwang.domains.rules.models import AutomaticDecision, Offer, Rule
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


def seen(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return html.unescape(response.content.decode())


def typed(page: str) -> dict[str, str]:
    """Return what stands in the controls of the table form, as a browser would send it."""
    form = page[page.index('id="table"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = chosen[1] if chosen else ""
    return found


def test_an_official_writes_tries_and_publishes_a_table_by_forms_alone() -> None:
    office = make_office()
    item = make_item(office=office)
    finish(make_case(item=item))
    head = sign_in(Client(), make_staff(office=office, roles=("head",), name="方敏"))
    assert "没有这个编号的事项" in seen(head.post("/console/rules/new", {"item": "x", "kind": "decision"}), 422)
    at = head.post("/console/rules/new", {"item": item.code, "kind": "decision"}).headers["Location"]

    def press(button: str, **changes: str) -> str:
        page = typed(seen(head.get(at)))
        return seen(head.post(at, page | changes | {"do": button}, follow=True))

    assert "至少要有一列条件" in seen(head.get(at))
    press("add-col", **{"new-input": "answer.area"})
    press("add-col", **{"new-input": "answer.kind"})
    press("add-row", **{"col-0-op": "at_most", "col-0-word": "面积", "col-1-word": "做什么"})
    press(
        "add-trial", **{"row-0-cell-0": "一百", "row-0-cell-1": "冷食", "row-0-outcome": "grant", "row-0-note": "小店"}
    )
    page = press("add-trial")
    assert "第 1 行第 1 列：写一个数" in page, "what is wrong is said with its place, and nothing typed is lost"
    assert 'value="一百"' in page
    filled = {"trial-0-name": "小店", "trial-0-v-0": "80", "trial-0-v-1": "冷食", "trial-0-expect": "grant"}
    page = press("save", **{"row-0-cell-0": "100", "trial-1-v-0": "500", "trial-1-expect": "grant"} | filled)
    assert "例子 2：结论是“转人工”，应当是“准予”" in page
    page = press("save", **{"trial-1-expect": "person"})
    assert "例子都对" in page
    assert "发布，从现在起按它办" not in page, "it has to be tried on past cases first"
    revision = re.findall(r'name="revision" value="(\d+)"', page)[0]
    head.post(f"{at}/dry-run", {"revision": revision})
    work_until_idle()
    page = seen(head.get(at))
    assert "看了 1 件" in page
    assert "已经在用" not in seen(head.post(f"{at}/publication", {"revision": "1"}, follow=True)), "stale"
    assert "发布了" in seen(head.post(f"{at}/publication", {"revision": revision}, follow=True))
    version = seen(head.get(f"{at}/versions/1"))
    assert "面积 至多 100" in version
    assert "没有一行全部符合" in version
    document = head.get(f"{at}/versions/1/jdm")
    assert document.headers["Content-Disposition"].startswith("attachment")
    file = SimpleUploadedFile("rule.json", document.content.replace(b"decisionTableNode", b"functionNode"))
    latest = re.findall(r'name="revision" value="(\d+)"', seen(head.get(at)))[0]
    refused = seen(head.post(f"{at}/import", {"revision": latest, "file": file}, follow=True))
    assert "只许有输入、决策表、输出" in refused
    other = sign_in(Client(), make_staff(office=make_office(name="别的部门"), roles=("head",)))
    assert other.get(at).status_code == 404
    operator = sign_in(Client(), make_staff(roles=("operator",)))
    assert "由管理员和这个部门的负责人修改" in seen(operator.get(at))
    assert operator.post(f"{at}/stop").status_code == 403
    assert "停了" in seen(head.post(f"{at}/stop", follow=True))
    assert Rule.objects.get().current is None


def test_what_a_rule_did_is_read_by_the_applicant_and_looked_at_on_the_desk() -> None:
    office = make_office()
    item = make_item(office=office)
    rule = make_rule(item)
    case, missed = make_case(item=item), make_case(item=item, kind="hot", items=4)
    make_official(case)
    work_until_idle()
    case = Case.objects.get(pk=case.pk)
    applicant = sign_in(Client(), case.applicant)
    assert f"/me/cases/{case.number}/automatic" in seen(applicant.get(f"/me/cases/{case.number}"))
    page = seen(applicant.get(f"/me/cases/{case.number}/automatic"))
    assert "第 1 行符合：面积 至多 100，这里是 86.5" in page
    assert "Row 1 is met" in seen(applicant.get(f"/me/cases/{case.number}/automatic", HTTP_ACCEPT_LANGUAGE="en"))
    assert "系统不会拒绝你" in seen(sign_in(Client(), missed.applicant).get(f"/me/cases/{missed.number}/automatic"))
    assert sign_in(Client(), make_person(name="陈立")).get(f"/me/cases/{case.number}/automatic").status_code == 404

    desk = sign_in(Client(), make_staff(office=office))
    assert case.number in seen(desk.get("/desk/automatic"))
    at = f"/desk/cases/{case.number}/automatic"
    assert "这一件办得对吗" in seen(desk.get(at))
    assert Read.objects.filter(person_id=case.applicant_id, reason="查看系统自动办理的经过").count() == 1
    assert "选对，还是不对" in seen(desk.post(at, {}), 422)
    assert "写清楚哪里不对" in seen(desk.post(at, {"verdict": "wrong"}), 422)
    assert "没有要抽查的" in seen(desk.post(at, {"verdict": "wrong", "note": "面积看错了"}, follow=True))
    assert AutomaticDecision.objects.get(case_id=case.pk).check_verdict == "wrong"
    assert "面积看错了" in seen(desk.get(at))
    assert "转人工" in seen(sign_in(Client(), make_staff(roles=("administrator",))).get(f"/console/rules/{rule.pk}"))


def test_an_offer_is_confirmed_or_declined_on_one_page() -> None:
    item = make_item(office=make_office(), audience=["person"], form=CARD_FORM, materials=[])
    finder = make_rule(item, OLD, "entitlement")
    person, other = make_person(name="沈建国"), make_person(name="王秀英")
    type(person).objects.update(birth_date="1950-01-01")
    offer = offer_to(person, finder, item)
    client = sign_in(Client(), person)
    assert f"/me/offers/{offer.pk}" in seen(client.get("/me/"))
    page = seen(client.get(f"/me/offers/{offer.pk}"))
    assert "满 60 周岁，符合条件" in page
    assert "1950 年 1 月 1 日" in page
    assert 'name="truth"' in page
    assert 'name="kind"' not in page, "what the rule knows is not asked again"
    assert sign_in(Client(), other).get(f"/me/offers/{offer.pk}").status_code == 404
    assert "处要改" in seen(client.post(f"/me/offers/{offer.pk}", {"do": "confirm"}), 422)
    done = client.post(f"/me/offers/{offer.pk}", {"do": "confirm", "truth": "true"})
    case = Case.objects.get(applicant=person)
    assert done.headers["Location"] == f"/me/cases/{case.number}"
    assert client.get(f"/me/offers/{offer.pk}").headers["Location"].endswith(case.number)
    refused = offer_to(other, finder, item)
    client = sign_in(Client(), other)
    assert "不再提醒你" in seen(client.post(f"/me/offers/{refused.pk}", {"do": "decline"}, follow=True))
    assert "你说过不要" in seen(client.get(f"/me/offers/{refused.pk}"))
    assert Offer.objects.get(pk=refused.pk).case_id is None
