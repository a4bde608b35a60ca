"""One's own cases: the list, the page of a case, documents, correction, withdrawal, rating; and following without signing in."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.channels.portal.journey import clock_view
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, clocks_of
from yiwang.domains.cases.tests.factories import PDF, ask_for_correction, finish, make_case, make_official
from yiwang.domains.catalogue.tests.factories import instant, make_item
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.tests.factories import make_firm, make_person, sign_in
from yiwang.domains.ratings.models import Rating
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at(case: Case, more: str = "") -> str:
    return f"/me/cases/{case.number}{more}"


def cell_looks(page: str) -> list[str]:
    """Return the day cells of a page as `class state`."""
    cells = re.findall(r'<ol class="days".*?</ol>', page, re.S)
    return [
        " ".join(x for x in m if x) for c in cells for m in re.findall(r'<li(?: class="(\w+)")?(?: data-s="(\w+)")?', c)
    ]


def test_the_page_of_a_case_says_where_it_stands(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    page = seen(sign_in(client, person).get(at(case)))
    assert "已提交，最晚" in page
    assert case.query_code[:4] in page
    assert "部门在看受不受理" in page
    assert "你提交了申请" in page
    assert "收件凭证" in page
    assert "撤回申请" in page
    assert "86.5 平方米" in page
    assert "布局图.pdf" in page
    assert len(cell_looks(page)) == 5


def test_an_office_that_is_late_is_said_to_be_late_and_whom_to_turn_to(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    sign_in(client, person)
    assert "部门超期了" not in seen(client.get(at(case)))
    with moved_to(now() + dt.timedelta(days=20)):
        page, listed = seen(client.get(at(case))), seen(client.get("/me/cases"))
    assert "以前答复受不受理，还没有答复" in page and "以前答复受不受理，还没有答复" in listed
    assert "部门超期了" in page and "12345" in page and "行政复议" in page and "人民法院" in page


@pytest.mark.parametrize(
    "path", ["", "/receipt", "/withdraw", "/correction", "/rate", "/documents/0199aaaa-0000-7000-8000-000000000000"]
)
def test_somebody_elses_case_is_not_found(client: Client, path: str) -> None:
    case = make_case(person=make_person())
    sign_in(client, make_person())
    assert client.get(at(case, path)).status_code == 404
    if path:
        assert client.post(at(case, path)).status_code == 404
    assert case.number not in seen(client.get("/me/cases"))


def test_a_firms_case_is_seen_only_when_acting_for_the_firm(client: Client) -> None:
    person = make_person()
    firm = make_firm(person)
    case = make_case(person=person, firm=firm)
    assert sign_in(client, person).get(at(case)).status_code == 404
    assert sign_in(client, person, firm=firm).get(at(case)).status_code == 200


def test_another_cases_document_is_not_found(client: Client) -> None:
    person, other = make_person(), make_person()
    mine, theirs = make_case(person=person), make_case(person=other)
    paper = Document.objects.get(case_id=theirs.pk)
    sign_in(client, person)
    assert client.get(at(mine, f"/documents/{paper.pk}")).status_code == 404


def test_a_visitor_signs_in_first(client: Client) -> None:
    case = make_case()
    assert client.get(at(case)).headers["Location"].startswith("/sign-in?next=/me/cases/")


def test_a_document_waits_for_its_seal_and_is_then_a_pdf(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    make_official(case)
    paper = Document.objects.get(case_id=case.pk)
    sign_in(client, person)
    waiting = client.get(at(case, f"/documents/{paper.pk}"))
    assert "正在盖章" in seen(waiting)
    assert waiting.headers["Refresh"] == "3"
    work_until_idle()
    first = client.get(at(case, f"/documents/{paper.pk}"))
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert client.get(at(case, f"/documents/{paper.pk}")).content == first.content, "drawn once, kept"


def test_the_receipt_as_a_page(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    page = seen(sign_in(client, person).get(at(case, "/receipt")))
    assert "布局图（电子文件）" in page
    assert person.name in page
    assert case.query_code[:4] in page


@pytest.mark.parametrize("grant", [True, False])
def test_a_finished_case_asks_for_one_rating(client: Client, grant: bool) -> None:
    person = make_person()
    case = finish(make_case(person=person), grant=grant)
    sign_in(client, person)
    page = seen(client.get(at(case)))
    assert ("办好了" if grant else "没有通过") in page
    assert "去评价" in page
    assert client.get(at(case, "/rate")).status_code == 200
    client.post(at(case, "/rate"), {"grade": "satisfied", "comment": "快"})
    again = client.post(at(case, "/rate"), {"grade": "dissatisfied"})
    assert "评好了" in seen(again)
    assert Rating.objects.get().grade == "satisfied"
    assert "去评价" not in seen(client.get(at(case)))


@pytest.mark.django_db(transaction=True)
def test_a_rating_without_a_grade_is_asked_again(client: Client) -> None:
    person = make_person()
    case = finish(make_case(person=person))
    answer = sign_in(client, person).post(at(case, "/rate"), {"comment": "很好"})
    assert answer.status_code == 422
    assert "选一个满意度" in seen(answer)
    assert "很好" in seen(answer)


def test_an_instant_case_is_done_within_seconds(client: Client) -> None:
    person, item = make_person(), make_item(processing=instant())
    case = make_case(person=person, item=item)
    make_official(case)
    me = sign_in(client, person)
    assert "马上办好，刷新这一页看结果" in seen(me.get(at(case)))
    with moved_to(now() + dt.timedelta(minutes=3)):
        assert "已提交，最晚" in seen(me.get(at(case))), "what takes longer is with a person"
    work_until_idle()
    assert "办好了" in seen(me.get(at(case)))


def hidden(page: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def correction_form(page: str) -> dict[str, Any]:
    """Return a correction form as a browser would send it back unchanged."""
    form = page.partition('<form class="stack big-g"')[2]
    typed = dict(re.findall(r'<input class="ds-input[^>]* name="(\w+)"[^>]* type="text" value="([^"]*)"', form))
    typed |= dict(re.findall(r'type="radio" name="(\w+)"[^>]* value="(\w+)" checked', form))
    typed |= dict.fromkeys(re.findall(r'type="checkbox"[^>]* name="(\w+)"[^>]* checked', form), "true")
    return hidden(form) | typed


def test_what_was_asked_for_is_supplied(client: Client) -> None:
    person = make_person()
    case = ask_for_correction(make_case(person=person))
    sign_in(client, person)
    page = seen(client.get(at(case)))
    assert "要你补材料" in page
    assert "带上租约" in page
    page = seen(client.get(at(case, "/correction")))
    assert page.index("要补：面积和图上不一样，请改") < page.index('id="f-area"'), "the request stands beside its field"
    form = correction_form(page)
    assert form["area"] == "86.5"
    answer = client.post(at(case, "/correction"), form | {"area": "90"})
    assert answer.headers["Location"] == at(case)
    case.refresh_from_db()
    assert case.state == "submitted"
    assert answers_of(case)["area"] == 90
    assert answers_of(case)["shop_name"] == "小满面馆"
    page = seen(client.get(at(case)))
    assert "你补上了" in page
    assert client.get(at(case, "/correction")).status_code == 302, "told once, supplied once"


def test_a_file_for_a_correction_is_kept_until_it_is_handed_in(client: Client) -> None:
    person = make_person()
    case = ask_for_correction(make_case(person=person), [{"field": "plan", "text": "图太模糊"}])
    sign_in(client, person)
    form = correction_form(seen(client.get(at(case, "/correction"))))
    old = answers_of(case)["plan"][0]
    page = seen(client.post(at(case, "/correction"), form | {"plan-remove": old, "area": "91"}))
    assert "布局图.pdf" not in page
    assert 'value="91"' in page, "what was typed meanwhile is still there"
    upload = SimpleUploadedFile("清楚的图.pdf", PDF, "application/pdf")
    page = seen(client.post(at(case, "/correction"), correction_form(page) | {"plan-file": upload, "plan-upload": "1"}))
    assert "清楚的图.pdf" in page
    client.post(at(case, "/correction"), correction_form(page))
    case.refresh_from_db()
    assert case.state == "submitted"
    assert answers_of(case)["area"] == 91
    assert len(answers_of(case)["plan"]) == 1
    assert answers_of(case)["plan"] != [old]
    page = seen(client.get(at(case)))
    assert "清楚的图.pdf" in page


def test_what_is_wrong_in_a_correction_is_said(client: Client) -> None:
    person = make_person()
    case = ask_for_correction(make_case(person=person))
    sign_in(client, person)
    form = correction_form(seen(client.get(at(case, "/correction"))))
    answer = client.post(at(case, "/correction"), form | {"area": "九十多"})
    assert answer.status_code == 422
    assert 'href="#f-area"' in seen(answer)
    assert 'value="九十多"' in seen(answer)
    same = client.post(at(case, "/correction"), form)
    assert same.status_code == 422 and "这 1 处还没有改" in seen(same) and "面积和图上不一样，请改" in seen(same)
    case.refresh_from_db()
    assert case.state == "correction", "nothing goes before it was warned of"
    assert client.post(at(case, "/correction"), form | {"_anyway": "1"}).headers["Location"] == at(case)


@pytest.mark.django_db(transaction=True)
def test_a_case_is_withdrawn_after_asking(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    sign_in(client, person)
    page = client.get(at(case, "/withdraw"))
    assert "撤回这份申请" in seen(page)
    assert client.post(at(case, "/withdraw"), {"revision": "1"}).headers["Location"] == at(case)
    assert "已撤回" in seen(client.get(at(case)))
    assert client.post(at(case, "/withdraw"), {}).status_code == 409
    assert client.get(at(case, "/withdraw")).status_code == 302


def test_the_list_goes_on_by_pages_without_counting(client: Client, django_assert_max_num_queries: Any) -> None:
    person, item = make_person(), make_item()
    cases = [make_case(person=person, item=item) for _ in range(23)]
    sign_in(client, person)
    with django_assert_max_num_queries(6):  # session, account, official?, person, cases, drafts
        first = seen(client.get("/me/cases"))
    assert first.count("/me/cases/1") == 20
    assert cases[0].number not in first
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    second = seen(client.get(more[1]))
    assert cases[0].number in second
    assert second.count("/me/cases/1") == 3
    assert client.get("/me/cases?before=nonsense").status_code == 200


def test_the_page_of_a_case_asks_the_database_little(client: Client, django_assert_max_num_queries: Any) -> None:
    person = make_person()
    case = make_case(person=person)
    sign_in(client, person)
    client.get(at(case))
    with django_assert_max_num_queries(12):
        client.get(at(case))


def test_progress_without_signing_in(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    spaced = " ".join(case.number[i : i + 4] for i in range(0, len(case.number), 4))
    page = seen(client.post("/progress", {"number": spaced, "query_code": case.query_code.lower()}))
    assert "已提交，最晚" in page
    assert person.name not in page
    assert "小满面馆" not in page
    assert "/documents/" not in page


def test_progress_is_limited_against_guessing(client: Client) -> None:
    case = make_case()
    wrong = client.post("/progress", {"number": case.number, "query_code": "AAAAAAAA"})
    assert wrong.status_code == 422
    assert "对不上" in seen(wrong)
    for _ in range(30):
        answer = client.post("/progress", {"number": case.number, "query_code": "AAAAAAAA"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    right = {"number": case.number, "query_code": case.query_code}
    assert client.post("/progress", right).status_code == 429
    assert client.post("/progress", {}).status_code == 422
    assert client.post("/progress", right, REMOTE_ADDR="10.0.0.7").status_code == 200, "the owner is not locked out"


def test_the_cells_of_a_clock(at_noon: dt.datetime) -> None:
    case = make_case()
    clock = clocks_of(case)[0]
    assert [c["kind"] for c in clock_view(clock, case)["cells"]] == ["", "", "", "", "legal"]
    with moved_to(at_noon + dt.timedelta(days=2)):
        cells = clock_view(clock, case)["cells"]
        assert [c["state"] for c in cells] == ["done", "today", "", "", ""]
        assert cells[1]["date"] == today()
    with moved_to(at_noon + dt.timedelta(days=30)):
        assert clock_view(clock, case)["tag"]["color"] == "danger"


def test_a_year_without_an_official_notice_is_said(client: Client, at_noon: dt.datetime) -> None:
    person = make_person()
    sign_in(client, person)
    set_calendar(days={}, official_years={2026: "国办发明电〔2025〕7号"}, by=SYSTEM)
    assert "可能变" not in seen(client.get(at(make_case(person=person))))
    with moved_to(dt.datetime(2026, 12, 29, 9, tzinfo=at_noon.tzinfo)):
        assert "可能变" in seen(client.get(at(make_case(person=person))))


def test_the_page_speaks_english(client: Client) -> None:
    person = make_person()
    case = make_case(person=person)
    page = seen(sign_in(client, person).get(at(case), HTTP_ACCEPT_LANGUAGE="en"))
    assert "Food licence" in page
