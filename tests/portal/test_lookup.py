"""One box for whatever somebody holds, public decisions without names, and codes that cannot be guessed."""

import html

import pytest
from django.core.cache import cache
from django.test import Client

from tests.portal.fees import fee_item, page
from yiwang.channels.ui import limits
from yiwang.domains.cases.actions import accept_case
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.documents.models import PublicDecision
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_office, make_person
from yiwang.domains.joint_cases.tests.factories import case_of, make_joint_case
from yiwang.domains.payments.models import Charge
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def looked_up(client: Client, words: str, code: str = "") -> str:
    answer = client.post("/lookup", {"q": words, "code": code})
    return f"{answer.status_code} {html.unescape(answer.content.decode())}"


def test_one_box_knows_what_it_was_given(client: Client) -> None:
    person = make_person(name="欧阳晓晓")
    firm = make_firm(person, name="演示小满面馆有限公司")
    case = make_case(person=person, firm=firm, item=fee_item(is_free=True, fees=[]))
    alone = looked_up(client, case.number)
    assert "这是办件编号" in alone and "办到哪了</h2>" not in alone, "a number alone opens nothing"
    for words, code in (
        (f"{case.number} {case.query_code}", ""),
        (case.number[:20] + " " + case.number[20:], case.query_code),
    ):
        assert "办到哪了" in looked_up(client, words, code)
    assert looked_up(client, case.number, "AAAAAAAA").startswith("422")
    finish(case)
    certificate, decision = Certificate.objects.get(case_id=case.pk), PublicDecision.objects.get()
    for code in (certificate.verify_code, certificate.identifier, certificate.number):
        verdict = looked_up(client, code)
        assert "查验结果" in verdict and certificate.number in verdict
    office = looked_up(client, case.office.name[:6])
    assert f"/offices/{case.office_id}" in office
    public = looked_up(client, "小满面馆有限")
    assert firm.name in public and decision.number in public and person.name not in public
    assert case.office_id in looked_up(client, case.office_id)
    assert "查不到" in looked_up(client, "没有这样的东西xyz") and looked_up(client, " ").startswith("422")
    owed = make_case(person=person, item=fee_item(), kind="cold")
    accept_case(case_id=owed.pk, by=actor_of(make_official(owed)))
    work_until_idle()
    charge = Charge.objects.get(reference=owed.number)
    assert "这是缴款码" in looked_up(client, charge.number)
    found = looked_up(client, f"{charge.number[:10]} {charge.number[10:]} {charge.check_code.lower()}")
    assert "40 元" in found and "/pay/start" in found and person.name not in found


def test_a_joint_number_opens_with_the_query_code_of_any_of_its_parts(client: Client) -> None:
    joint = make_joint_case(person=make_person(name="欧阳晓晓"))
    fire, stranger = case_of(joint, "fire"), make_case()
    alone = looked_up(client, joint.number)
    assert "这是一件事的编号" in alone and "每一项办到哪了</h2>" not in alone, "a number alone opens nothing"
    for words, code in ((f"{joint.number} {fire.query_code}", ""), (joint.number.lower(), fire.query_code.lower())):
        shown = looked_up(client, words, code)
        assert "每一项办到哪了</h2>" in shown and "等待前一项" in shown and fire.office.name in shown
        assert "欧阳" not in shown and fire.number not in shown
    for code in (stranger.query_code, "AAAAAAAA"):
        assert looked_up(client, joint.number, code).startswith("422")
    assert looked_up(client, "YJS202611239999", fire.query_code).startswith("422")


def test_public_decisions_name_no_person(client: Client) -> None:
    item = make_item(office=make_office())
    person = make_person(name="沈建国")
    finish(make_case(person=person, item=item))
    finish(make_case(person=make_person(), item=item), grant=False)
    finish(make_case(item=make_item(office=make_office(), type_code="20")))
    shown = page(client, "/decisions/")
    assert PublicDecision.objects.count() == 1, "a permit that was granted, and nothing else"
    assert "个人，不公开姓名" in shown and person.name not in shown
    assert "没有找到" in page(client, "/decisions/?q=沈建国")
    assert PublicDecision.objects.get().number in page(client, f"/decisions/?office={item.office_code}&q=食品")
    assert client.get("/decisions/?after=2026-13-99.x&office=%27").status_code == 200


def test_codes_cannot_be_guessed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(item=fee_item(), kind="cold")
    accept_case(case_id=case.pk, by=actor_of(make_official(case)))
    work_until_idle()
    charge = Charge.objects.get(reference=case.number)
    monkeypatch.setitem(limits.GUESSES, "payment", limits.Limit(3, 900))
    for code in ("AAAAAA", "BBBBBB"):
        assert client.post("/pay", {"number": charge.number, "check_code": code}).status_code == 422
    assert looked_up(client, f"{charge.number} CCCCCC").startswith("422")
    right = {"number": charge.number, "check_code": charge.check_code}
    assert client.post("/pay", right).status_code == 429
    assert looked_up(client, f"{charge.number} {charge.check_code}").startswith("429")
