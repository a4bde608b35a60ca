"""Several offices on one case: own opinions in own time, the lower office first where the item says so, one visit."""

import pytest

from yiwang.domains.cases.actions import arrange_visit, give_joint_opinion, record_visit
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import asked_cases, joint_opinions_of, next_steps, visit_record, visits_of
from yiwang.domains.cases.tests.lives import publish, set_stage
from yiwang.domains.catalogue.content import JointOffice, Limit, LowerReview, Processing
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.clock import move_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.models import Schedule
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db

FIRE, WATER, STREET = "11339900YW0000071A", "11339900YW0000072B", "11339900YW0000073C"


def official(code: str, name: str, role: str = "reviewer"):
    return actor_of(make_staff(office=make_office(code=code, name=name), roles=(role,), name=name))


@pytest.fixture
def offices(at_noon):
    return {FIRE: official(FIRE, "消防"), WATER: official(WATER, "水务"), STREET: official(STREET, "街道")}


def wait(count: int) -> None:
    move_to(now() + (calendar().add_workdays(today(), count) - today()))


def test_article_26_all_offices_are_asked_at_once_and_one_decision_rests_on_all_opinions(offices):
    joint = [JointOffice(FIRE, 4), JointOffice(WATER, 6)]
    stage = set_stage(processing=Processing(joint_offices=joint), legal_limit=None, promised_limit=None)
    case = stage.case_in("in_review")
    assert case.legal_due_on == calendar().add_workdays(today(), 45), (
        "art. 42: forty-five days where several act together"
    )
    assert [row.office_id for row, _ in joint_opinions_of(case)] == [FIRE, WATER]
    assert [row.case_id for row in asked_cases(offices[FIRE])] == [case.pk]
    with refused("opinions_missing"):
        stage.do("grant", case)
    give_joint_opinion(case_id=case.pk, verdict="support", opinion="通道够宽。", by=offices[FIRE])
    with refused("given_already"):
        give_joint_opinion(case_id=case.pk, verdict="oppose", opinion="又想了想", by=offices[FIRE])
    with hidden():
        give_joint_opinion(case_id=case.pk, verdict="support", opinion="路过", by=offices[STREET])
    with forbidden():
        give_joint_opinion(case_id=case.pk, verdict="support", opinion="自己问自己", by=stage.by("head"))
    with forbidden():
        stage.do("review", case, _as(stage, offices[WATER]))
    wait(7)
    stage.do("grant", case)  # the water office let its time go by: nobody waits for ever
    assert [text for _, text in joint_opinions_of(case)] == ["通道够宽。", ""]
    publish(processing=Processing(joint_offices=joint), promised_limit=Limit(5))
    hurried = stage.case_in("accepted")
    promised = calendar().add_workdays(today(), 5)
    assert hurried.due_on == promised
    dues = [row.due_on for row, _ in joint_opinions_of(hurried)]
    assert dues == [calendar().add_workdays(today(), 4)] * 2, "before the decision that needs them, not after it"


def _as(stage, actor) -> str:
    stage.parts["other office"] = actor
    return "other office"


def test_an_office_that_opposes_lets_the_head_only_refuse(offices):
    stage = set_stage(processing=Processing(joint_offices=[JointOffice(FIRE, 4)]))
    case = stage.case_in("in_review")
    for wrong, code in (({"verdict": "maybe"}, "no_verdict"), ({"opinion": " "}, "no_opinion")):
        with refused(code, InvalidInput):
            give_joint_opinion(
                **({"case_id": case.pk, "verdict": "oppose", "opinion": "没有出口", "by": offices[FIRE]} | wrong)
            )
    give_joint_opinion(case_id=case.pk, verdict="oppose", opinion="没有第二个出口。", by=offices[FIRE])
    with refused("office_opposes"):
        stage.do("grant", case)
    stage.do("refuse", case)


def test_article_35_the_lower_office_reviews_first_and_nothing_is_asked_twice(offices):
    processing = Processing(
        lower_level_review=LowerReview(STREET, 3),
        joint_offices=[JointOffice(FIRE, 2), JointOffice(WATER, 2, waits_for=[FIRE])],
    )
    stage = set_stage(processing=processing)
    case = stage.case_in("accepted")
    with refused("first_review_missing"):
        stage.do("review", case)
    with refused("told_by_lower"):
        stage.do("request_more", case)
    with refused("not_asked_yet"):
        give_joint_opinion(case_id=case.pk, verdict="support", opinion="好", by=offices[FIRE])
    (step,) = [s for s in next_steps(case, offices[FIRE]) if s.event == "give_joint_opinion"]
    assert (step.allowed, step.code) == (False, "not_asked_yet")
    give_joint_opinion(case_id=case.pk, verdict="support", opinion="初审同意。", by=offices[STREET])
    stage.do("review", case)
    asked = {row.office_id: row.asked_on for row, _ in joint_opinions_of(case)}
    assert asked == {STREET: today(), FIRE: today(), WATER: None}
    wait(3)
    Schedule.objects.all().delete()
    work_until_idle()
    asked = {row.office_id: row.asked_on for row, _ in joint_opinions_of(case)}
    assert asked[WATER] == today(), "the fire office let its time go by"


def test_articles_34_and_55_one_visit_for_all_offices_by_two_officials_or_more(offices):
    stage = set_stage(processing=Processing(joint_offices=[JointOffice(FIRE)]))
    case = stage.case_in("accepted")
    reviewer = stage.by("reviewer")
    day = calendar().add_workdays(today(), 2)
    arrange_visit(case_id=case.pk, visit_on=day, by=reviewer)
    with refused("visit_open"):
        arrange_visit(case_id=case.pk, visit_on=day, by=reviewer)
    with refused("not_yet"):
        record_visit(case_id=case.pk, staff_ids=[], record="看了", by=reviewer)
    wait(2)
    both = [reviewer.id, offices[FIRE].id]
    for staff, code in (([reviewer.id], "too_few"), ([reviewer.id, offices[STREET].id], "too_few")):
        with refused(code, InvalidInput):
            record_visit(case_id=case.pk, staff_ids=staff, record="看了", by=reviewer)
    record_visit(case_id=case.pk, staff_ids=both, record="两个出口。", by=reviewer)
    (visit,) = visits_of(case)
    assert (visit_record(visit), len(visit.staff)) == ("两个出口。", 2)
    assert Case.objects.get(pk=case.pk).state == "accepted"
