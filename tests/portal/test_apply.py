"""Applying, as a browser without JavaScript does it."""

import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.domains.cases.models import Case, Draft, HeldAnswers
from yiwang.domains.cases.queries import answers_of, draft_answers, my_draft
from yiwang.domains.cases.tests.factories import PDF
from yiwang.domains.catalogue.actions.publishing import amend_item
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_person, sign_in
from yiwang.domains.papers.models import Paper
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def hidden(response: Any) -> dict[str, Any]:
    """Return the hidden inputs of the form on a page; what lies in a template, a browser without JavaScript never sends."""
    found: dict[str, Any] = {}
    page = re.sub(r"<template.*?</template>", "", response.content.decode(), flags=re.S)
    form = re.search(r'<form class="stack[^>]*method="post".*?</form>', page, re.S)
    assert form
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def fill(client: Client, address: str, **typed: Any) -> Any:
    """Open a page, type, and press the button."""
    page = client.get(address)
    assert page.status_code == 200, page
    return client.post(address.partition("?")[0], hidden(page) | typed)


def pdf(name: str = "布局图.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def draft_of(person: Person, item: Guide, firm: Firm | None = None) -> Draft:
    draft = my_draft(actor_of(person, firm=firm), item.code)
    assert draft
    return draft


def filled(client: Client, item: Guide) -> str:
    """Fill in the whole form; return the address of the summary."""
    at = f"/items/{item.code}/apply"
    client.get(at)
    fill(client, f"{at}/owner", owner="林小满")
    fill(client, f"{at}/shop", shop_name="小满面馆", area="86.5", kind="cold")
    fill(client, f"{at}/papers", truth="true", **{"plan-file": pdf()})
    return f"{at}/check"


def test_a_visitor_signs_in_first_and_comes_back(client: Client) -> None:
    item = make_item()
    answer = client.get(f"/items/{item.code}/apply")
    assert answer.headers["Location"] == f"/sign-in?next=/items/{item.code}/apply"


def test_whoever_is_not_checked_is_led_to_the_real_name(client: Client) -> None:
    item = make_item()
    answer = sign_in(client, make_person(level=1)).get(f"/items/{item.code}/apply")
    assert answer.headers["Location"].startswith("/me/real-name?next=%2Fitems%2F")
    assert Draft.objects.count() == 0


def test_the_whole_way_from_the_first_page_to_a_case(client: Client) -> None:
    item, person = make_item(), make_person(name="林小满")
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    assert client.get(at).headers["Location"] == f"{at}/owner"
    page = client.get(f"{at}/owner")
    assert "我们从你的实名信息取来的" in seen(page)
    assert 'value="林小满"' in seen(page)
    assert fill(client, f"{at}/owner", owner="林小满").headers["Location"] == f"{at}/shop"
    to_papers = fill(
        client, f"{at}/shop", shop_name="小满面馆", area="８６.5", kind="cold",
        **{"opened_on-year": "2026", "opened_on-month": "3", "opened_on-day": "9"},
    )  # fmt: skip
    assert to_papers.headers["Location"] == f"{at}/papers"
    to_check = fill(client, f"{at}/papers", truth="true", **{"plan-file": pdf()})
    assert to_check.headers["Location"] == f"{at}/check"
    summary = seen(client.get(f"{at}/check"))
    assert "86.5 平方米" in summary
    assert "2026 年 3 月 9 日" in summary
    assert "布局图.pdf" in summary
    assert f"{at}/shop?to=check#f-area" in summary
    answer = fill(client, f"{at}/check", declare="true")
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/me/cases/{case.number}"
    assert answers_of(case)["area"] == 86.5
    assert not Draft.objects.exists()
    assert Paper.objects.get().case_id == case.pk


def test_pressed_twice_it_is_one_case(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    check = filled(client, item)
    form = hidden(client.get(check)) | {"declare": "true"}
    first, second = client.post(check, form), client.post(check, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == 1


def test_without_the_declaration_nothing_is_handed_in(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    check = filled(client, item)
    answer = fill(client, check)
    assert answer.status_code == 422
    assert "打勾才能提交" in seen(answer)
    assert "<title>有 1 处要改" in seen(answer)
    assert not Case.objects.exists()


def test_what_is_wrong_is_said_beside_the_field_and_kept(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    client.get(f"/items/{item.code}/apply")
    answer = fill(client, f"/items/{item.code}/apply/shop", shop_name="小满面馆", area="八十多平")
    page = seen(answer)
    assert answer.status_code == 422
    assert '<a href="#f-area">' in page
    assert 'value="八十多平"' in page
    assert "<title>有 1 处要改" in page
    assert draft_answers(draft_of(person, item))["shop_name"] == "小满面馆", "what was right is saved all the same"


def test_an_answer_that_brings_up_a_question_shows_it(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    at = f"/items/{item.code}/apply"
    client.get(at)
    answer = fill(client, f"{at}/shop", shop_name="小满面馆", area="86", kind="hot")
    assert answer.headers["Location"] == f"{at}/shop#f-items"
    assert "座位数" in seen(client.get(f"{at}/shop"))


@pytest.mark.django_db(transaction=True)
def test_what_is_missing_is_named_on_the_summary_with_a_way_there(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    at = f"/items/{item.code}/apply"
    client.get(at)
    page = client.get(f"{at}/check")
    assert f"{at}/papers?to=check#f-plan" in seen(page)
    answer = client.post(f"{at}/check", hidden(page) | {"declare": "true"})
    assert answer.status_code == 422
    assert "才能继续" in seen(answer)


def test_from_the_summary_an_answer_is_changed_and_one_is_back_there(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    check = filled(client, item)
    at = f"/items/{item.code}/apply"
    answer = fill(client, f"{at}/shop?to=check", shop_name="大满面馆", area="86.5", kind="cold")
    assert answer.headers["Location"] == check
    assert "大满面馆" in seen(client.get(check))


def test_files_are_kept_when_attached_and_can_be_taken_off(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    answer = fill(client, f"{at}/papers", **{"plan-file": [pdf("一.pdf"), pdf("二.pdf")], "plan-upload": "1"})
    assert answer.headers["Location"] == f"{at}/papers#f-plan"
    page = seen(client.get(f"{at}/papers"))
    assert "一.pdf" in page
    assert "二.pdf" in page
    first = draft_answers(draft_of(person, item))["plan"][0]
    fill(client, f"{at}/papers", **{"plan-remove": first})
    page = seen(client.get(f"{at}/papers"))
    assert "一.pdf" not in page
    assert "二.pdf" in page
    assert Paper.objects.get(pk=first).removed_at is not None


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00 a program", PDF + b"PK\x03\x04"])
def test_a_file_that_is_refused_is_refused_beside_its_field(client: Client, data: bytes) -> None:
    item = make_item()
    sign_in(client, make_person())
    at = f"/items/{item.code}/apply"
    client.get(at)
    answer = fill(client, f"{at}/papers", truth="true", **{"plan-file": pdf("坏.pdf", data)})
    page = seen(answer)
    assert answer.status_code == 422
    assert "你选的是“坏.pdf”" in page
    assert 'id="f-plan-e"' in page
    assert not Paper.objects.exists()


def test_somebody_elses_paper_cannot_be_handed_in(client: Client) -> None:
    item, person, other = make_item(), make_person(), make_person()
    sign_in(client, other)
    filled(client, item)
    stolen = draft_answers(draft_of(other, item))["plan"][0]
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    fill(client, f"{at}/papers", truth="true", plan=stolen)
    assert "plan" not in draft_answers(draft_of(person, item))


def test_an_expired_sign_in_keeps_what_was_typed(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    page = client.get(f"{at}/shop")
    client.logout()
    answer = client.post(f"{at}/shop", hidden(page) | {"shop_name": "小满面馆", "area": "八十多平", "kind": "cold"})
    assert answer.headers["Location"] == f"/sign-in?next={at}/shop"
    assert "小满".encode() not in bytes(HeldAnswers.objects.get().answers_sealed)
    sign_in(client, person)
    back = client.get(f"{at}/shop")
    assert "登录过期前填的都还在" in seen(back)
    assert 'value="小满面馆"' in seen(back)
    assert 'value="八十多平"' in seen(back)
    saved = client.post(f"{at}/shop", hidden(back) | {"shop_name": "小满面馆", "area": "80", "kind": "cold"})
    assert saved.headers["Location"] == f"{at}/papers"
    assert saved.cookies["held"].value == ""
    assert draft_answers(draft_of(person, item))["shop_name"] == "小满面馆"


def test_held_answers_are_shown_to_nobody_else(client: Client) -> None:
    item, person, other = make_item(), make_person(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    page = client.get(f"{at}/shop")
    client.logout()
    client.post(f"{at}/shop", hidden(page) | {"shop_name": "小满面馆"})
    sign_in(client, other)
    client.get(at)
    assert "小满面馆" not in seen(client.get(f"{at}/shop"))


def test_a_post_without_a_page_that_we_gave_out_holds_nothing(client: Client) -> None:
    item = make_item()
    client.post(f"/items/{item.code}/apply/shop", {"shop_name": "x", "_page": "forged:token"})
    assert not HeldAnswers.objects.exists()


def test_an_expired_sign_in_of_a_firm_comes_back_as_the_firm(client: Client) -> None:
    item, person = make_item(audience=["enterprise"]), make_person()
    firm = make_firm(person)
    sign_in(client, person, firm=firm)
    at = f"/items/{item.code}/apply"
    client.get(at)
    page = client.get(f"{at}/shop")
    client.logout()
    client.post(f"{at}/shop", hidden(page) | {"shop_name": "小满面馆"})
    sign_in(client, person)
    back = client.get(f"{at}/shop", follow=True)
    assert 'value="小满面馆"' in seen(back)
    assert client.session["acting_for_firm"] == str(firm.pk)


def test_a_firms_item_explains_how_to_act_for_the_firm(client: Client) -> None:
    item, person = make_item(audience=["enterprise"]), make_person()
    firm = make_firm(person)
    sign_in(client, person)
    page = seen(client.get(f"/items/{item.code}/apply"))
    assert "企业或单位来办" in page
    assert str(firm.pk) in page
    answer = client.post("/me/acting", {"firm": str(firm.pk), "next": f"/items/{item.code}/apply"})
    assert answer.headers["Location"] == f"/items/{item.code}/apply"
    assert client.get(f"/items/{item.code}/apply").headers["Location"] == f"/items/{item.code}/apply/owner"


def test_two_people_have_two_drafts(client: Client) -> None:
    item, one, other = make_item(), make_person(), make_person()
    at = f"/items/{item.code}/apply"
    sign_in(client, one)
    client.get(at)
    fill(client, f"{at}/shop", shop_name="小满面馆", area="5", kind="cold")
    sign_in(client, other)
    client.get(at)
    assert "小满面馆" not in seen(client.get(f"{at}/shop"))
    draft = draft_of(one, item)
    stolen = client.post(f"{at}/check", {"draft": str(draft.pk), "declare": "true"})
    assert stolen.status_code == 404


def test_a_page_of_a_draft_that_is_gone_says_so(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    check = filled(client, item)
    old = hidden(client.get(f"/items/{item.code}/apply/shop"))
    fill(client, check, declare="true")
    answer = client.post(f"/items/{item.code}/apply/shop", old | {"shop_name": "x"})
    assert answer.status_code == 409
    assert "已经提交" in seen(answer)


def test_a_newer_version_is_shown_and_moved_to_when_the_owner_says_so(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    check = filled(client, item)
    amend_item(item_code=item.code, changes={"promised_limit": {"amount": 3}}, by=SYSTEM)
    assert "内容更新了" in seen(client.get(check))
    at = f"/items/{item.code}/apply"
    page = seen(client.get(f"{at}/new-version"))
    assert "<li>承诺时间</li>" in page
    assert "<li>材料</li>" not in page
    client.post(f"{at}/new-version")
    assert "内容更新了" not in seen(client.get(check))
    assert draft_answers(draft_of(person, item))["shop_name"] == "小满面馆"


def test_a_draft_is_thrown_away_only_after_asking(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    at = f"/items/{item.code}/apply"
    client.get(at)
    assert client.get(f"{at}/discard").status_code == 200
    assert Draft.objects.count() == 1
    client.post(f"{at}/discard")
    assert not Draft.objects.exists()


def test_one_goes_on_where_it_was_left(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    at = f"/items/{item.code}/apply"
    client.get(at)
    fill(client, f"{at}/shop", shop_name="小满面馆", area="5", kind="cold")
    assert client.get(at).headers["Location"] == f"{at}/papers"
    assert f'href="{at}"' in seen(client.get(f"/items/{item.code}")), "the guide leads back to the draft"


def test_saving_and_leaving_keeps_what_was_typed(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    answer = fill(client, f"{at}/shop", shop_name="小满面馆", area="还没量", exit="1")
    assert answer.headers["Location"] == "/me/cases"
    assert draft_answers(draft_of(person, item))["shop_name"] == "小满面馆"
    assert item.name in seen(client.get("/me/cases"))


def test_the_standard_application_works_too(client: Client) -> None:
    item = make_item(form=None)
    sign_in(client, make_person())
    answer = client.get(f"/items/{item.code}/apply", follow=True)
    assert answer.status_code == 200
    assert "申请人" in seen(answer)


def test_the_form_speaks_english(client: Client) -> None:
    item = make_item()
    sign_in(client, make_person())
    client.get(f"/items/{item.code}/apply")
    page = seen(client.get(f"/items/{item.code}/apply/shop", HTTP_ACCEPT_LANGUAGE="en"))
    assert "Your shop" in page
    assert "Name of the shop" in page


def test_every_name_survives_as_it_was_typed(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    names = ["𬎆㛃", "阿卜杜热合曼·买买提", "李〇", '"><script>alert(1)</script>']
    for name in names:
        fill(client, f"{at}/owner", owner=name)
        assert draft_answers(draft_of(person, item))["owner"] == name
        assert "<script>alert" not in client.get(f"{at}/owner").content.decode()
