"""The full procedure at the desk: each step from its form, what the law asks next, and why the rest is not possible now."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.desk.test_cases import after_a_refusal, at, at_desk, revision_on, seen, take, team
from yiwang.domains.cases.actions import deem_accepted, submit_case, supply_deferred, supply_more
from yiwang.domains.cases.models import Case, InterestedParty, Promise, SpecialProcedure
from yiwang.domains.cases.queries import answers_of
from yiwang.domains.cases.tests.factories import make_case, make_paper, shop_answers
from yiwang.domains.catalogue.content import Material, Processing, Text
from yiwang.domains.catalogue.content.structs import JointOffice, PromiseTerms
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of, draw_pdf
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db

PLAN = Material("plan", Text("布局图", "Floor plan"), necessity="deferrable")
PROMISE = PromiseTerms(version="2026-1", text=Text("我已符合条件。", "I meet the conditions."), covers=["plan"])


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


def handed_in(person: Person, item: Guide, **wishes: Any) -> Case:
    """Hand in without the floor plan: it follows, or a promise stands for it."""
    answers = {key: value for key, value in shop_answers(person).items() if key != "plan"}
    case, _new = submit_case(item_code=item.code, answers=answers, key=item.code, by=actor_of(person), **wishes)
    return case


def go(client: Any, case: Case, event: str, **posted: Any) -> Any:
    """Post the form of one step, with the revision that the page has."""
    return take(client, case, f"steps/{event}", **posted)


def kinds(case: Case) -> list[str]:
    return list(Document.objects.filter(case_id=case.pk).order_by("created_at").values_list("kind", flat=True))


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_hearing_stops_the_clock_and_the_decision_cites_its_record(at_noon: Any) -> None:
    """Articles 36, 42, 45 to 48, in the order in which the office meets them."""
    case = make_case(
        item=make_item(office=make_office(), processing=Processing(interested_likely=Text("邻居", "Neighbours")))
    )
    window, one, _other, head = team(case)
    page = seen(window.get(at(case)))
    assert "五个工作日内答复" in page and "行政许可法第 32 条" in page
    take(window, case, "acceptance")
    assert "负责人作出书面决定" not in seen(one.get(at(case)))
    told = go(one, case, "tell_interested", name="周大妈", contact="0571-0000 0009", reason="油烟管从她家窗下经过。")
    assert "已告知利害关系人" in seen(told) and "周大妈" in seen(told)
    party = InterestedParty.objects.get(case=case)
    go(one, case, "hear_interested", party=str(party.pk), statement="要开听证。", wants_hearing="yes")
    take(one, case, "review", verdict="support", opinion="材料真实。")
    assert "利害关系人申请了听证" in seen(head.get(at(case)))
    page = seen(head.get(at(case)))
    assert (
        "举行听证" in page and "第四十六条、第四十七条" in page and "加 10 个工作日。" in page and "承诺顺延到" in page
    )
    go(head, case, "extend", reason="要等听证。")
    assert "已经延长过一次" in seen(head.get(at(case)))
    assert "期限只能延长一次" in seen(head.get(at(case)))
    chair = Staff.objects.get(office=case.office, name="戴文博")
    opened = go(
        head, case, "hold_hearing", reason="邻居申请。", basis="行政许可法第四十七条",
        held_on=calendar().add_workdays(at_noon.date(), 10).isoformat(), begins_at="14:30", place="302 室", chair=str(chair.pk),
    )  # fmt: skip
    assert "已通知听证" in seen(opened) and "期限停着" in seen(opened) and "14:30，302 室" in seen(opened)
    assert "特别程序，到" in seen(head.get("/desk/"))
    special = SpecialProcedure.objects.get(case=case)
    with moved_to(dt.datetime.combine(special.planned_end_on, dt.time(4), dt.UTC)):
        case.refresh_from_db()
        closed = go(head, case, "close_special", outcome="passed", record="邻居同意加装净化器。")
        assert "期限接着走" in seen(closed) and "邻居同意加装净化器。" in seen(closed)
        page = seen(head.get(at(case)))
        assert "根据的听证笔录" in page
        number = Document.objects.get(case_id=case.pk, kind="special_end").number
        assert number in page
        assert "已准予" in seen(take(head, case, "decision", decision="grant", cited_record=number))
        work_until_idle()
        written = Document.objects.filter(case_id=case.pk).order_by("created_at")[2:6]
        assert all(draw_pdf(one).startswith(b"%PDF-") for one in written)
    assert kinds(case)[:6] == ["receipt", "acceptance", "interested", "extension", "special", "special_end"]


def test_papers_may_follow_and_the_grant_waits_for_them(at_noon: Any) -> None:
    item = make_item(office=make_office(), materials=[PLAN])
    person = make_person()
    case = handed_in(person, item, deferred=["plan"])
    window, one, _other, head = team(case)
    page = seen(window.get(at(case)))
    assert "受理这一件" not in page and "还有容缺的材料没有补齐" in page and "布局图" in page
    assert "不能晚于承诺" in seen(go(window, case, "accept_deferred", materials="plan", days="9"))
    assert "已容缺受理" in seen(go(window, case, "accept_deferred", materials="plan", days="3"))
    take(one, case, "review", verdict="support", opinion="现场看过。")
    page = seen(head.get(at(case)))
    assert (
        "还有 1 样材料后补" in page
        and "现在不能准予" in page
        and 'value="refuse"' in page
        and 'value="grant"' not in page
    )
    supply_deferred(case_id=case.pk, papers=[("plan", make_paper(person).pk)], by=actor_of(person))
    page = seen(take(head, case, "decision", decision="grant"))
    assert "已准予" in page
    assert "deferred_acceptance" in kinds(case)


def test_a_promise_is_accepted_and_verified_afterwards(at_noon: Any) -> None:
    item = make_item(office=make_office(), materials=[PLAN], processing=Processing(promise=PROMISE))
    case = handed_in(make_person(), item, promise=True)
    window, one, _other, head = team(case)
    assert "申请人选了告知承诺" in seen(window.get(at(case)))
    assert "已按承诺受理" in seen(go(window, case, "accept_promised"))
    take(one, case, "review", verdict="support", opinion="按承诺。")
    take(head, case, "decision", decision="grant")
    work_until_idle()
    assert "核查承诺" in seen(one.get(at(case)))
    assert "核查结果已记下" in seen(go(one, case, "verify_promise", result="true", note="现场看过，属实。"))
    assert Promise.objects.get(case=case).result == "true"
    document = Document.objects.get(case_id=case.pk, kind="promised_acceptance")
    assert data_of(document)["text_version"] == "2026-1" and draw_pdf(document).startswith(b"%PDF-")


@after_a_refusal
def test_what_article_32_knows_beside_acceptance() -> None:
    """(1) no permit needed, (3) a slip corrected on the spot; and a second request only on a named legal basis."""
    same = make_item(office=make_office())
    case = make_case(item=same)
    window, one, _other, head = team(case)
    assert "当场更正" in seen(window.get(at(case, "correction-at-once")))
    empty = window.post(at(case, "correction-at-once"), {"revision": revision_on(window, case), "note": "改店名"})
    assert empty.status_code == 422 and "没有改动" in seen(empty)
    wrong = take(window, case, "correction-at-once", note="面积", **{"field-area": "很大"})
    assert wrong.status_code == 422
    done = take(
        window,
        case,
        "correction-at-once",
        note="申请人电话里说写错了",
        **{"field-shop_name": "小满面馆二店", "field-area": "90"},
    )
    assert "已当场更正" in seen(done) and "小满面馆二店" in seen(done)
    assert (answers_of(fresh(case))["area"], fresh(case).state) == (90, "submitted")
    take(window, case, "acceptance")
    refused = go(one, case, "request_more", **{"text-1": "再交一份合同", "days": "5", "basis": " "})
    assert refused.status_code == 422 and "一次告知" in seen(refused) and "再交一份合同" in seen(refused)
    asked = go(one, case, "request_more", **{"text-1": "再交一份合同", "days": "5", "basis": "《食品安全法》第一条"})
    assert "已要求补充" in seen(asked)
    supply_more(case_id=case.pk, answers=answers_of(fresh(case)), note="合同还没有签。", by=actor_of(case.applicant))
    page = seen(one.get(at(case)))
    assert "依法补充交来了什么" in page and "合同还没有签。" in page
    assert go(head, case, "terminate", ground="", reason="x").status_code == 422
    assert "已终止办理" in seen(go(head, case, "terminate", ground="object_gone", reason="店面拆了。"))
    assert fresh(case).state == "terminated"
    second, third = make_case(item=same), make_case(item=same)
    assert "已告知不需受理" in seen(
        go(window, second, "tell_not_needed", reason="自家厨房不用。", basis="《食品安全法》")
    )
    assert "已作废" in seen(go(head, third, "void", ground="duplicate", reason="交了两次。"))
    assert window.post(at(third, "steps/no_such_step"), {"revision": 9}).status_code == 404
    assert window.post(at(third, "steps/void"), {"revision": 9}).status_code in {403, 409}


def test_silence_is_acceptance_and_the_page_says_so(at_noon: Any) -> None:
    case = make_case()
    window, *_rest = team(case)
    with moved_to(at_noon + dt.timedelta(days=9)):
        deem_accepted(case_id=case.pk, by=SYSTEM)
        page = seen(window.get(at(case)))
    assert "视为受理" in page and kinds(case)[-1] == "deemed_acceptance"


def test_other_offices_give_their_opinions_side_by_side(at_noon: Any) -> None:
    fire = make_office(name="演示西湖区消防救援大队")
    item = make_item(office=make_office(), processing=Processing(joint_offices=[JointOffice(fire.code)]))
    case = make_case(item=item)
    window, one, _other, head = team(case)
    take(window, case, "acceptance")
    take(one, case, "review", verdict="support", opinion="齐全。")
    assert "等会办意见：演示西湖区消防救援大队" in seen(head.get(at(case)))
    firefighter = at_desk(make_staff(office=fire, roles=("reviewer",), name="霍安"))
    assert case.number in seen(firefighter.get("/desk/joint"))
    assert "写你们部门的意见" in seen(firefighter.get(at(case)))
    given = go(firefighter, case, "give_joint_opinion", verdict="support", opinion="疏散通道够宽。")
    assert "会办意见已提交" in seen(given)
    assert "疏散通道够宽。" in seen(head.get(at(case)))
    assert firefighter.post(at(case, "acceptance"), {"revision": 1}).status_code in {403, 409}
    assert "已准予" in seen(take(head, case, "decision", decision="grant"))
