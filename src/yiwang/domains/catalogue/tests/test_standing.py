"""Where an item stands: in use, suspended, withdrawn, closing; and how cheaply its page is read."""

import datetime as dt
from uuid import UUID

import pytest

from yiwang.domains.catalogue.actions import change_item_state, load_life_events
from yiwang.domains.catalogue.content.structs import ITEM_TYPES
from yiwang.domains.catalogue.models import LifeEvent
from yiwang.domains.catalogue.queries import (
    codes_by_office,
    codes_by_topic,
    count_by_office,
    form_of,
    guide,
    items_by_source,
    life_events,
    life_events_with_items,
    rows_of,
)
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import moved_to
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import refused

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Actor(kind="staff", id=UUID(int=6), office="X", roles=frozenset({"administrator"}))


def stand(item, state, **more):
    change_item_state(item_code=item.code, state=state, by=ADMINISTRATOR, **more)
    return guide(item.code)


@pytest.mark.parametrize("state", ["suspended", "withdrawn"])
def test_what_is_suspended_or_withdrawn_is_shown_but_not_applied_for(state):
    item = make_item()
    found = stand(item, state)
    assert not found.can_apply
    assert found.content == item.content
    assert latest_of_kind("ItemStateChanged")[0].fact == {"item_code": item.code, "state": state}
    assert codes_by_topic("life", "opening") == []
    assert codes_by_office(item.office_code) == []
    assert stand(item, "published").can_apply


def test_a_state_that_does_not_exist_is_refused():
    item = make_item()
    with refused("unknown_state"):
        stand(item, "abolished")


def test_a_closing_time_ends_new_cases_to_the_second(at_noon):
    closes = at_noon + dt.timedelta(hours=1)
    item = make_item()
    assert stand(item, "published", closes_at=closes).can_apply
    with moved_to(closes + dt.timedelta(seconds=1)):
        assert not guide(item.code).can_apply
    assert guide(item.code).closes_at == closes


@pytest.mark.parametrize("type_code", sorted(ITEM_TYPES))
def test_what_is_done_ex_officio_is_published_and_never_applied_for(type_code):
    found = make_item(type_code=type_code)
    assert found.can_apply == (type_code not in {"02", "03", "04", "06"})


def test_a_guide_is_one_statement(django_assert_num_queries):
    item = make_item()
    with django_assert_num_queries(1):
        guide(item.code)
    with django_assert_num_queries(0):
        form_of(item.version_id)


def test_a_list_is_at_most_two_statements(django_assert_max_num_queries):
    codes = [make_item().code for _ in range(5)]
    with django_assert_max_num_queries(2):
        assert [row.code for row in rows_of(reversed(codes))] == codes[::-1]


def test_an_item_without_a_form_of_its_own_has_the_standard_application():
    item = make_item(form=None)
    assert not item.has_own_form
    assert {"applicant_name", "request", "paper_plan", "other_papers"} <= set(form_of(item.version_id).fields)
    assert "firm_credit_code" in form_of(item.version_id, True).fields
    for_firms = make_item(form=None, audience=["enterprise"])
    assert "firm_credit_code" in form_of(for_firms.version_id).fields
    with pytest.raises(LookupError):
        form_of(UUID(int=1))


def test_items_are_counted_by_office_and_by_source():
    one = make_item()
    assert (count_by_office(one.office_code), items_by_source()) == (1, [("yiwang", "published", 1)])
    stand(one, "suspended")
    assert (count_by_office(one.office_code), items_by_source()) == (0, [("yiwang", "suspended", 1)])


def test_life_events_are_entered_in_order_and_again_without_doubles():
    stages = [
        LifeEvent(key="birth", name_zh="出生", name_en="Birth", icon="baby", audience="person", position=0),
        LifeEvent(key="opening", name_zh="开店", name_en="Opening", icon="shop", audience="enterprise", position=1),
    ]
    assert load_life_events(events=stages, by=SYSTEM) == 2
    stages[0].name_zh = "生孩子"
    load_life_events(events=stages, by=SYSTEM)
    assert [e.name_zh for e in life_events()] == ["生孩子", "开店"]
    assert [e.key for e in life_events("enterprise")] == ["opening"]
    make_item()
    assert life_events_with_items() == {"opening"}
