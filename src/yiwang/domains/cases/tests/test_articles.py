"""行政许可法, article by article: what stands nowhere else in the tests of the procedure, and that no article is forgotten."""

import datetime as dt
import re
from pathlib import Path

import pytest

from yiwang.domains.cases.models import Case, CaseClock, JointOpinion
from yiwang.domains.cases.tests.lives import OFFICE, publish, set_stage, work
from yiwang.domains.catalogue.content import Fee, Limit, LowerReview, Processing, Result, Text
from yiwang.domains.certificates.actions import withdraw_certificate
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.documents.models import Document, PublicDecision
from yiwang.domains.documents.queries import data_of
from yiwang.domains.identity.tests.factories import make_office
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, now, today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.tests.refusing import refused

pytestmark = pytest.mark.django_db

ARTICLES = [26, *range(29, 33), *range(34, 41), *range(42, 51), 55, 56, 58, 69, 70, 78, 79, 82]
"""Those of the procedure; 57 (equal, limited number) hangs on a number that no item of ours has."""


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


def test_article_44_what_was_granted_is_sealed_and_delivered_at_once_long_before_ten_days(stage):
    issue_seal(office_code=OFFICE, by=SYSTEM)
    case = stage.case_in("closed")
    assert case.closed_at - case.decided_at < dt.timedelta(days=1)


def test_article_46_a_hearing_in_the_public_interest_is_opened_by_the_office_itself(stage):
    case = stage.case_in("accepted")
    chair = stage.by("head").id
    stage.do("open_special", case, kind="hearing", planned_workdays=10, chair_id=chair, reason="涉及公共利益")
    assert document(case, "special")["held_on"] > today().isoformat()


def test_article_56_what_can_be_registered_on_the_spot_is_decided_on_the_spot(stage):
    stage.item = publish(processing=Processing(instant=True), results=[])
    case = stage.submit()
    work()
    case.refresh_from_db()
    assert (case.outcome, case.accepted_at.date()) == ("granted", case.submitted_at.date())


def test_article_58_a_permit_is_free_unless_the_law_that_sets_the_fee_is_named(stage):
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
