"""What applicants read and do off the ordinary way: choosing, supplying, the clock that stands still, how to object."""

import datetime as dt
import html
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.test_cases import at_desk
from yiwang.domains.cases.actions import (
    accept_case,
    accept_deferred,
    close_special,
    extend_case,
    open_special,
    request_more,
    review_case,
    start_draft,
    tell_interested,
    terminate_case,
)
from yiwang.domains.cases.actions import save_answers as keep
from yiwang.domains.cases.models import Case, Deferral, Draft, MoreRequest, Promise
from yiwang.domains.cases.queries import answers_of
from yiwang.domains.cases.tests.factories import PDF, make_case, make_official, shop_answers
from yiwang.domains.catalogue.content import Limit, Material, Processing, Text
from yiwang.domains.catalogue.content.structs import PromiseTerms
from yiwang.domains.catalogue.tests.factories import make_content, make_item
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, sign_in
from yiwang.foundation.clock import moved_to

pytestmark = pytest.mark.django_db

PLAN = Material("plan", Text("布局图", "Floor plan"), necessity="deferrable")
PROMISE = PromiseTerms(
    version="2026-1",
    text=Text("我已符合条件，愿意承担责任。", "I meet the conditions."),
    consequences=Text("不属实就撤销。", "It is revoked if untrue."),
    covers=["plan"],
)


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    cache.clear()
    yield


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at(case: Case, more: str = "") -> str:
    return f"/me/cases/{case.number}{more}"


def draft_without_plan(person: Person, **content: Any) -> Draft:
    """Begin an application whose floor plan is missing."""
    item = make_item(office=make_office(), materials=[PLAN], **content)
    draft = start_draft(item_code=item.code, by=actor_of(person))
    answers = {key: value for key, value in shop_answers(person).items() if key != "plan"}
    return keep(draft_id=draft.pk, answers=answers, by=actor_of(person))


def check(draft: Draft) -> str:
    return f"/items/{draft.item_id}/apply/check"


def test_a_paper_may_follow_is_awaited_and_supplied(client: Client, at_noon: Any) -> None:
    person = make_person()
    draft = draft_without_plan(person)
    me = sign_in(client, person)
    page = seen(me.get(f"/items/{draft.item_id}/apply/papers"))
    assert "手边没有也能先往下走" in page
    posted: dict[str, Any] = {"_shown": ["plan", "truth"], "truth": "true"}
    assert me.post(f"/items/{draft.item_id}/apply/papers", posted).headers["Location"].endswith("/check")
    page = seen(me.get(check(draft)))
    assert "布局图以后补" in page and "有 1 处要改" not in page
    refused = me.post(check(draft), {"draft": str(draft.pk), "declare": "true"})
    assert refused.status_code == 422 and "布局图以后补" in seen(refused)
    done = me.post(check(draft), {"draft": str(draft.pk), "declare": "true", "deferred": "plan"})
    case = Case.objects.get(number=done.headers["Location"].rsplit("/", 1)[1])
    assert "部门受理时告诉你最晚哪天" in seen(me.get(at(case)))
    accept_deferred(case_id=case.pk, materials=["plan"], days=3, by=actor_of(make_official(case)))
    page = seen(me.get(at(case)))
    assert "你说好以后补的材料" in page and "补齐以前不给结果" in page and "先受理，缺的材料以后补" in page
    assert "补材料：食品经营许可" in seen(me.get("/me/"))
    turn = "要你补上说好以后补的材料，"
    assert turn in page and turn in seen(me.get("/me/cases")), "the list says whose turn it is, and until when"
    form = me.get(at(case, "/deferred"))
    assert "布局图" in seen(form)
    empty = me.post(at(case, "/deferred"))
    assert empty.status_code == 422 and "选一份文件再交" in seen(empty)
    bad = me.post(at(case, "/deferred"), {"plan-file": SimpleUploadedFile("x.exe", b"MZ\x00\x01")})
    assert bad.status_code == 422
    sent = me.post(at(case, "/deferred"), {"plan-file": SimpleUploadedFile("布局图.pdf", PDF)})
    assert sent.status_code == 302 and Deferral.objects.get(case=case).supplied_at
    page = seen(me.get(at(case)))
    assert "你补来了材料" in page and turn not in page and turn not in seen(me.get("/me/cases"))
    assert me.get(at(case, "/deferred")).status_code == 302
    assert sign_in(Client(), make_person()).get(at(case, "/deferred")).status_code == 404


def test_a_promise_is_read_in_full_and_signed_of_ones_own_will(client: Client) -> None:
    person = make_person()
    draft = draft_without_plan(person, processing=Processing(promise=PROMISE))
    me = sign_in(client, person)
    page = seen(me.get(check(draft)))
    assert "我已符合条件，愿意承担责任。" in page and "不属实就撤销。" in page and "选不选都行" in page
    done = me.post(check(draft), {"draft": str(draft.pk), "declare": "true", "promise": "yes"})
    case = Case.objects.get(number=done.headers["Location"].rsplit("/", 1)[1])
    assert Promise.objects.get(case=case).text_version == "2026-1"
    assert "你的承诺" in seen(me.get(at(case))) and "我已符合条件" in seen(me.get(at(case)))


def test_the_clock_that_stands_still_says_why_until_when_and_what_is_left(client: Client, at_noon: Any) -> None:
    person = make_person()
    case = make_case(person=person)
    official = actor_of(make_official(case))
    me = sign_in(client, person)
    accept_case(case_id=case.pk, by=official)
    tell_interested(case_id=case.pk, name="周大妈", contact="0571", reason="油烟。", by=official)
    open_special(
        case_id=case.pk, kind="testing", reason="检测油烟。", basis="《某法》第九条", planned_workdays=4, by=official
    )
    page = seen(me.get(at(case)))
    assert "时间为什么停着" in page and "检测油烟。" in page and "停着，还剩 5 个工作日" in page
    assert "你可以要求听证" in page and "要求听证，最晚" in seen(me.get(at(case, "/hearing")))
    assert me.post(at(case, "/hearing"), {"reason": " "}).status_code == 422
    assert me.post(at(case, "/hearing"), {"reason": "我要当面讲。"}).status_code == 302
    page = seen(me.get(at(case)))
    assert "你要求了听证" in page and me.get(at(case, "/hearing")).status_code == 302
    assert "周大妈" not in page and "利害关系人告知书" not in page, "who it touches is not the applicant's to read"
    letter = Document.objects.get(case_id=case.pk, kind="interested")
    assert me.get(at(case, f"/documents/{letter.pk}")).status_code == 404
    assert "在走特别程序" in seen(me.get("/me/cases"))
    number = {"number": case.number, "query_code": case.query_code}
    assert "停着" in seen(Client().post("/progress", number)) or "特别程序" in seen(Client().post("/progress", number))
    with moved_to(at_noon + dt.timedelta(days=6)):
        close_special(case_id=case.pk, outcome="passed", record="合格。", by=official)
        extend_case(case_id=case.pk, reason="要等邻居回复。", by=official)
        page = seen(me.get(at(case)))
    assert "时间延长了一次" in page and "要等邻居回复。" in page and "特别程序结束，期限接着走" in page
    assert "时间为什么停着" not in page
    assert "正在办，承诺 " in page, "the law's last day and the promised one are told apart"
    assert "正在办，承诺 " in seen(me.get("/me/cases"))


def test_a_clock_that_was_late_before_it_stood_still_is_never_shown_as_calm(client: Client, at_noon: Any) -> None:
    person = make_person()
    case = make_case(person=person)
    official = make_official(case)
    accept_case(case_id=case.pk, by=actor_of(official))
    with moved_to(at_noon + dt.timedelta(days=9)):
        open_special(
            case_id=case.pk,
            kind="testing",
            reason="检测。",
            basis="《某法》",
            planned_workdays=4,
            by=actor_of(official),
        )
        for page in (
            seen(sign_in(client, person).get(at(case))),
            seen(at_desk(official).get(f"/desk/cases/{case.number}")),
        ):
            assert "停以前已经晚了 2 个工作日" in page and "还剩 -" not in page


def test_more_is_asked_for_by_law_and_how_to_object_when_it_ends(client: Client) -> None:
    person = make_person()
    form = deepcopy(make_content().form)
    form["schema"]["properties"]["more_info"] = {"type": "string", "maxLength": 20}
    form["ui"]["pages"][0]["fields"].append("more_info")
    form["ui"]["fields"]["more_info"] = {"label": {"zh": "补充说明"}, "widget": "text"}
    case = make_case(person=person, item=make_item(form=form))
    official_row = make_official(case)
    official = actor_of(official_row)
    me = sign_in(client, person)
    assert me.get(at(case, "/more")).status_code == 302
    accept_case(case_id=case.pk, by=official)
    review_case(case_id=case.pk, verdict="support", opinion="好。", by=official)
    items = [{"field": "area", "text": "面积按房产证写"}, {"field": "", "text": "再交一份合同"}]
    items.append({"field": "more_info", "text": "写清楚"})
    request_more(case_id=case.pk, items=items, basis="《某法》第一条", days=5, by=official)
    page = seen(me.get(at(case)))
    assert "依法请你再补充" in page and "《某法》第一条" in page and "期限照走" in page
    assert "要你依法补充材料，" in page and "要你依法补充材料，" in seen(me.get("/me/cases"))
    number = {"number": case.number, "query_code": case.query_code}
    page = seen(Client().post("/progress", number))
    assert "要你依法补充材料，" in page and "请登录以后补上" in page and "面积按房产证写" not in page
    page = seen(me.get(at(case, "/more")))
    assert "面积按房产证写" in page and "提交补充" in page and "More_2-file" in page
    assert 'aria-describedby="note-h"></textarea>' in page
    assert 'name="shop_name"' not in page, "only what was asked for is open"
    posted: dict[str, Any] = {"area": "88", "shop_name": "别的店", "more_info": "清楚"}
    posted["_shown"] = ["area", "shop_name", "more_info", "More_2"]
    empty = me.post(at(case, "/more"), posted)
    assert empty.status_code == 422 and "还有 1 样没有交" in seen(empty) and 'value="88"' in seen(empty)
    contract = SimpleUploadedFile("合同.pdf", PDF)
    assert me.post(at(case, "/more"), posted | {"More_2-file": contract, "More_2-upload": "1"}).status_code == 200
    assert "合同.pdf" in seen(me.get(at(case, "/more")))
    assert me.post(at(case, "/more"), posted | {"_note": "只有这一份。"}).status_code == 302
    assert MoreRequest.objects.get(case=case).supplied_at
    answers = answers_of(Case.objects.get(pk=case.pk))
    assert (answers["area"], answers["shop_name"], answers["more_info"]) == (88, "小满面馆", "清楚")
    desk = at_desk(official_row)
    page = seen(desk.get(f"/desk/cases/{case.number}"))
    assert "依法补充交来了什么" in page and "合同.pdf" in page and "再交一份合同" in page and "86.5" in page
    terminate_case(case_id=case.pk, ground="object_gone", reason="店面拆了。", by=official)
    page = seen(me.get(at(case)))
    assert "已终止办理" in page and "店面拆了。" in page
    assert "不服怎么办" in page and "2026 年 5 月 17 日" in page and "2026 年 9 月 18 日" in page


def test_a_newer_version_shows_line_by_line_what_is_different(client: Client) -> None:
    person = make_person()
    draft = draft_without_plan(person)
    papers = [PLAN, Material("id", Text("身份证", "Identity card"))]
    make_item(code=draft.item_id, promised_limit=Limit(3), materials=papers)
    page = seen(sign_in(client, person).get(f"/items/{draft.item_id}/apply/new-version"))
    assert "承诺期限" in page and "3 个工作日" in page and "身份证" in page and "新加" in page
    assert make_content().name.zh in page
