"""行政许可法, article by article: what stands nowhere else in the tests of the procedure, and that no article is forgotten."""

import datetime as dt
import re
from pathlib import Path

import pytest

from yiwang.domains.cases.actions import save_answers, start_draft, submit_draft
from yiwang.domains.cases.models import Case, CaseClock, JointOpinion
from yiwang.domains.cases.queries import my_cases, next_steps, queue, remaining, waits_for
from yiwang.domains.cases.queries.fees import DAYS_TO_PAY, pay_until
from yiwang.domains.cases.queries.places import line_of
from yiwang.domains.cases.tests.lives import ANSWERS, CODE, OFFICE, publish, set_stage, work
from yiwang.domains.catalogue.content import Fee, Limit, LowerReview, Processing, Quota, Result, Text
from yiwang.domains.certificates.actions import withdraw_certificate
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.deliveries.events import DeliveryReturned
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.tests.factories import HALL, make_address, make_delivery, make_places
from yiwang.domains.documents.models import Document, PublicDecision
from yiwang.domains.documents.queries import data_of
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person
from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record
from yiwang.foundation.tests.refusing import refused

pytestmark = pytest.mark.django_db

ARTICLES = [26, *range(29, 33), *range(34, 41), *range(42, 51), *range(55, 60), 69, 70, 78, 79, 82]
"""Those of the procedure: all that the published list of articles names."""


FIELDS = Processing(certificate_fields={"place": "shop_name"})


@pytest.fixture
def stage(at_noon):
    return set_stage(legal_limit=Limit(20), promised_limit=Limit(10))


def document(case, kind):
    return data_of(Document.objects.filter(case_id=case.pk, kind=kind).latest("created_at"))


def paths():
    here = Path(__file__).parents[4]
    return [*here.glob("**/tests/test_*.py"), *here.parent.glob("tests/**/test_*.py")]


def test_every_article_of_the_procedure_has_a_test_that_names_it():
    named: set[int] = set()
    for path in paths():
        for found in re.findall(r"def test_articles?_((?:\d+(?:_and_|_to_|_)?)+)", path.read_text(encoding="utf-8")):
            numbers = [int(number) for number in re.findall(r"\d+", found)]
            named |= set(range(numbers[0], numbers[1] + 1)) if "_to_" in found else {n for n in numbers if n > 5}
    assert set(ARTICLES) - named == set()


def test_article_29_an_application_over_the_net_counts_and_asks_for_nothing_that_the_form_does_not_name(stage):
    case = stage.submit(by=stage.by("person").through("api"))
    assert (case.state, case.channel) == ("submitted", "api")
    with refused("invalid"):
        stage.submit(favourite_colour="blue")


def test_article_30_what_the_law_wants_published_stands_in_the_version_that_the_case_was_begun_on(stage):
    content = stage.item.content
    assert content.conditions and content.materials and content.steps and content.legal_limit and content.form
    assert stage.submit().version_id == stage.item.version_id


def test_article_31_who_applied_answers_for_the_truth_and_an_untruth_ends_the_case(stage):
    case = stage.submit()
    stage.do("refuse_to_accept", case, ground="untrue", reason="租约是假的，经向出租人核对。")
    assert document(case, "not_accepted")["reasons"][0] == "隐瞒有关情况或者提供虚假材料"


def test_article_32_2_who_has_no_power_says_at_once_where_to_go(stage):
    case = stage.submit()
    with refused("no_authority"):
        stage.do("refuse_to_accept", case, ground="no_power", reason="不归我们管。")
    stage.do("refuse_to_accept", case, ground="no_power", reason="不归我们管。", authority="演示余杭区市场监督管理局")
    said = document(case, "not_accepted")
    assert said["authority"] == "演示余杭区市场监督管理局"
    assert said["review_body"] and said["court"]


def test_article_32_5_acceptance_is_a_numbered_sealed_and_dated_paper(stage):
    issue_seal(office_code=OFFICE, by=SYSTEM)
    case = stage.case_in("accepted")
    work()
    paper = Document.objects.get(case_id=case.pk, kind="acceptance")
    assert re.fullmatch(r".+受〔2026〕\d+号", paper.number)
    assert paper.sealed_at is not None
    assert document(case, "acceptance")["accepted_on"] == today().isoformat()


def test_article_37_and_38_a_decision_is_written_and_a_refusal_has_reasons_and_remedies(stage):
    case = stage.case_in("in_review")
    with refused("no_reason"):
        stage.do("refuse", case, reason="")
    stage.do("refuse", case, reason="面积不够。")
    said = document(case, "refusal")
    assert said["reasons"] == ["面积不够。"] and said["review_body"] and said["court"]


def test_articles_39_and_40_the_result_is_of_a_named_kind_and_the_decision_is_public_without_the_persons_name(stage):
    make_type()
    issue_seal(office_code=OFFICE, by=SYSTEM)
    stage.item = publish(
        results=[Result("certificate", Text("许可证"), TYPE, 60)],
        processing=Processing(certificate_fields={"place": "shop_name"}),
    )
    case = stage.case_in("closed")
    assert of_case(case.pk).type_id == TYPE
    public = PublicDecision.objects.get()
    assert (public.item_name, public.party, public.decided_on) == (case.item_name, "", today())


def test_article_43_the_lower_office_has_twenty_working_days(stage):
    lower = make_office(name="演示文新街道办事处")
    stage.item = publish(processing=Processing(lower_level_review=LowerReview(lower.code)))
    case = stage.case_in("accepted")
    asked = JointOpinion.objects.get(case=case)
    assert asked.is_first_review and asked.workdays == 20


def test_article_44_what_was_granted_is_issued_and_delivered_within_ten_working_days_of_the_decision(stage):
    issue_seal(office_code=OFFICE, by=SYSTEM)
    case = stage.case_in("granted")
    clock = CaseClock.objects.get(case=case, kind="delivery")
    due = calendar().add_workdays(today(), 10)
    assert (clock.started_on, clock.legal_due_on, case.due_on, case.legal_due_on) == (today(), due, due, due)
    work()
    case.refresh_from_db()
    clock.refresh_from_db()
    assert (case.state, case.due_on, clock.ended_on) == ("closed", None, today()), "at once, long before ten days"
    assert case.closed_at - case.decided_at < dt.timedelta(days=1)
    refusal = stage.case_in("refused")
    assert refusal.due_on is None, "the article speaks of what was granted"


def test_article_44_the_time_in_which_the_applicant_does_not_come_is_not_the_offices(stage):
    case = stage.case_in("granted")
    due = case.legal_due_on
    stage.do("await_applicant", case, reason="pickup")
    with refused("clock_stands"):
        stage.do("await_applicant", case, reason="pickup")
    case.refresh_from_db()
    assert case.awaits_applicant and remaining(case).is_stopped and remaining(case).legal_workdays == 10
    move_to(now() + dt.timedelta(days=28))
    assert not stage.do("go_on", case).awaits_applicant
    moved = CaseClock.objects.get(case=case, kind="delivery").legal_due_on
    assert moved == calendar().add_workdays(today(), 10) > due
    with refused("nothing_awaited"):
        stage.do("go_on", case)
    collected = stage.case_in("issued")
    stage.do("await_applicant", collected)
    move_to(now() + dt.timedelta(days=21))
    work()
    ended = CaseClock.objects.get(case=collected, kind="delivery")
    assert (ended.ended_on, ended.legal_due_on) == (today(), calendar().add_workdays(today(), 10)), "it was not late"


def test_article_44_a_result_that_is_sent_anew_is_due_when_the_clock_of_its_case_is(stage):
    issue_seal(office_code=OFFICE, by=SYSTEM)
    make_places()
    make_address(stage.person)
    case = stage.case_in("granted")
    office = Office.objects.get(pk=OFFICE)
    make_delivery(stage.person, office, reference=case.number, way="pickup", hall=HALL)
    work()
    Delivery.objects.update(state="returned", ended_at=now(), code_sealed=None)
    record(DeliveryReturned(delivery_id=Delivery.objects.get().pk, reference=case.number, direction="out"), by=SYSTEM)
    work()
    move_to(now() + dt.timedelta(days=28))
    make_delivery(stage.person, office, reference=case.number)
    work(turns=1)
    case.refresh_from_db()
    again = Delivery.objects.get(sequence=2)
    assert again.due_on == case.legal_due_on == calendar().add_workdays(today(), 10)
    set_calendar(days={calendar().add_workdays(today(), 3): (False, "放假")}, official_years={2026: "通知"}, by=SYSTEM)
    work()
    before = again.due_on
    again.refresh_from_db()
    assert again.due_on == CaseClock.objects.get(case=case, kind="delivery").legal_due_on > before


def test_articles_44_and_50_a_renewal_that_the_law_granted_and_nobody_paid_says_both(stage):
    """No decision was made: the document says so, and lists say whom it waits for, until when."""
    make_type()
    issue_seal(office_code=OFFICE, by=SYSTEM)
    licence = [Result("certificate", Text("许可证"), TYPE, 12)]
    fields = {"place": "shop_name"}
    stage.item = publish(results=licence, processing=Processing(certificate_fields=fields))
    old = of_case(stage.case_in("closed").pk)
    fee = Fee(Text("工本费"), amount_fen=1000, basis="某条例第九条")
    processing = Processing(about="renewal", certificate_fields=fields)
    stage.item = publish(CODE + "9", results=licence, processing=processing, is_free=False, fees=[fee])
    move_to(dt.datetime.combine(old.valid_until - dt.timedelta(days=60), dt.time(12), dt.UTC))
    case = stage.case_in("accepted")
    work()
    move_to(dt.datetime.combine(old.valid_until + dt.timedelta(days=1), dt.time(12), dt.UTC))
    stage.do("grant_by_silence", case)
    work()
    case.refresh_from_db()
    said = document(case, "grant")
    assert said["title"] == "视为准予延续告知书" and said["deemed"] and "未作决定" in said["decision"]
    assert (case.state, waits_for(case).kind) == ("granted", "fees")
    row = my_cases(stage.by("person"))[0]
    assert row["by_silence"] and row["due_on"] == case.due_on and row["legal_due_on"] is None
    assert not any(one.case["id"] == case.pk for one in queue(stage.by("head"), which="overdue"))


def test_article_46_a_hearing_in_the_public_interest_is_opened_by_the_office_itself(stage):
    case = stage.case_in("accepted")
    chair = stage.by("head").id
    stage.do(
        "open_special", case, kind="hearing", planned_workdays=10, chair_id=chair, reason="涉及公共利益",
        held_on=calendar().add_workdays(today(), 8),
    )  # fmt: skip
    assert document(case, "special")["held_on"] > today().isoformat()


def test_article_56_what_can_be_registered_on_the_spot_is_decided_on_the_spot(stage):
    stage.item = publish(processing=Processing(instant=True), results=[])
    case = stage.submit()
    work()
    case.refresh_from_db()
    assert (case.outcome, case.accepted_at.date()) == ("granted", case.submitted_at.date())


def test_article_57_of_a_limited_number_who_was_accepted_first_is_granted_first_and_the_last_are_told_why(stage):
    with pytest.raises(AssertionError, match="第五十七条"):
        publish(quota=Quota(1, "某规划"), processing=Processing(instant=True))
    make_type()
    issue_seal(office_code=OFFICE, by=SYSTEM)
    licence = [Result("certificate", Text("许可证"), TYPE, 12)]
    stage.item = publish(results=licence, quota=Quota(3, "某规划", given_before=1), processing=FIELDS)
    first, second, third, fourth = (stage.case_in("in_review") for _ in range(4))
    stage.do("grant", second)  # two are left for the one before it and for it
    with refused("earlier_first"):
        stage.do("grant", third)
    stage.do("refuse", first, reason="面积不够。")
    assert "basis" not in document(first, "refusal"), "it was refused for itself"
    stage.do("grant", third)
    with refused("none_left"):
        stage.do("grant", fourth)
    said = next(one for one in next_steps(fourth, stage.by("head")) if one.event == "grant")
    assert not said.allowed and "第五十七条" in said.why_not
    work()
    withdraw_certificate(certificate_id=of_case(third.pk).pk, state="revoked", ground="fraud", by=stage.by("head"))
    fifth = stage.case_in("in_review")
    with refused("earlier_first"):
        stage.do("grant", fifth)
    stage.do("grant", fourth)
    stage.do("refuse", fifth, reason="名额用完了。")
    assert "第五十七条" in document(fifth, "refusal")["basis"][-1]


def test_article_57_the_number_that_is_published_now_holds_for_old_drafts_and_old_cases_too(stage):
    stage.item = publish(results=[])
    sly = actor_of(make_person(name="老王"))
    draft = start_draft(item_code=stage.item.code, by=sly)
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=sly)
    before, earlier = stage.case_in("in_review"), stage.case_in("in_review")
    stage.do("grant", before)
    stage.item = publish(results=[], quota=Quota(3, "某规划"))
    stage.do("grant", late := stage.case_in("in_review"))
    stage.item = publish(results=[], quota=Quota(2, "另一个规划"))
    case = submit_draft(draft_id=draft.pk, by=sly)
    for event in ("accept", "review"):
        stage.do(event, case)
    for one, ahead in ((earlier, 0), (case, 1)):
        one.refresh_from_db()
        line = line_of(one)
        assert (line.number, line.left, line.ahead) == (2, 0, ahead), "both grants count, also that from before"
        with refused("none_left"):
            stage.do("grant", one)
    stage.do("refuse", case, reason="名额用完了。")
    assert "第五十七条" in document(case, "refusal")["basis"][-1]
    assert line_of(Case.objects.get(pk=late.pk)).number == 2


def test_who_is_granted_after_the_day_of_the_notice_gets_a_new_day_to_pay(stage):
    stage.item = publish(is_free=False, fees=[Fee(Text("工本费"), amount_fen=1000, basis="某条例第九条")])
    case = stage.case_in("in_review")
    work()
    assert pay_until(case) == calendar().add_workdays(today(), DAYS_TO_PAY)
    move_to(now() + (calendar().add_workdays(today(), DAYS_TO_PAY + 3) - today()))
    assert pay_until(case) == calendar().add_workdays(today(), DAYS_TO_PAY)


def test_articles_58_and_59_a_permit_is_free_unless_the_law_that_sets_the_fee_is_named(stage):
    with pytest.raises(AssertionError, match="要写明依据"):
        publish(is_free=False, fees=[Fee(Text("工本费"), amount_fen=1000)])


def test_articles_69_and_79_fraud_revokes_and_bars_for_three_years_where_safety_is_at_stake(stage):
    make_type()
    issue_seal(office_code=OFFICE, by=SYSTEM)
    stage.item = publish(
        results=[Result("certificate", Text("许可证"), TYPE, 60)],
        processing=Processing(certificate_fields={"place": "shop_name"}, high_risk=["life_safety"]),
    )
    case = stage.case_in("closed")
    withdraw_certificate(certificate_id=of_case(case.pk).pk, state="revoked", ground="fraud", by=stage.by("head"))
    with refused("barred"):
        stage.submit()
    move_to(now() + dt.timedelta(days=3 * 366))
    assert stage.submit().state == "submitted"


def test_article_78_an_untruth_bars_for_a_year_where_safety_is_at_stake_and_nobody_elsewhere(stage):
    plain, grave = stage.item, publish(f"{OFFICE}4330199003078", processing=Processing(high_risk=["public_security"]))
    for item in (plain, grave):
        stage.item = item
        stage.do("refuse_to_accept", stage.submit(), ground="untrue", reason="租约是假的。")
    stage.item = plain
    assert stage.submit().state == "submitted"
    stage.item = grave
    with refused("barred"):
        stage.submit()
    move_to(now() + dt.timedelta(days=367))
    assert stage.submit().state == "submitted"


def test_article_82_every_period_is_counted_in_working_days_without_the_legal_holidays(stage):
    case = stage.submit()
    due = CaseClock.objects.get(case=case).legal_due_on
    holidays = {today() + dt.timedelta(days=n): (False, "演示假") for n in (1, 2)}
    set_calendar(days=holidays, official_years={today().year: "演示通知"}, by=SYSTEM)
    work()
    off = sum(day.weekday() < 5 for day in holidays)
    moved = CaseClock.objects.get(case=case).legal_due_on
    days = [due + dt.timedelta(days=n) for n in range(1, (moved - due).days + 1)]
    assert sum(day.weekday() < 5 for day in days) == off > 0
    assert Case.objects.get(pk=case.pk).due_on == moved
