"""Correction once, two reviewers, reasons, lapse, certificates: what officials may and must do."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from yiwang.domains.cases.actions import claim_case, hand_over_case, request_correction
from yiwang.domains.cases.models import Case, CaseClock, Correction
from yiwang.domains.cases.queries import answers_before, answers_of, clocks_of, correction_items, handed_in, opinions_of
from yiwang.domains.cases.tests.factories import make_paper
from yiwang.domains.cases.tests.lives import ANSWERS, everything, set_stage, work
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import data_of as certificate_data
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of, id_number, make_firm, make_staff
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.clock import moved_to, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.models import Job, Schedule
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import timeline
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def stage():
    return set_stage()


def document(case: Case, kind: str) -> dict:
    return data_of(Document.objects.filter(case_id=case.pk, kind=kind).latest("created_at"))


# 补正


def test_what_is_missing_is_told_once_with_all_items_and_a_date(stage, at_noon):
    case = stage.submit()
    items = [{"field": "area", "text": "面积不对"}, {"field": "", "text": "带上租约"}, {"field": "area", "text": "  "}]
    stage.do("request_correction", case, items=items)
    case.refresh_from_db()
    due = calendar().add_workdays(today(), 15)
    assert (case.state, case.due_on, case.correction.due_on) == ("correction", due, due)
    assert [i["text"] for i in correction_items(case)] == ["面积不对", "带上租约"]
    told = document(case, "correction")
    assert [p["name"] for p in told["problems"]] == ["面积", "其他"]
    assert told["due_on"] == due.isoformat()
    assert "面积不对".encode() not in bytes(case.correction.items_sealed)
    assert [f.fact["count"] for f in timeline(case.pk) if f.kind == "CorrectionRequested"] == [2]


def test_what_was_told_once_is_not_told_again(stage):
    case = stage.case_in("correction")
    stage.do("supply_correction", case)
    before = everything()
    with refused("told_already"):
        stage.do("request_correction", case)
    assert everything() == before
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "no_items"),
        ([{"field": "", "text": " "}], "no_items"),
        ([{"field": "no_such", "text": "x"}], "unknown_field"),
    ],
)
def test_what_is_missing_has_to_be_said(stage, items, code):
    case = stage.submit()
    with refused(code, InvalidInput):
        stage.do("request_correction", case, items=items)


def test_what_is_supplied_replaces_the_answers_and_keeps_the_first_ones_and_the_office_has_five_days_again(
    stage, at_noon
):
    case = stage.case_in("correction")
    paper = make_paper(stage.person)
    with moved_to(at_noon + dt.timedelta(days=5)):
        stage.do("supply_correction", case, answers={**ANSWERS, "area": 90, "plan": [str(paper.pk)]})
        case.refresh_from_db()
        assert case.due_on == calendar().add_workdays(today(), 5)
    assert answers_of(case)["area"] == 90
    assert answers_before(case) == ANSWERS
    assert [row.paper.pk for row in handed_in(case)] == [paper.pk]
    clocks = [(c.kind, c.sequence, c.ended_on is None) for c in clocks_of(case)]
    assert clocks == [("acceptance", 1, False), ("correction", 1, False), ("acceptance", 2, True)]
    assert Document.objects.filter(case_id=case.pk, kind="receipt").count() == 2


def test_what_is_supplied_has_to_hold(stage):
    case = stage.case_in("correction")
    before = everything()
    with refused("invalid", InvalidInput):
        stage.do("supply_correction", case, answers={"shop_name": ""})
    assert everything() == before


def test_a_correction_that_is_not_supplied_by_its_date_lapses_and_is_no_refusal(stage, at_noon):
    waiting, supplied = stage.case_in("correction"), stage.case_in("correction")
    stage.do("supply_correction", supplied)
    due = waiting.due_on
    with moved_to(dt.datetime.combine(due, dt.time(23, 50), SHANGHAI)):
        work_until_idle()
        waiting.refresh_from_db()
        assert waiting.state == "correction"
        with refused("not_due"):
            stage.do("lapse", waiting)
    with moved_to(dt.datetime.combine(due + dt.timedelta(days=1), dt.time(2), SHANGHAI)):
        work_until_idle()
    waiting.refresh_from_db()
    supplied.refresh_from_db()
    assert (waiting.state, waiting.outcome, waiting.is_open, waiting.due_on) == ("lapsed", "lapsed", False, None)
    assert supplied.state == "accepted", "five working days of silence: it counts as accepted (art. 32 (4))"
    assert not Document.objects.filter(case_id=waiting.pk, kind="refusal").exists()
    assert not CaseClock.objects.filter(case=waiting, ended_on=None).exists()


def test_one_case_that_cannot_lapse_does_not_hold_the_others_up(stage, at_noon, monkeypatch):
    first, second = stage.case_in("correction"), stage.case_in("correction")
    from yiwang.domains.cases.actions import ending

    kept = ending.stop_clock

    def stumble(case):
        if case.pk == first.pk:
            raise RuntimeError("a broken row")
        kept(case)

    monkeypatch.setattr(ending, "stop_clock", stumble)
    Schedule.objects.all().delete()
    with moved_to(at_noon + dt.timedelta(days=60)):
        work_until_idle()
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, second.state) == ("correction", "lapsed")
    assert Job.objects.filter(kind="lapse_case", state="waiting").count() == 1


# 受理, 不予受理


def test_acceptance_starts_the_decision_clock_from_law_and_promise(stage, at_noon):
    case = stage.case_in("accepted")
    promised, legal = calendar().add_workdays(today(), 5), calendar().add_workdays(today(), 10)
    assert (case.due_on, case.legal_due_on) == (promised, legal)
    notice = document(case, "acceptance")
    assert (notice["limit"], notice["promised_on"], notice["due_on"]) == (
        "10 个工作日", promised.isoformat(), legal.isoformat(),
    )  # fmt: skip
    assert case.assignee_id == stage.by("window").id


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"ground": "because", "reason": "x"}, "no_ground"),
        ({"ground": "incomplete", "reason": "  "}, "no_reason"),
        ({"ground": "no_power", "reason": "不归我们管"}, "no_authority"),
    ],
)
def test_who_does_not_accept_says_why_and_where_to_go(stage, words, code):
    case = stage.submit()
    with refused(code, InvalidInput):
        stage.do("refuse_to_accept", case, **words)
    stage.do("refuse_to_accept", case, ground="no_power", reason="归街道管。", authority="演示街道办", basis="某条")
    case.refresh_from_db()
    said = document(case, "not_accepted")
    assert said["reasons"][-1] == "归街道管。"
    assert (said["authority"], said["basis"]) == ("演示街道办", ["某条"])
    assert said["review_body"]
    assert said["court"]
    assert (case.state, case.outcome, case.is_open) == ("refused_acceptance", "not_accepted", False)


# 审查, 决定


def test_where_the_substance_is_verified_two_officials_review(db):
    stage = set_stage(processing=Processing(substance_check=True))
    case = stage.case_in("in_review")
    for event in ("grant", "refuse"):
        stage.by("head")
        with refused("reviewers_missing"):
            stage.do(event, case)
    with refused("reviewed_already"):
        stage.do("review", case)
    stage.do("review", case, "second reviewer", verdict="oppose")
    assert [(o.verdict, text) for o, text in opinions_of(case)] == [("support", "已核对。"), ("oppose", "已核对。")]
    stage.do("grant", case)


def test_one_reviewer_is_enough_where_nothing_has_to_be_verified(stage):
    stage.do("grant", stage.case_in("in_review"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"verdict": "perhaps"}, "no_verdict"),
        ({"verdict": "", "opinion": "x"}, "no_verdict"),
        ({"opinion": " "}, "no_opinion"),
    ],
)
def test_a_review_says_what_was_checked_and_what_came_of_it(stage, words, code):
    case = stage.case_in("accepted")
    with refused(code, InvalidInput):
        stage.do("review", case, **words)


def test_a_refusal_says_why_and_how_to_object(stage):
    case = stage.case_in("in_review")
    with refused("no_reason", InvalidInput):
        stage.do("refuse", case, reason=" ")
    stage.do("refuse", case, reason="面积不够。", basis="某条")
    said = document(case, "refusal")
    assert (said["reasons"], said["basis"]) == (["面积不够。"], ["某条"])
    assert said["review_body"]
    assert said["court"]
    work()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "refused")
    assert of_case(case.pk) is None


def test_a_letter_names_the_day_of_the_request_as_it_was_in_china(stage):
    with moved_to(dt.datetime(2026, 3, 18, 0, 30, tzinfo=SHANGHAI)):
        case = stage.case_in("granted")
    said = document(case, "letter")
    assert said["paragraphs"][0].startswith("你于 2026-03-18 提出")
    assert "店名：小满面馆" in said["paragraphs"]
    assert said["date"] == "2026-03-18"


# 证照


def licence(**more):
    return {
        "results": [Result("certificate", Text("食品经营许可证"), certificate_type=TYPE, validity_months=12)],
        "processing": Processing(certificate_fields={"place": "shop_name", "owner": "applicant.name", "kind": "=餐饮"}),
    } | more


def test_a_grant_prepares_certificate_and_document_and_closes_when_both_are_sealed(at_noon):
    make_type()
    stage = set_stage(**licence())
    case = stage.case_in("granted")
    certificate = of_case(case.pk)
    assert (certificate.state, certificate.signed_at) == ("intended", None)
    assert certificate.valid_until == dt.date(2027, 3, 18)
    said = certificate_data(certificate)
    assert (said["KZ_place"], said["KZ_owner"], said["KZ_kind"]) == ("小满面馆", "林晓岚", "餐饮")
    assert document(case, "grant")["certificate"]["number"] == certificate.number
    signing = Job.objects.filter(kind="sign_certificate")
    signing.update(state="dead")
    work()
    case.refresh_from_db()
    assert case.state == "granted"
    assert Document.objects.get(case_id=case.pk, kind="grant").sealed_at is not None
    signing.update(state="waiting")
    work()
    case.refresh_from_db()
    assert case.state == "closed"
    assert of_case(case.pk).state == "valid"


def test_a_certificate_for_a_firm_is_held_by_the_firm():
    make_type(holder="firm")
    stage = set_stage(
        **licence(processing=Processing(certificate_fields={"place": "firm.address", "code": "firm.credit_code"}))
    )
    firm = make_firm(stage.person)
    stage.parts["person"] = actor_of(stage.person, firm=firm)
    certificate = of_case(stage.case_in("granted").pk)
    assert (certificate.holder_firm, certificate.holder_person) == (firm, None)
    assert certificate_data(certificate)["CZZTDM"] == certificate_data(certificate)["KZ_code"] == firm.credit_code


def test_a_name_that_cannot_be_printed_is_not_decided_and_nothing_is_written():
    make_type()
    stage = set_stage(**licence())
    case = stage.case_in("in_review")
    Person.objects.filter(pk=stage.person.pk).update(name="林\U000e0041岚")
    stage.by("head")
    before = everything()
    with refused("missing_glyph") as caught:
        stage.do("grant", case, reason="同意")
    assert "\U000e0041" in str(caught.value)
    assert everything() == before
    Person.objects.filter(pk=stage.person.pk).update(name="林𬱖")
    stage.do("grant", case)
    assert Certificate.objects.get(case_id=case.pk).holder_name == "林𬱖"


def test_an_instant_certificate_that_cannot_be_printed_waits_for_an_official():
    make_type()
    stage = set_stage(**licence(processing=Processing(instant=True, certificate_fields={"owner": "applicant.name"})))
    Person.objects.filter(pk=stage.person.pk).update(name="林\U000e0041岚")
    case = stage.submit()
    work()
    case.refresh_from_db()
    assert case.state == "submitted"
    assert not Certificate.objects.exists()
    for event in ("accept", "review"):
        stage.do(event, case)


def test_an_id_number_is_in_the_signed_data_only():
    make_type()
    stage = set_stage(**licence(processing=Processing(certificate_fields={"owner_number": "applicant.id_number"})))
    case = stage.case_in("granted")
    said = certificate_data(of_case(case.pk))
    assert said["KZ_owner_number"] == said["CZZTDM"]
    number = said["CZZTDM"]
    assert len(number) == len(id_number())
    assert number not in str(document(case, "grant"))
    assert number not in str(everything())


# 领办, 转办


def test_of_two_who_claim_one_wins_and_the_other_is_told_who(stage):
    case = stage.submit()
    window, reviewer = stage.by("window"), stage.by("reviewer")
    claim_case(case_id=case.pk, by=window)
    facts = len(timeline(case.pk))
    claim_case(case_id=case.pk, by=window)
    assert len(timeline(case.pk)) == facts
    with refused("claimed_by_other") as caught:
        claim_case(case_id=case.pk, by=reviewer)
    assert "window" in str(caught.value)


def test_a_case_is_handed_to_a_colleague_of_the_same_office_by_its_holder_or_the_head(stage):
    case = stage.submit()
    window, reviewer, head = (stage.by(part) for part in ("window", "reviewer", "head"))
    elsewhere = stage.by("elsewhere")
    claim_case(case_id=case.pk, by=window)
    with refused("not_yours"):
        hand_over_case(case_id=case.pk, staff_id=reviewer.id, by=reviewer)
    with refused("unknown_staff", InvalidInput):
        hand_over_case(case_id=case.pk, staff_id=elsewhere.id, by=window)
    hand_over_case(case_id=case.pk, staff_id=reviewer.id, by=window)
    hand_over_case(case_id=case.pk, staff_id=window.id, by=head)
    case.refresh_from_db()
    assert case.assignee_id == window.id


def test_only_officials_of_the_office_claim_and_hand_over_and_only_what_is_open(stage):
    case, closed = stage.submit(), stage.case_in("withdrawn")
    window = stage.by("window")
    for part in ("elsewhere", "stranger"):
        who = stage.by(part)
        for act in (lambda w=who: claim_case(case_id=case.pk, by=w),
                    lambda w=who: hand_over_case(case_id=case.pk, staff_id=window.id, by=w)):  # fmt: skip
            with hidden():
                act()
    with forbidden():
        claim_case(case_id=case.pk, by=stage.by("person"))
    for act in (lambda: claim_case(case_id=closed.pk, by=window),
                lambda: hand_over_case(case_id=closed.pk, staff_id=window.id, by=window)):  # fmt: skip
        with refused("closed"):
            act()


def test_an_official_of_several_duties_may_take_each_of_them(stage):
    everybody = actor_of(make_staff(office=Office.objects.get(pk=stage.item.office_code)))
    case = stage.submit()
    stage.parts |= dict.fromkeys(("window", "reviewer", "head"), everybody)
    for event in ("accept", "review", "grant"):
        stage.do(event, case)


def test_a_correction_asked_for_by_two_at_once_is_told_once(at_once):
    stage = set_stage()
    case = stage.submit()
    window = stage.by("window")
    items = [{"field": "area", "text": "面积不对"}]
    found = at_once(lambda _: request_correction(case_id=case.pk, items=items, by=window), 3)
    assert sorted(getattr(r, "code", "told") for r in found) == ["illegal_step", "illegal_step", "told"]
    assert Document.objects.filter(case_id=case.pk, kind="correction").count() == 1
