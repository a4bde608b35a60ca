"""Several cases at once, lists that are taken along, notes, and colleagues who stand in for one another."""

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from yiwang.channels.desk.exporting import harmless
from yiwang.domains.cases.actions import accept_case, claim_case
from yiwang.domains.cases.models import Case, Note, SavedFilter
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.actions import end_absence, enter_absence
from yiwang.domains.identity.models import Absence, Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff, sign_in
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at(staff: Staff) -> Client:
    client: Client = sign_in(Client(), staff)
    return client


def cases(count: int, **person: Any) -> tuple[list[Case], Staff]:
    item = make_item(office=make_office())
    made = [make_case(item=item, person=make_person(**person) if person else None) for _ in range(count)]
    return made, make_official(made[0])


def test_cases_are_accepted_together_after_a_preview_each_for_itself() -> None:
    (one, other, gone), official = cases(3)
    stranger, _staff = cases(1)
    desk = at(official)
    desk.get(f"/desk/cases/{one.number}")
    picked = [one.number, other.number, gone.number, stranger[0].number, "no-such-case"]
    accept_case(case_id=gone.pk, by=actor_of(official))
    before = Entry.objects.count()
    page = seen(desk.post("/desk/batch", {"do": "accept", "pick": picked}))
    assert "能办的 2 件，不能办的 3 件" in page and "有 1 件你还没有打开看过" in page and "受理这 2 件" in page
    assert page.count("不是本部门的件") == 2 and Entry.objects.count() == before, "a preview changes nothing"
    chosen = re.findall(r'name="case" value="([^"]+)"', page)
    assert [text.partition(":")[0] for text in chosen] == [one.number, other.number]
    claim_case(case_id=other.pk, by=actor_of(official))
    accept_case(case_id=other.pk, by=actor_of(official))
    done = seen(desk.post("/desk/batch/steps", {"do": "accept", "case": [*chosen, f"{stranger[0].number}:1"]}))
    assert "办成 1 件" in done and "没有办成 2 件" in done and "别人刚刚处理了这一件" in done
    states = set(Case.objects.filter(pk__in=[one.pk, other.pk, gone.pk]).values_list("state", flat=True))
    assert states == {"accepted"} and Case.objects.get(pk=stranger[0].pk).state == "submitted"
    assert Entry.objects.filter(kind="CaseAccepted", case_id=one.pk).count() == 1
    assert "没有选中的件" in seen(desk.post("/desk/batch", {"do": "accept"}, follow=True))
    unclear = desk.post("/desk/batch/steps", {"do": "", "case": f"{stranger[0].number}:1"}, follow=True)
    assert "没有选中的件" in seen(unclear), "what is not said is not taken for acceptance"
    back = desk.post("/desk/batch", {"do": "accept", "pick": picked, "next": "/desk/?show=acceptance&after=x"})
    assert 'href="/desk/?show=acceptance&after=x"' in seen(back)
    assert "evil" not in seen(desk.post("/desk/batch", {"do": "accept", "pick": picked, "next": "//evil.example/"}))


def test_picking_a_whole_page_stays_on_that_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiwang.channels.desk.queue.PAGE", 1)
    made, official = cases(2)
    desk = at(official)
    second = re.search(r'rel="next" href="([^"]+)"', seen(desk.get("/desk/")))
    assert second
    pick = re.search(r'href="([^"]+)">全选这一页', seen(desk.get(f"/desk/{second[1]}")))
    assert pick
    picked = seen(desk.get(f"/desk/{pick[1]}"))
    assert made[1].number in picked and made[0].number not in picked and " checked>" in picked


def test_what_there_was_no_time_for_goes_on_with_one_button(monkeypatch: pytest.MonkeyPatch) -> None:
    (one, other), official = cases(2)
    desk = at(official)
    chosen = [f"{case.number}:{case.revision}" for case in (one, other)]
    monkeypatch.setattr("yiwang.channels.desk.batch.PATIENCE_SECONDS", -1.0)
    late = seen(desk.post("/desk/batch/steps", {"do": "accept", "case": chosen}))
    assert "接着办剩下的 2 件" in late and re.findall(r'name="case" value="([^"]+)"', late) == chosen
    monkeypatch.undo()
    assert "办成 2 件" in seen(desk.post("/desk/batch/steps", {"do": "accept", "case": chosen}))


def test_cases_are_handed_to_a_colleague_together() -> None:
    (one, other), official = cases(2)
    colleague = make_staff(office=one.office, name="孔令仪")
    desk = at(official)
    page = seen(desk.post("/desk/batch", {"do": "hand_over", "pick": [one.number, other.number]}))
    chosen = re.findall(r'name="case" value="([^"]+)"', page)
    missing = seen(desk.post("/desk/batch/steps", {"do": "hand_over", "case": chosen}))
    assert "没有办成 2 件" in missing and "选一位本部门的同事" in missing
    done = seen(desk.post("/desk/batch/steps", {"do": "hand_over", "case": chosen, "colleague": str(colleague.pk)}))
    assert "办成 2 件" in done
    assert set(Case.objects.filter(pk__in=[one.pk, other.pk]).values_list("assignee_id", flat=True)) == {colleague.pk}
    clerk, deputy = (make_staff(office=one.office, roles=("window",), name=name) for name in ("金鑫", "陶乐"))
    page = seen(at(clerk).post("/desk/batch", {"do": "hand_over", "pick": [one.number]}))
    assert "能办的 0 件，不能办的 1 件" in page and "只有负责人能转" in page, "the preview says what the step would say"
    away(colleague, deputy)
    page = seen(desk.post("/desk/batch", {"do": "hand_over", "pick": [one.number]}))
    offered = re.findall(r"<option [^>]*>([^<]+)", page)
    assert offered[-1] == "孔令仪（不在，由陶乐代办）" and offered[0] != offered[-1]


def test_a_way_of_looking_at_the_queue_is_kept_and_forgotten() -> None:
    (one, other), official = cases(2)
    with moved_to(now() - dt.timedelta(days=6)):
        soon = make_case(item=make_item(office=one.office))
    claim_case(case_id=one.pk, by=actor_of(official))
    desk = at(official)
    assert desk.post("/desk/filters", {"show": "all", "name": " "}, follow=True).status_code == 200
    assert not SavedFilter.objects.exists()
    form = {"show": "all", "colleague": str(official.pk), "name": "我手上三天内的", "days": "9"}
    page = seen(desk.post("/desk/filters", form, follow=True))
    assert "我手上三天内的" in page and one.number in page and other.number not in page
    desk.post("/desk/filters", form | {"days": "2", "colleague": ""})
    assert SavedFilter.objects.count() == 1, "the same name again takes its place"
    kept = SavedFilter.objects.get()
    assert "三天".encode() not in bytes(kept.asked_sealed)
    narrow = seen(desk.get("/desk/?show=all&days=2"))
    assert soon.number in narrow and one.number not in narrow
    form = {"show": "all", "item": soon.item_id, "name": "一个事项的"}
    page = seen(desk.post("/desk/filters", form, follow=True))
    assert soon.number in page and one.number not in page and f'value="{soon.item_id}" selected' in page
    words = desk.post("/desk/find", {"show": "all", "q": soon.item_name, "item": soon.item_id})["Location"]
    assert soon.number in (found := seen(desk.get(words))) and one.number not in found
    assert f"item={soon.item_id}" in page, "the chip, and the list for paper, ask for it too"
    desk.post(f"/desk/filters/{SavedFilter.objects.exclude(pk=kept.pk).get().pk}/removal")
    assert "我手上三天内的" not in seen(at(make_staff(office=one.office)).get("/desk/"))
    assert at(make_staff(office=one.office)).post(f"/desk/filters/{kept.pk}/removal").status_code == 404
    desk.post(f"/desk/filters/{kept.pk}/removal")
    assert not SavedFilter.objects.exists()
    assert desk.get("/desk/?show=x&colleague=x&days=xx&find=f-x&all=1&item=%E9%99%A4x").status_code == 200


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    response.close()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_a_list_streams_as_csv_masked_and_recorded() -> None:
    made, official = cases(3, name="林晓岚")
    desk = at(official)
    rows = rows_of(desk.post("/desk/export", {"show": "all"}))
    assert rows[0][:3] == ["编号", "事项", "申请人"] and [row[0] for row in rows[1:]] == [case.number for case in made]
    assert {row[2] for row in rows[1:]} == {"林*岚"} and not Read.objects.filter(reason__contains="导出").exists()
    fact = Entry.objects.filter(kind="CasesExported").values_list("fact", flat=True)[0]
    assert (fact["part"], fact["in_full"]) == ("all", False)
    refused = desk.post("/desk/export", {"show": "all", "in_full": "on", "reason": ""})
    assert refused.status_code == 302 and Entry.objects.filter(kind="CasesExported").count() == 1
    full = rows_of(desk.post("/desk/export", {"show": "all", "in_full": "on", "reason": "季度核对名册"}))
    assert {row[2] for row in full[1:]} == {"林晓岚"}
    reads = Read.objects.filter(reason="导出办件清单：季度核对名册")
    assert {read.case_id for read in reads} == {case.pk for case in made}
    finished = finish(made[0])
    done = rows_of(desk.post("/desk/export", {"show": "done"}))
    assert [row[0] for row in done[1:]] == [finished.number] and done[1][3] == "已准予" and done[1][9]
    english = rows_of(desk.post("/desk/export", {"show": "all"}, HTTP_ACCEPT_LANGUAGE="en"))
    assert len(english) == 3
    assert at(make_staff(roles=("operator",))).post("/desk/export", {"show": "all"}).status_code == 403


def test_an_export_reads_a_page_at_a_time_and_one_goes_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiwang.domains.cases.queries.exporting.PAGE", 2)
    made, official = cases(5)
    desk = at(official)
    first = desk.post("/desk/export", {"show": "all"})
    busy = desk.post("/desk/export", {"show": "all"}, follow=True)
    assert "正在给同事导出" in seen(busy)
    parts = iter(first.streaming_content)
    assert b"\xef\xbb\xbf" in next(parts) and next(parts).count(b"\r\n") == 2
    first.close()
    rows = rows_of(desk.post("/desk/export", {"show": "all"}))
    assert sorted(row[0] for row in rows[1:]) == sorted(case.number for case in made)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "＝1+1", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")
    assert harmless("面馆\n=1") == "面馆 =1" and harmless("2026-03-18") == "2026-03-18"


def test_notes_are_for_colleagues_and_encrypted() -> None:
    (case,), official = cases(1)
    desk = at(official)
    assert desk.post(f"/desk/cases/{case.number}/notes", {"note": " "}).status_code == 422
    page = seen(desk.post(f"/desk/cases/{case.number}/notes", {"note": "电话里说周五补图。"}, follow=True))
    assert "电话里说周五补图。" in page
    assert "周五".encode() not in bytes(Note.objects.get().text_sealed)
    owner = sign_in(Client(), case.applicant)
    assert "周五补图" not in seen(owner.get(f"/me/cases/{case.number}"))
    assert at(make_staff()).post(f"/desk/cases/{case.number}/notes", {"note": "x"}).status_code == 404
    assert Entry.objects.filter(kind="CaseNoted", case_id=case.pk).count() == 1


def test_the_queue_and_a_case_are_printed_and_the_case_counts_as_read() -> None:
    (case,), official = cases(1)
    desk = at(official)
    listed = seen(desk.get("/desk/print?show=all"))
    assert case.number in listed.replace(" ", "")
    sheet = seen(desk.get(f"/desk/cases/{case.number}/print"))
    assert case.applicant_name in sheet and "内部备注不印" in sheet
    assert Read.objects.filter(case_id=case.pk, reason="打印办件").count() == 1
    assert at(make_staff()).get(f"/desk/cases/{case.number}/print").status_code == 404


def away(staff: Staff, deputy: Staff, days: int = 5, **more: Any) -> Absence:
    return enter_absence(
        staff_id=staff.pk,
        deputy_id=deputy.pk,
        from_date=today(),
        until_date=today() + dt.timedelta(days=days),
        by=more.get("by") or actor_of(staff),
    )


def test_a_deputy_sees_and_does_what_the_absent_one_does_for_that_time_only() -> None:
    (case, other), official = cases(2)
    official.roles = ["window"]
    official.save()
    deputy = make_staff(office=case.office, roles=("reviewer",), name="戴文博")
    claim_case(case_id=case.pk, by=actor_of(official))
    desk = at(deputy)
    assert "现在不用你处理" in seen(desk.get(f"/desk/cases/{case.number}")) or "受理这一件" not in seen(
        desk.get(f"/desk/cases/{case.number}")
    )
    desk.post("/desk/standing-in", {"staff": str(official.pk)})
    assert case.number not in seen(desk.get("/desk/?show=mine")), "nobody is away yet"
    form = {"staff": str(official.pk), "deputy": str(deputy.pk)}
    days = {"from_date": today().isoformat(), "until_date": (today() + dt.timedelta(days=5)).isoformat()}
    assert "登记好了" in seen(at(official).post("/desk/absences/new", form | days, follow=True))
    assert "现在代方敏办理" in seen(desk.post("/desk/standing-in", {"staff": str(official.pk)}, follow=True))
    mine = seen(desk.get("/desk/?show=mine"))
    assert case.number in mine and other.number not in mine and "（代方敏）" in mine and "<b>我</b>" in mine
    revision = re.search(r'name="revision" value="(\d+)"', seen(desk.get(f"/desk/cases/{case.number}")))
    assert revision
    desk.post(f"/desk/cases/{case.number}/acceptance", {"revision": revision[1]})
    entry = Entry.objects.get(kind="CaseAccepted", case_id=case.pk)
    assert (entry.actor_id, entry.on_behalf_of) == (deputy.pk, official.pk)
    assert "戴文博，代方敏，日志第" in seen(desk.get(f"/desk/cases/{case.number}"))
    assert "现在是你自己了" in seen(desk.post("/desk/standing-in", follow=True))
    assert case.number not in seen(desk.get("/desk/?show=mine"))
    desk.post("/desk/standing-in", {"staff": str(official.pk)})
    with moved_to(now() + dt.timedelta(days=6)):
        later = at(deputy)
        session = later.session
        session["stands_in_for"] = str(official.pk)
        session.save()
        assert "（代方敏）" not in seen(later.get("/desk/")), "the time is over"


def test_who_enters_an_absence_and_which_make_no_sense() -> None:
    (case,), official = cases(1)
    office = case.office
    colleague, third = (
        make_staff(office=office, roles=("window",), name="孔令仪"),
        make_staff(office=office, name="戴文博"),
    )
    with pytest.raises(PermissionDenied):
        away(official, colleague, by=actor_of(colleague))
    for wrong in ({"days": -1}, {"days": 800}):
        with pytest.raises(InvalidInput):
            away(official, colleague, **wrong)
    with pytest.raises(InvalidInput):
        away(official, make_staff())
    absence = away(official, colleague)
    for refused in (
        lambda: away(official, third),  # away already
        lambda: away(third, official),  # the deputy is away
        lambda: away(colleague, third),  # stands in for somebody
    ):
        with pytest.raises(Refused):
            refused()
    page = seen(at(third).get("/desk/absences"))
    assert "由孔令仪代办" in page
    bad = at(colleague).post("/desk/absences/new", {"staff": str(colleague.pk), "deputy": "x", "from_date": "soon"})
    assert bad.status_code == 422 and "填日期" in seen(bad)
    assert at(make_staff()).post(f"/desk/absences/{absence.pk}/end").status_code == 404
    assert at(colleague).post(f"/desk/absences/{absence.pk}/end").status_code == 403
    at(official).post(f"/desk/absences/{absence.pk}/end")
    absence.refresh_from_db()
    assert absence.ended_at and Absence.objects.count() == 1
    end_absence(absence_id=absence.pk, by=actor_of(official))
    assert Entry.objects.filter(kind="AbsenceEnded").count() == 1
    away(third, colleague, by=actor_of(official))
