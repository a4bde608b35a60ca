"""What stops the clock and what does not: special procedures, hearings, the extension, a second request, third parties."""

import datetime as dt

import pytest

from yiwang.domains.cases.actions import ask_for_hearing, hear_interested
from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.queries import (
    answers_before_more,
    answers_of,
    extended_dates,
    handed_in,
    hearing_record_number,
    hearing_until,
    interested_of,
    more_items,
    more_note,
    next_steps,
    remaining,
    special_record,
    specials_of,
    stops_of,
)
from yiwang.domains.cases.tests.factories import make_paper
from yiwang.domains.cases.tests.lives import ANSWERS, everything, set_stage, work
from yiwang.domains.catalogue.content import Limit
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.notices.models import Message
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.queries import timeline
from yiwang.foundation.tests.refusing import forbidden, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(at_noon):
    return set_stage(legal_limit=Limit(20), promised_limit=Limit(10))


def document(case: Case, kind: str) -> dict:
    return data_of(Document.objects.filter(case_id=case.pk, kind=kind).latest("created_at"))


def workdays(count: int) -> dt.date:
    return calendar().add_workdays(today(), count)


def wait(count: int) -> None:
    move_to(now() + (workdays(count) - today()))


def fresh(case: Case) -> Case:
    return Case.objects.select_related("office", "item").get(pk=case.pk)


def test_article_45_a_special_procedure_freezes_what_is_left_and_the_clock_goes_on_with_exactly_that(stage):
    case = stage.case_in("accepted")
    wait(3)
    for wrong, code in (
        ({"kind": "lunch"}, "no_kind"), ({"basis": " "}, "no_basis"), ({"reason": ""}, "no_reason"),
        ({"planned_workdays": 0}, "days_out_of_range"),
    ):  # fmt: skip
        with refused(code, InvalidInput):
            stage.do("open_special", case, **wrong)
    stage.do("open_special", case, planned_workdays=5)
    case = fresh(case)
    left = remaining(case)
    assert (case.state, case.due_on, case.legal_due_on) == ("suspended", workdays(5), None)
    assert (left.is_stopped, left.workdays, left.legal_workdays, left.goes_on_after) == (True, 7, 17, workdays(5))
    told = document(case, "special")
    assert (told["procedure"], told["planned_workdays"], told["basis"]) == ("检测", 5, ["某法第七条"])
    wait(8)
    assert remaining(fresh(case)).workdays == 7, "what is frozen does not melt"
    stage.do("close_special", case)
    case = fresh(case)
    assert (case.state, case.due_on, case.legal_due_on) == ("in_review", workdays(7), workdays(17))
    assert (remaining(case).workdays, remaining(case).legal_workdays) == (7, 17)
    assert document(case, "special_end")["due_on"] == workdays(17).isoformat()
    (stop,) = stops_of(case)
    assert (stop.kind, stop.ended_on) == ("testing", today())
    wait(2)
    stage.do("open_special", case, kind="expert_review", planned_workdays=3)
    wait(3)
    stage.do("close_special", case)
    assert fresh(case).due_on == workdays(5)


def test_a_calendar_that_changes_moves_clocks_that_were_stopped_and_extended_and_leaves_the_frozen_ones(stage):
    stopped, frozen, plain = (stage.case_in("accepted") for _ in range(3))
    wait(2)
    for case in (stopped, frozen):
        stage.do("open_special", case, planned_workdays=4)
    wait(4)
    stage.do("close_special", stopped)
    stage.do("extend", stopped)
    before = {case.pk: fresh(case).due_on for case in (stopped, frozen, plain)}
    holiday = workdays(2)
    work()
    set_calendar(days={holiday: (False, "放假")}, official_years={2026: "通知"}, by=SYSTEM)
    work()
    assert fresh(stopped).due_on == calendar().add_workdays(before[stopped.pk], 1)
    assert fresh(plain).due_on == calendar().add_workdays(before[plain.pk], 1)
    assert fresh(frozen).due_on == before[frozen.pk], "the planned end that the applicant was told"
    kinds = [e.fact["clock_kind"] for e in timeline(stopped.pk) if e.kind == "ClockReckoned"]
    assert kinds == ["decision"]


def test_articles_47_and_48_a_hearing_has_notice_a_chair_who_does_not_review_and_a_record_that_the_decision_cites(
    stage,
):
    case = stage.case_in("in_review")
    reviewer, chair, head = (stage.by(part).id for part in ("reviewer", "second reviewer", "head"))
    hearing = {"kind": "hearing", "basis": "行政许可法第四十六条", "planned_workdays": 10}
    the_next_saturday = next(day for n in range(1, 9) if (day := today() + dt.timedelta(days=n)).weekday() == 5)
    a_saturday = next(day for n in range(9, 30) if (day := today() + dt.timedelta(days=n)).weekday() == 5)
    for wrong, code in (
        ({"chair_id": None}, "no_chair"), ({"chair_id": reviewer}, "chair_reviewed"),
        ({"planned_workdays": 6}, "days_out_of_range"), ({"planned_workdays": 21}, "days_out_of_range"),
        ({"held_on": None}, "no_day"), ({"held_on": workdays(6)}, "told_too_late"),
        ({"held_on": workdays(6), "planned_workdays": 0}, "told_too_late"), ({"held_on": workdays(11)}, "told_too_late"),
        ({"held_on": a_saturday, "planned_workdays": 15}, "no_workday"),
        ({"held_on": the_next_saturday, "planned_workdays": 0}, "no_workday"),
        ({"held_on": the_next_saturday}, "no_workday"),
        ({"begins_at": None}, "no_hour"), ({"place": " "}, "no_place"),
    ):  # fmt: skip
        with refused(code):
            stage.do("open_special", case, **(hearing | {"chair_id": chair, "held_on": workdays(8)} | wrong))
    stage.do("open_special", case, **(hearing | {"chair_id": chair, "held_on": workdays(8), "planned_workdays": 0}))
    told = document(case, "special")
    assert (told["held_on"], told["begins_at"], told["place"]) == (
        workdays(8).isoformat(), "09:30", "演示路 1 号 302 室",
    )  # fmt: skip
    assert told["planned_workdays"] == 8, "it ends on its day"
    with refused("not_held_yet"):
        stage.do("close_special", case, outcome="done", record="笔录")
    wait(8)
    with refused("no_record", InvalidInput):
        stage.do("close_special", case, outcome="done")
    stage.do("close_special", case, outcome="done", record="邻居不反对。")
    (special,) = specials_of(case)
    assert special_record(special) == "邻居不反对。"
    assert "邻居".encode() not in bytes(special.record_sealed)
    with refused("chair_may_not_review"):
        stage.do("review", case, "second reviewer")
    number = hearing_record_number(case)
    assert number == Document.objects.get(case_id=case.pk, kind="special_end").number
    for wrong in ("", "另一份笔录"):
        with refused("record_not_cited", InvalidInput):
            stage.do("grant", case, cited_record=wrong)
    stage.do("grant", case, cited_record=number)
    assert any(number in line for line in document(case, "letter")["paragraphs"])
    assert head


def test_a_hearing_that_is_called_off_leaves_no_record_to_cite(stage):
    case = stage.case_in("in_review")
    chair = stage.by("second reviewer").id
    stage.do("open_special", case, kind="hearing", planned_workdays=9, chair_id=chair, held_on=workdays(9))
    stage.do("close_special", case, outcome="cancelled")
    assert hearing_record_number(case) == ""
    stage.do("grant", case)


def test_article_42_the_time_is_extended_once_by_the_head_before_the_end_with_a_reason(stage):
    case = stage.case_in("accepted")
    accepted = today()
    with forbidden():
        stage.do("extend", case, "reviewer")
    with refused("no_reason", InvalidInput):
        stage.do("extend", case, reason=" ")
    stage.do("extend", case)
    case = fresh(case)
    assert case.due_on == calendar().add_workdays(accepted, 20)
    assert case.legal_due_on == calendar().add_workdays(accepted, 30)
    said = document(case, "extension")
    assert (said["workdays"], said["due_on"], said["reasons"]) == (10, case.legal_due_on.isoformat(), ["情况复杂"])
    with refused("extended_already"):
        stage.do("extend", case)
    step = next(s for s in next_steps(case, stage.by("head")) if s.event == "extend")
    assert (step.allowed, step.code) == (False, "extended_already")
    broken, late = stage.case_in("in_review"), stage.case_in("in_review")
    accepted, promised = today(), workdays(10)
    wait(11)
    added, dates = extended_dates(broken)
    stage.do("extend", broken)
    broken = fresh(broken)
    assert (broken.due_on, broken.legal_due_on) == (promised, calendar().add_workdays(accepted, 30))
    assert (added, dates.promised_due_on, dates.legal_due_on) == (10, promised, broken.legal_due_on), "as was shown"
    work()
    set_calendar(days={workdays(12): (False, "放假")}, official_years={2026: "通知"}, by=SYSTEM)
    work()
    assert fresh(broken).due_on == promised, "no calendar mends a broken promise"
    wait(10)
    before = everything()
    for event in ("extend", "open_special"):
        with refused("too_late"):
            stage.do(event, late)
    assert everything() == before, "nothing stops a clock that has run out"


def test_what_was_told_once_is_not_asked_again_after_acceptance_unless_a_law_is_named_and_no_clock_stops(stage):
    case = stage.case_in("accepted")
    due = fresh(case).due_on
    with refused("illegal_step"):
        stage.do("request_correction", case)
    with refused("no_basis", InvalidInput):
        stage.do("request_more", case, basis="")
    with refused("nothing_awaited"):
        stage.do("supply_more", case)
    with refused("days_too_long", InvalidInput):
        stage.do("request_more", case, days=20)
    wanted = [{"field": "area", "text": "按房产证写"}, {"field": "", "text": "补一页"}]
    stage.do("request_more", case, items=wanted, days=19)
    assert more_items(case) == wanted
    assert document(case, "supplement")["basis"] == ["某法第九条"]
    assert fresh(case).due_on == due
    with refused("told_already"):
        stage.do("request_more", case)
    paper = make_paper(stage.person).pk
    for wrong, code in (
        ({"answers": ANSWERS | {"area": 91, "shop_name": "别的店"}}, "not_asked_for"),
        ({"papers": [(1, paper)]}, "not_asked_for"),
        ({}, "still_missing"), ({"answers": ANSWERS | {"area": 91}}, "still_missing"), ({"papers": [(2, paper)]}, "still_missing"),
    ):  # fmt: skip
        with refused(code, InvalidInput):
            stage.do("supply_more", case, **({"note": ""} | wrong))
    stage.do("supply_more", case, answers=ANSWERS | {"area": 91}, papers=[(2, paper)], note="")
    assert fresh(case).state == "accepted"
    assert (answers_before_more(case)["area"], answers_of(fresh(case))["area"]) == (86.5, 91)
    assert [(one.material, one.paper.pk) for one in handed_in(case)] == [("more-2", paper)]
    with refused("nothing_awaited"):
        stage.do("supply_more", case)
    poor = stage.case_in("accepted")
    stage.do("request_more", poor)
    stage.do("supply_more", poor, note="这一页丢了。")
    assert more_note(poor) == "这一页丢了。"
    assert "丢了".encode() not in bytes(fresh(poor).more_request.note_sealed)
    old = stage.case_in("accepted")
    wait(20)
    with refused("days_too_long", InvalidInput):
        stage.do("request_more", old, days=1)


def test_article_36_interested_parties_are_told_and_the_decision_waits_until_they_were_heard(stage):
    case = stage.case_in("in_review")
    stage.do("tell_interested", case, name="楼上王家")
    ((party, said),) = interested_of(case)
    assert (said["name"], party.answer_by) == ("楼上王家", workdays(5))
    assert "王家".encode() not in bytes(party.name_sealed)
    assert document(case, "interested")["addressee"] == "楼上王家"
    with refused("parties_not_heard"):
        stage.do("grant", case)
    by = stage.by("window")
    hear_interested(case_id=case.pk, party_id=party.pk, statement="怕油烟，要听证。", wants_hearing=True, by=by)
    with refused("heard_already"):
        hear_interested(case_id=case.pk, party_id=party.pk, statement="再说一遍", by=by)
    with refused("hearing_wanted"):
        stage.do("grant", case)
    person = stage.by("person")
    with refused("no_reason", InvalidInput):
        ask_for_hearing(case_id=case.pk, reason=" ", by=person)
    ask_for_hearing(case_id=case.pk, reason="我要当面讲。", by=person)
    assert interested_of(case)[-1][1]["statement"] == "我要当面讲。"
    assert "HearingAskedFor" in [e.kind for e in timeline(case.pk)]
    for event in ("grant", "refuse"):
        with refused("hearing_wanted"):
            stage.do(event, case)
    untouched = stage.case_in("in_review")
    for asked in (case, untouched):
        with refused("no_hearing_now"):
            ask_for_hearing(case_id=asked.pk, reason="再问一次。", by=person)
    stage.do("refuse", untouched)


def test_article_47_whoever_applies_is_told_of_the_hearing_and_nothing_is_decided_while_they_may_ask(stage):
    case = stage.case_in("in_review")
    stage.do("tell_interested", case)
    ((party, _),) = interested_of(case)
    hear_interested(case_id=case.pk, party_id=party.pk, statement="没有意见。", by=stage.by("window"))
    work()
    told = Message.objects.filter(person_id=stage.by("person").id, case_id=case.pk, kind="hearing")
    assert "听证" in told.get().title_zh
    for days in (0, 5):
        wait(days)
        assert hearing_until(fresh(case)) is not None
        for event in ("grant", "refuse"):
            with refused("hearing_may_be_asked_for"):
                stage.do(event, case)
    wait(1)
    stage.do("refuse", case)
    asked = stage.case_in("in_review")
    stage.do("tell_interested", asked)
    ask_for_hearing(case_id=asked.pk, reason="我要当面讲。", by=stage.by("person"))
    work()
    assert not Message.objects.filter(case_id=asked.pk, kind="hearing").exists(), "who has asked is not told"


@pytest.mark.parametrize("asks", ["applicant", "neighbour"])
def test_a_hearing_that_was_asked_for_is_held_after_the_legal_end_too_and_stops_nothing(stage, asks):
    case = stage.case_in("in_review")
    legal = fresh(case).legal_due_on
    wait(18)
    stage.do("tell_interested", case)
    last = legal - dt.timedelta(days=1)
    assert hearing_until(fresh(case)) == last < workdays(5), "on its last day the case can be decided"
    ((party, _),) = interested_of(case)
    if asks == "applicant":
        ask_for_hearing(case_id=case.pk, reason="我要当面讲。", by=stage.by("person"))
    else:
        hear_interested(
            case_id=case.pk, party_id=party.pk, statement="要听证。", wants_hearing=True, by=stage.by("window")
        )
    wait(8)
    for event in ("grant", *(["refuse"] if asks == "applicant" else [])):
        with refused("hearing_wanted"):
            stage.do(event, case)
    with refused("too_late"):
        stage.do("open_special", case)
    hearing = {"kind": "hearing", "planned_workdays": 0, "chair_id": stage.by("second reviewer").id}
    stage.do("open_special", case, **hearing, held_on=workdays(8))
    late = fresh(case)
    left = remaining(late)
    assert (late.state, late.legal_due_on, stops_of(late)) == ("suspended", legal, [])
    assert (left.is_stopped, left.legal_workdays) == (False, -6)
    assert document(case, "special")["late_note"]
    wait(8)
    stage.do("close_special", case, outcome="done", record="各方讲了。")
    assert document(case, "special_end")["late_note"]
    assert fresh(case).legal_due_on == legal
    stage.do("grant", case, cited_record=hearing_record_number(case))
    opened = [e.fact for e in timeline(case.pk) if e.kind == "SpecialProcedureOpened"]
    assert [fact["is_late"] for fact in opened] == [True]


def test_silent_parties_hold_nothing_up_after_five_working_days(stage):
    case = stage.case_in("in_review")
    stage.do("tell_interested", case)
    wait(6)
    ((party, _),) = interested_of(case)
    with refused("too_late"):
        hear_interested(
            case_id=case.pk, party_id=party.pk, statement="要听证", wants_hearing=True, by=stage.by("window")
        )
    stage.do("grant", case)


def test_a_case_that_ends_in_the_middle_of_a_special_procedure_leaves_nothing_running(stage):
    for event in ("withdraw", "terminate", "void"):
        case = stage.case_in("suspended")
        stage.do(event, case)
        assert not fresh(case).is_open
        assert all(stop.ended_on for stop in stops_of(case))
        assert [one.outcome for one in specials_of(case)] == ["cancelled"]
        assert not CaseClock.objects.filter(case=case, ended_on=None).exists()
    with refused("no_ground", InvalidInput):
        stage.do("void", stage.submit(), ground="unwanted")
    with refused("not_by_machine"):
        stage.do("terminate", stage.submit(), "system")


def test_what_an_official_may_do_now_is_what_the_actions_allow(stage):
    for state in ("submitted", "accepted", "in_review", "suspended"):
        case = fresh(stage.case_in(state))
        for part in ("window", "reviewer", "head", "person"):
            said = {step.event: step for step in next_steps(case, stage.by(part))}
            assert all(step.allowed or (step.code and step.why_not) for step in said.values())
            before = everything()
            for event, step in said.items():
                if not step.allowed:
                    with refused(step.code):
                        stage.do(event, case, part)
            assert everything() == before
