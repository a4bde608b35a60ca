"""The public figures are kept as things happen, and say what the cases say."""

from typing import Any

import pytest

from yiwang.domains.cases.actions import accept_case, decide_case, review_case, withdraw_case
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.tests.factories import actor_of, make_office
from yiwang.domains.supervision.queries import (
    figures_in_total,
    figures_of_office,
    offices_with_figures,
    years_with_figures,
)  # fmt: skip
from yiwang.domains.supervision.tests.factories import LIMITS, accepted_case, make_card
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db


def test_cases_times_and_cards_of_an_office_are_counted_once(at_noon: Any) -> None:
    office = make_office()
    item = make_item(office=office, **LIMITS)
    finish(make_case(item=item))
    finish(make_case(item=item), grant=False)
    withdrawn = make_case(item=item)
    withdraw_case(case_id=withdrawn.pk, by=actor_of(withdrawn.applicant))
    work_until_idle()
    late, official = accepted_case()
    with moved_to(now() + (calendar().add_workdays(today(), 8) - today())):
        work_until_idle()
        review_case(case_id=late.pk, verdict="support", opinion="核对过。", by=actor_of(official))
        decide_case(case_id=late.pk, grant=True, by=actor_of(official))
        work_until_idle()
        work_until_idle()
        year = today().year
        one, other = figures_of_office(office.code, year), figures_of_office(late.office_id, year)
        assert (one.count("submitted"), one.count("granted"), one.count("refused"), one.count("withdrawn")) == (
            3,
            1,
            1,
            1,
        )
        assert (one.share("in_promise", "after_promise"), one.median("days_decision"), one.cards) == (1.0, 0, 0)
        assert (other.share("in_promise", "after_promise"), other.share("in_law", "after_law")) == (0.0, 1.0)
        assert (other.median("days_decision"), other.count("card_yellow")) == (8, 1)
        whole = figures_in_total(year)
        assert (whole.count("submitted"), whole.count("closed"), whole.cards) == (4, 3, 1)
        assert [f.office.code for f in offices_with_figures(year) if f.office] == [office.code, late.office_id]
        assert years_with_figures() == [year]
        rest = offices_with_figures(year, after=(3, office.code))
        assert [f.count("submitted") for f in rest] == [1]


def test_nothing_is_a_share_of_nothing(at_noon: Any) -> None:
    empty = figures_in_total(today().year)
    assert (empty.share("in_law", "after_law"), empty.median("days_decision"), empty.cards) == (None, None, 0)


def test_the_median_of_an_even_number_is_the_lower_one(at_noon: Any) -> None:
    from yiwang.domains.supervision.queries import OfficeFigures

    figures = OfficeFigures(None, 2026, {}, {"days_decision": {1: 2, 4: 1, 9: 1}})
    assert figures.median("days_decision") == 1
    assert OfficeFigures(None, 2026, {}, {"days_decision": {1: 1, 4: 1, 9: 1}}).median("days_decision") == 4


def test_a_card_counts_for_the_public(at_noon: Any) -> None:
    card, _official = make_card()
    assert figures_of_office(card.office_id, today().year).count("card_yellow") == 1


def test_acceptance_is_counted_with_its_time(at_noon: Any) -> None:
    case = make_case(item=make_item(office=make_office(), **LIMITS))
    from yiwang.domains.cases.tests.factories import make_official

    official = make_official(case)
    with moved_to(now() + (calendar().add_workdays(today(), 2) - today())):
        accept_case(case_id=case.pk, by=actor_of(official))
        work_until_idle()
        figures = figures_of_office(case.office_id, today().year)
        assert (figures.median("days_acceptance"), figures.share("in_law", "after_law")) == (2, 1.0)
