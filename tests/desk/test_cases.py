"""One case at the desk, step by step, by those who may; each look is written down."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from yiwang.domains.cases.actions import supply_correction
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of
from yiwang.domains.cases.tests.factories import ask_for_correction, finish, make_case, make_official
from yiwang.domains.catalogue.content import Processing
from yiwang.domains.catalogue.tests.factories import SHOP_FORM, make_item
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import actor_of, id_number, make_office, make_person, make_staff, sign_in
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db

after_a_refusal = pytest.mark.django_db(transaction=True)
"""A refused action undoes its whole transaction, so a test that goes on afterwards must not run in one."""


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at_desk(staff: Staff) -> Client:
    client: Client = sign_in(Client(), staff)
    return client


def at(case: Case, step: str = "") -> str:
    return f"/desk/cases/{case.number}{step and '/'}{step}"


def revision_on(client: Client, case: Case) -> str:
    """Return the revision that the forms of the page would post."""
    found = re.search(r'name="revision" value="(\d+)"', seen(client.get(at(case))))
    assert found
    return found[1]


def take(client: Client, case: Case, step: str, **posted: Any) -> Any:
    """Open the page and post the form of a step, as a browser does."""
    return client.post(at(case, step), {"revision": revision_on(client, case), **posted}, follow=True)


def team(case: Case) -> tuple[Client, Client, Client, Client]:
    """A window, two reviewers and the head of the office."""
    make_official(case)
    office = case.office
    return (
        at_desk(make_staff(office=office, roles=("window",), name="方敏")),
        at_desk(make_staff(office=office, roles=("reviewer",), name="孔令仪")),
        at_desk(make_staff(office=office, roles=("reviewer",), name="戴文博")),
        at_desk(make_staff(office=office, roles=("head",), name="钱一鸣")),
    )


def test_a_case_is_accepted_reviewed_by_two_and_granted() -> None:
    item = make_item(office=make_office(), processing=Processing(substance_check=True))
    case = make_case(item=item)
    window, one, other, head = team(case)
    assert "已受理" in seen(take(window, case, "acceptance"))
    assert "现在不用你处理" in seen(window.get(at(case)))
    assert "0/2 位" in seen(one.get(at(case)))
    take(one, case, "review", verdict="support", opinion="现场看过，符合。")
    assert "你已经写过意见" in seen(one.get(at(case)))
    assert "审查：还差 1 份意见" in seen(head.get(at(case)))
    assert "1/2 位" in seen(other.get(at(case)))
    take(other, case, "review", verdict="support", opinion="同意。")
    text = seen(head.get(at(case)))
    assert "现场看过，符合。" in text and "同意。" in text and "孔令仪" in text
    assert "已准予" in seen(take(head, case, "decision", decision="grant"))
    work_until_idle()
    text = seen(head.get(at(case)))
    assert "已办结" in text and "决定书" in text
    for words in ("申请人提交", "已受理", "审查：符合", "已准予", "办结"):
        assert words in text


@after_a_refusal
def test_a_refusal_needs_a_reason_and_keeps_what_was_typed() -> None:
    case = make_case()
    window, one, _other, head = team(case)
    take(window, case, "acceptance")
    take(one, case, "review", verdict="oppose", opinion="面积不够。")
    refused = take(head, case, "decision", decision="refuse", basis="《某法》第一条")
    assert refused.status_code == 422
    assert "写清楚为什么不予许可" in seen(refused) and "《某法》第一条" in seen(refused)
    done = take(head, case, "decision", decision="refuse", reason="面积不到 20 平方米。", basis="《某法》第一条")
    assert "已作出不予决定" in seen(done)
    case.refresh_from_db()
    assert case.outcome == "refused"


@after_a_refusal
def test_of_two_officials_one_wins_and_the_other_sees_the_fresh_state() -> None:
    case = make_case()
    window, *_rest = team(case)
    second = at_desk(make_staff(office=case.office, roles=("window",), name="范思琪"))
    before = revision_on(second, case)
    take(window, case, "acceptance")
    late = second.post(
        at(case, "refusal-to-accept"),
        {"revision": before, "ground": "no_power", "reason": "不归我们", "authority": "省局"},
    )
    assert late.status_code == 409
    assert "别人刚刚处理了这一件" in seen(late) and "审查：还差" in seen(late)
    case.refresh_from_db()
    assert case.state == "accepted"


@after_a_refusal
@pytest.mark.parametrize("posted", [{}, {"revision": "x"}, {"revision": "９"}, {"revision": "99999999999"}])
def test_a_form_without_its_revision_changes_nothing(posted: dict[str, str]) -> None:
    case = make_case()
    client = at_desk(make_official(case))
    assert client.post(at(case, "acceptance"), posted).status_code == 409
    case.refresh_from_db()
    assert case.state == "submitted"


@after_a_refusal
def test_the_wrong_duty_gets_403_and_another_office_404() -> None:
    case = make_case()
    window, one, _other, head = team(case)
    for client in (one, head):
        assert client.post(at(case, "acceptance"), {"revision": case.revision}).status_code == 403
    assert at_desk(make_staff()).get(at(case)).status_code == 404
    assert at_desk(make_staff()).post(at(case, "acceptance"), {"revision": 1}).status_code == 404
    assert sign_in(Client(), case.applicant).get(at(case)).status_code == 403
    assert Client().post(at(case, "acceptance")).headers["Location"].startswith("/sign-in?next=")
    assert window.get("/desk/cases/NOSUCHNUMBER").status_code == 404


@after_a_refusal
def test_what_is_missing_is_told_once_beside_the_answers() -> None:
    case = make_case()
    client = at_desk(make_official(case))
    assert "小满面馆" in seen(client.get(at(case, "correction-request")))
    empty = client.post(at(case, "correction-request"), {"revision": case.revision, "other-1": "  "})
    assert empty.status_code == 422 and "写清楚要补什么" in seen(empty)
    done = client.post(
        at(case, "correction-request"),
        {"revision": case.revision, "field-area": "和图上不一样，请改", "other-1": "带上租约"},
        follow=True,
    )
    text = seen(done)
    assert "已一次告知" in text and "店面总面积" in text and "带上租约" in text and "等申请人补正" in text
    assert client.get(at(case, "correction-request")).status_code == 302


@after_a_refusal
def test_after_a_correction_the_page_shows_what_changed_and_asks_no_more() -> None:
    case = ask_for_correction(make_case())
    supply_correction(case_id=case.pk, answers=answers_of(case) | {"area": 92}, by=actor_of(case.applicant))
    client = at_desk(make_staff(office=case.office))
    text = seen(client.get(at(case)))
    assert "补正后改过" in text and "92 平方米" in text and "86.5 平方米" in text
    assert "已经一次告知过补正" in text and at(case, "correction-request") not in text
    again = client.post(at(case, "correction-request"), {"revision": revision_on(client, case), "other-1": "再补一样"})
    assert again.status_code == 409 and "已经告知过一次补正" in seen(again)


@after_a_refusal
def test_refusing_to_accept_says_where_to_go() -> None:
    case = make_case()
    client = at_desk(make_official(case))
    refused = take(client, case, "refusal-to-accept", ground="no_power", reason="这件事归公安。")
    assert (
        refused.status_code == 422 and "写清楚该向哪个部门申请" in seen(refused) and "这件事归公安。" in seen(refused)
    )
    done = take(client, case, "refusal-to-accept", ground="no_power", reason="这件事归公安。", authority="演示公安局")
    assert "已作出不予受理决定" in seen(done)
    assert Document.objects.filter(case_id=case.pk, kind="not_accepted").exists()


@after_a_refusal
def test_a_case_is_handed_to_a_colleague() -> None:
    case = make_case()
    staff = make_official(case)
    colleague, stranger = make_staff(office=case.office, name="孔令仪"), make_staff(name="外人")
    client = at_desk(staff)
    assert "孔令仪" in seen(client.get(at(case))) and "外人" not in seen(client.get(at(case)))
    for wrong in (str(stranger.pk), "nobody"):
        assert take(client, case, "hand-over", colleague=wrong).status_code == 422
    assert "孔令仪 在办" in seen(take(client, case, "hand-over", colleague=str(colleague.pk)))
    assert "转给孔令仪" in seen(client.get(at(case)))


# What was looked at


def reads(case: Case) -> list[tuple[str, str]]:
    found = Read.objects.filter(person_id=case.applicant_id).order_by("read_at", "id")
    return list(found.values_list("what", "reason"))


def test_each_look_at_a_case_is_written_down_before_it_is_shown() -> None:
    case = make_case()
    staff = make_official(case)
    at_desk(staff).get(at(case))
    assert reads(case) == [("case", "看能不能受理")]
    read = Read.objects.get()
    assert (read.reader_id, read.office, read.case_id) == (staff.pk, case.office_id, case.pk)
    at_desk(make_staff()).get(at(case))
    assert len(reads(case)) == 1, "who may not see it has not read it"


def test_id_numbers_are_masked_until_somebody_says_why() -> None:
    form = {**SHOP_FORM, "schema": {**SHOP_FORM["schema"], "properties": {**SHOP_FORM["schema"]["properties"]}}}
    form["schema"]["properties"]["owner"] = {"type": "string", "format": "citizen-id"}
    form["ui"] = {**SHOP_FORM["ui"], "fields": {**SHOP_FORM["ui"]["fields"]}}
    form["ui"]["fields"]["owner"] = {"label": {"zh": "证件号", "en": "ID number"}, "widget": "citizen_id"}
    number = id_number()
    case = make_case(item=make_item(office=make_office(), form=form), owner=number)
    client = at_desk(make_official(case))
    assert number not in seen(client.get(at(case)))
    assert number not in seen(client.get(at(case, "correction-request")))
    without = client.post(at(case, "id-numbers"), {"reason": " "})
    assert without.status_code == 422 and number not in seen(without)
    shown = client.post(at(case, "id-numbers"), {"reason": "与身份证原件核对"})
    assert number in seen(shown) and shown.headers["Cache-Control"] == "private, no-store"
    assert ("id_number", "与身份证原件核对") in reads(case)


def test_a_paper_is_sent_and_the_look_is_written_down() -> None:
    case = make_case()
    client = at_desk(make_official(case))
    address = re.search(r'href="(/desk/cases/[^"]+/papers/[^"?]+)"', seen(client.get(at(case))))
    assert address
    sent = client.get(address[1])
    assert sent.content.startswith(b"%PDF") and sent.headers["Content-Disposition"].startswith("inline")
    assert client.get(f"{address[1]}?download").headers["Content-Disposition"].startswith("attachment")
    assert [what for what, _reason in reads(case)] == ["case", "paper", "paper"]
    other = make_case()
    wrong = address[1].replace(case.number, other.number)
    assert at_desk(make_official(other)).get(wrong).status_code == 404
    assert at_desk(make_staff()).get(address[1]).status_code == 404


def test_a_document_is_sent_once_it_is_sealed() -> None:
    case = make_case()
    client = at_desk(make_official(case))
    document = Document.objects.get(case_id=case.pk)
    assert "正在盖章" in seen(client.get(at(case)))
    assert client.get(at(case, f"documents/{document.pk}")).status_code == 409
    work_until_idle()
    assert client.get(at(case, f"documents/{document.pk}")).content.startswith(b"%PDF")
    assert ("document", "看文书") in reads(case)


def test_the_page_of_a_finished_case_has_nothing_to_press() -> None:
    case = finish(make_case())
    text = seen(at_desk(make_staff(office=case.office)).get(at(case)))
    assert "这一件已经办完" in text and 'name="revision"' not in text


def test_the_page_speaks_english_too() -> None:
    case = make_case(person=make_person(name="Ann Lee"))
    response = at_desk(make_official(case)).get(at(case), HTTP_ACCEPT_LANGUAGE="en")
    assert "Food licence" in seen(response) and "Floor plan" in seen(response)


def test_what_a_correction_changed_is_shown_before_and_after() -> None:
    """Every answer that differs, with words for those who do not see the colours, and whether it was asked for."""
    person = make_person()
    case = make_case(person=person, area=50)
    official = make_official(case)
    ask_for_correction(case)
    answers = answers_of(case) | {"area": 61.5, "shop_name": "大满面馆"}
    supply_correction(case_id=case.pk, answers=answers, by=actor_of(person))
    text = seen(at_desk(official).get(at(case)))
    assert "补正改了什么" in text
    assert '<del><span class="ds-sr-only">原来：</span>50 平方米</del>' in text
    assert '<ins><span class="ds-sr-only">现在：</span>61.5 平方米</ins>' in text
    assert "没有要求改" in text, "the name of the shop was not asked for"
