"""One grade for each finished case; figures are public, who wrote what is not."""

import pytest

from yiwang.domains.cases.tests.lives import CODE, OFFICE, set_stage, work
from yiwang.domains.identity.tests.factories import actor_of, make_firm
from yiwang.domains.ratings.actions import COMMENT_MOST, count_rating, rate_case
from yiwang.domains.ratings.models import Rating, RatingCount
from yiwang.domains.ratings.queries import (
    figures_by_office,
    figures_of,
    latest_comments,
    rating_of,
    ratings_of,
    total_figures,
)
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return set_stage()


def rate(stage, case, grade="very_satisfied", part="person", **more):
    return rate_case(case_id=case.pk, grade=grade, by=stage.by(part), **more)


def test_a_finished_case_is_rated_once(stage):
    case = stage.case_in("closed")
    rating = rate(stage, case, comment="  很\x00快 ")
    assert rating_of(case.pk) == rating
    assert (rating.item_code, rating.office_code, rating.comment) == (CODE, OFFICE, "很快")
    assert latest_of_kind("CaseRated")[0].fact == {
        "case_id": str(case.pk), "item_code": CODE, "office_code": OFFICE, "grade": "very_satisfied",
    }  # fmt: skip
    with refused("rated_already"):
        rate(stage, case, "very_dissatisfied")
    assert Rating.objects.get().grade == "very_satisfied"


@pytest.mark.parametrize(
    "state", ["submitted", "correction", "accepted", "in_review", "granted", "withdrawn", "lapsed"]
)
def test_what_is_not_finished_by_the_office_is_not_rated(stage, state):
    case = stage.case_in(state)
    with refused("not_finished"):
        rate(stage, case)


def test_who_was_not_accepted_may_say_what_they_think_of_it(stage):
    assert rate(stage, stage.case_in("refused_acceptance"), "very_dissatisfied")


def test_only_the_applicant_rates(stage):
    case = stage.case_in("closed")
    for part in ("stranger", "elsewhere"):
        with hidden():
            rate(stage, case, part=part)
    for part in ("window", "head", "system"):
        with forbidden():
            rate(stage, case, part=part)


def test_whoever_acts_for_the_firm_rates_the_firms_case(stage):
    firm = make_firm(stage.person)
    stage.parts["person"] = actor_of(stage.person, firm=firm)
    case = stage.case_in("closed")
    rate(stage, case)
    stage.parts["person"] = actor_of(stage.person)
    with hidden():
        rate(stage, case)


def test_a_grade_is_one_of_five_and_words_are_not_endless(stage):
    case = stage.case_in("closed")
    for grade in ("", "six_stars", "5"):
        with refused("no_grade", InvalidInput):
            rate(stage, case, grade)
    with refused("comment_too_long", InvalidInput):
        rate(stage, case, comment="好" * (COMMENT_MOST + 1))
    rate(stage, case, comment="好" * COMMENT_MOST)


def test_numbers_of_people_do_not_stand_in_public_words(stage):
    case = stage.case_in("closed")
    rate(stage, case, comment="请打我电话13800138000，身份证339921199206140018")
    (shown,) = latest_comments(item_code=CODE)
    assert "13800138000" not in shown.comment
    assert "339921199206140018" not in shown.comment
    assert shown.comment.startswith("请打我电话138")


def test_figures_are_kept_by_the_worker_for_item_and_office(stage):
    cases = [stage.case_in("closed") for _ in range(3)]
    for case, grade in zip(cases, ("very_satisfied", "satisfied", "dissatisfied"), strict=True):
        rate(stage, case, grade, comment=grade)
    assert figures_of("item", CODE).total == 0
    work()
    work()
    for figures in (figures_of("item", CODE), figures_of("office", OFFICE), total_figures()):
        assert figures.total == 3
        assert figures.score == pytest.approx((5 + 4 + 2) / 3)
        assert figures.good_share == pytest.approx(2 / 3)
    assert [(office.code, figures.total) for office, figures in figures_by_office()] == [(OFFICE, 3)]
    assert [r.grade for r in ratings_of(item_code=CODE, good=False)] == ["dissatisfied"]
    assert [r.grade for r in ratings_of(office_code=OFFICE, good=True)] == ["satisfied", "very_satisfied"]
    newest = ratings_of()[0]
    assert [r.grade for r in ratings_of(before=newest.rated_at)] == ["satisfied", "very_satisfied"]


def test_where_nobody_has_rated_there_is_no_figure_rather_than_a_good_one():
    nobody = figures_of("item", "nowhere")
    assert (nobody.total, nobody.score, nobody.good_share) == (0, None, None)
    assert figures_by_office() == []


def test_nobody_counts_by_hand(stage):
    for part in ("person", "head"):
        with forbidden():
            count_rating(subject_kind="item", subject=CODE, grade="satisfied", by=stage.by(part))
    assert not RatingCount.objects.exists()


def test_a_grade_given_twice_at_the_same_moment_counts_once(at_once):
    stage = set_stage()
    case = stage.case_in("closed")
    by = stage.by("person")
    found = at_once(lambda _: rate_case(case_id=case.pk, grade="satisfied", by=by), 3)
    assert sorted(getattr(r, "code", "rated") for r in found) == ["rated", "rated_already", "rated_already"]
