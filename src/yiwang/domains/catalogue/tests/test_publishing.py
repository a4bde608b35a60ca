"""Publishing: a version never changes, the same source changes nothing, and what was amended here is not lost."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.domains.catalogue import queries
from yiwang.domains.catalogue.actions import amend_item, change_item_state, publish_items
from yiwang.domains.catalogue.actions.publishing import merge_contents
from yiwang.domains.catalogue.actions.storing import turn_edition
from yiwang.domains.catalogue.content import Limit, Text, content_hash, from_json
from yiwang.domains.catalogue.loading import ReadItem, ReadOffice
from yiwang.domains.catalogue.loading.records import build_item
from yiwang.domains.catalogue.models import Item, ItemTopic, ItemVersion
from yiwang.domains.catalogue.queries import codes_by_topic, content_of, guide, latest_version, rows_of
from yiwang.domains.catalogue.tests.factories import SHOP_FORM, make_content
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

ADMINISTRATOR = Actor(kind="staff", id=UUID(int=6), office="X", roles=frozenset({"administrator"}))
OFFICE = ReadOffice("11339900YW00000713", "演示西湖区市场监督管理局", "330106")


def stated(code: str = "food", row: int = 1, **changes) -> ReadItem:
    """What a source says about an item."""
    content = make_content(**changes)
    return build_item(row=row, code=code, base_code=f"b-{code}", base_name="食品", office=OFFICE, content=content)


def load(*items: ReadItem, **more):
    return publish_items(items=items, source="test", by=SYSTEM, **more)


def versions(code: str = "food") -> list[ItemVersion]:
    return list(ItemVersion.objects.filter(item_id=code).order_by("number"))


pytestmark = pytest.mark.django_db


def test_what_a_source_states_becomes_the_first_version_of_each_item():
    report = load(stated("food"), stated("fire", row=2))
    assert (report.added, report.changed, report.unchanged, report.refused) == (["food", "fire"], [], 0, [])
    found = guide("food")
    assert (found.name, found.office_name, found.version_number, found.can_apply) == (
        "食品经营许可", OFFICE.name, 1, True,
    )  # fmt: skip
    assert latest_of_kind("ItemsPublished")[0].fact == {"item_codes": ["food", "fire"], "source": "test"}
    assert guide("no such item") is guide("\x00") is None


def test_the_same_source_twice_changes_nothing():
    load(stated("food"), stated("fire"))
    before = list(Item.objects.order_by("code").values()), versions(), len(latest_of_kind("ItemsPublished"))
    report = load(stated("food"), stated("fire"))
    assert (report.added, report.changed, report.unchanged) == ([], [], 2)
    assert (list(Item.objects.order_by("code").values()), versions(), len(latest_of_kind("ItemsPublished"))) == before


def test_a_changed_source_changes_only_what_changed():
    load(stated("food"), stated("fire"), stated("dogs"))
    report = load(stated("food"), stated("fire", promised_limit=Limit(3)), stated("dogs"))
    assert (report.changed, report.unchanged) == (["fire"], 2)
    assert {code: len(versions(code)) for code in ("food", "fire", "dogs")} == {"food": 1, "fire": 2, "dogs": 1}
    assert guide("fire").content.promised_limit == Limit(3)
    assert sorted(codes_by_topic("life", "opening")) == ["dogs", "fire", "food"]
    assert ItemTopic.objects.count() == 9


def test_topics_follow_the_current_version():
    load(stated(life_events=["opening"]))
    load(stated(life_events=["closing"]))
    assert codes_by_topic("life", "opening") == []
    assert codes_by_topic("life", "closing") == ["food"]


def test_a_version_never_changes_and_is_known_by_its_hash():
    load(stated())
    first = latest_version("food")
    load(stated(promised_limit=Limit(3)))
    amend_item(item_code="food", changes={"visits": 1}, by=ADMINISTRATOR)
    again = ItemVersion.objects.get(pk=first.pk)
    assert (again.content, again.content_hash) == (first.content, first.content_hash)
    assert [v.number for v in versions()] == [1, 2, 3]
    assert all(content_hash(v.content.encode()) == v.content_hash for v in versions())
    assert content_of(first.pk).promised_limit == Limit(5)
    assert guide("food").content.visits == 1


def test_a_trial_run_says_what_would_happen_and_writes_nothing():
    report = load(stated("food"), dry_run=True)
    assert report.added == ["food"]
    assert (Item.objects.count(), Office.objects.count()) == (0, 0)


def test_what_was_amended_here_and_what_changed_there_are_both_kept():
    load(stated())
    amend_item(item_code="food", changes={"aliases": ["开饭店"]}, by=ADMINISTRATOR)
    report = load(stated(promised_limit=Limit(3)))
    assert (report.changed, report.refused) == (["food"], [])
    content = guide("food").content
    assert (content.aliases, content.promised_limit) == (["开饭店"], Limit(3))
    assert load(stated(promised_limit=Limit(3))).unchanged == 1


def test_an_amendment_outlives_every_later_change_of_the_source():
    load(stated())
    amend_item(item_code="food", changes={"aliases": ["开饭店"]}, by=ADMINISTRATOR)
    for days in (3, 2, 1):
        report = load(stated(promised_limit=Limit(days)))
        assert (report.changed, report.refused) == (["food"], [])
        content = guide("food").content
        assert (content.aliases, content.promised_limit) == (["开饭店"], Limit(days))


def test_one_element_changed_on_both_sides_is_refused_by_row_and_the_good_rows_load():
    load(stated("food"), stated("fire"))
    amend_item(item_code="food", changes={"visits": 1}, by=ADMINISTRATOR)
    report = load(stated("fire", row=1, visits=2), stated("food", row=2, visits=2, promised_limit=Limit(3)))
    assert report.changed == ["fire"]
    ((row, code, zh, en),) = report.refused
    assert (row, code) == (2, "food")
    assert "visits" in zh
    assert en == "changed on both sides: visits"
    assert guide("food").content.visits == 1
    assert guide("food").content.promised_limit == Limit(5)


def test_both_sides_may_come_to_say_the_same():
    load(stated())
    amend_item(item_code="food", changes={"visits": 1}, by=ADMINISTRATOR)
    assert load(stated(visits=1)).refused == []
    assert guide("food").content.visits == 1


_VALUES = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), max_size=4)


@given(_VALUES, _VALUES, _VALUES)
def test_merging_keeps_every_change_of_one_side_and_names_every_clash(base, ours, theirs):
    result, clashes = merge_contents(base, ours, theirs)
    for key in "abcd":
        was, mine, new = base.get(key), ours.get(key), theirs.get(key)
        if key in clashes:
            assert len({was, mine, new}) == 3 or (mine != was and new != was)
        else:
            assert result.get(key) == (new if mine == was else mine)
            assert mine in (was, new) or new == was
    assert merge_contents(base, base, theirs) == (theirs, [])
    assert merge_contents(base, ours, base) == (ours, [])


def test_a_form_that_cannot_be_filled_in_is_refused_by_row_and_the_good_rows_load():
    broken = {**SHOP_FORM, "ui": {**SHOP_FORM["ui"], "pages": []}}
    report = load(stated("food", row=7, form=broken), stated("fire", row=8))
    assert report.added == ["fire"]
    assert [(row, code) for row, code, _, _ in report.refused] == [(7, "food")]
    assert guide("food") is None


def test_an_office_that_is_known_keeps_what_we_say_of_it():
    load(stated())
    Office.objects.filter(pk=OFFICE.code).update(number="演西市监")
    load(stated(promised_limit=Limit(3)))
    assert Office.objects.get(pk=OFFICE.code).number == "演西市监"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"visits": 0}, "nothing_changed"),
        ({"type_code": 7}, "invalid_content"),
        ({"promised_limit": {"amount": 3, "unit": "week"}}, "invalid_content"),
        ({"form": {"schema": {"type": "object"}, "ui": {"pages": []}}}, "invalid_content"),
    ],
)
def test_an_amendment_has_to_change_something_and_to_hold(changes, code):
    load(stated())
    with refused(code):
        amend_item(item_code="food", changes=changes, by=ADMINISTRATOR)
    assert len(versions()) == 1


def test_an_amendment_shows_at_once_in_name_and_lists():
    load(stated())
    amend_item(item_code="food", changes={"name": {"zh": "餐饮许可", "en": "Restaurant licence"}}, by=ADMINISTRATOR)
    assert (guide("food").name, guide("food").name_en) == ("餐饮许可", "Restaurant licence")
    assert [row.name for row in rows_of(["food", "no such item"])] == ["餐饮许可"]


@pytest.mark.parametrize("who", [ANONYMOUS, Actor(kind="person", id=UUID(int=1), assurance=3),
                                 Actor(kind="staff", id=UUID(int=1), roles=frozenset({"head", "operator"}))])  # fmt: skip
def test_nobody_else_publishes(who):
    load(stated())
    with forbidden():
        publish_items(items=[stated(visits=9)], source="test", by=who)
    with forbidden():
        amend_item(item_code="food", changes={"visits": 9}, by=who)
    with forbidden():
        change_item_state(item_code="food", state="suspended", by=who)
    assert guide("food").content.visits == 0


def test_what_does_not_exist_cannot_be_changed():
    with hidden():
        amend_item(item_code="nowhere", changes={}, by=ADMINISTRATOR)
    with hidden():
        change_item_state(item_code="nowhere", state="suspended", by=ADMINISTRATOR)


def test_content_survives_the_store_to_the_last_element():
    content = make_content(fees=[], conditions=[], visit_reason=Text("拍照", "Photo"))
    load(stated(fees=[], conditions=[], visit_reason=Text("拍照", "Photo")))
    assert from_json(latest_version("food").content) == content
    assert msgspec.json.decode(latest_version("food").content)["conditions"] == []


def test_a_source_that_only_moves_an_item_moves_it_without_a_new_version():
    load(stated("food"), stated("fire"))
    content = make_content()

    def moved(**changes):
        place = {"base_code": "b-food", "office": OFFICE, "region_code": "330106"} | changes
        item = build_item(row=1, code="food", base_name="食品", content=content, **place)
        return load(item)

    elsewhere = ReadOffice("11339900YW00000999", "演示滨江区市场监督管理局", "330108")
    for changes, column, value in (
        ({"office": elsewhere}, "office_id", "11339900YW00000999"),
        ({"office": elsewhere, "region_code": "330108"}, "region_id", None),
        ({"office": elsewhere, "group_code": "eating"}, "group_code", "eating"),
        ({"office": elsewhere, "group_code": "eating", "base_code": "b-other"}, "base_id", "b-other"),
    ):
        report = moved(**changes)
        item = Item.objects.values().get(pk="food")
        if item["region_id"] is not None or column != "region_id":  # this store knows no divisions
            assert (report.added, report.changed, report.unchanged) == ([], ["food"], 0), column
            assert latest_of_kind("ItemsPublished")[0].fact["item_codes"] == ["food"]
            assert item[column] == value
        assert moved(**changes).unchanged == 1
    assert len(versions()) == 1
    assert guide("food").office_name == "演示滨江区市场监督管理局"


def test_what_was_amended_here_stays_when_the_source_moves_the_item():
    load(stated("food"))
    amend_item(item_code="food", changes={"summary": {"zh": "我们写的"}}, by=ADMINISTRATOR)
    item = build_item(
        row=1, code="food", base_code="b-food", base_name="食品", office=OFFICE, group_code="eating", content=make_content()
    )  # fmt: skip
    assert load(item).changed == ["food"]
    assert guide("food").content.summary == Text("我们写的")
    assert guide("food").group_code == "eating"
    assert len(versions()) == 2


def test_every_publication_turns_the_edition_and_nothing_else_does():
    def edition():
        queries.forget_edition()
        return queries.catalogue_version(), queries.item_count()

    assert edition()[1] == 0
    seen = [edition()]
    for change in (
        lambda: load(stated("food"), stated("fire")),
        lambda: load(stated("food", summary=Text("改了"))),
        lambda: amend_item(item_code="food", changes={"visits": 1}, by=ADMINISTRATOR),
        lambda: change_item_state(item_code="food", state="suspended", by=ADMINISTRATOR),
    ):
        change()
        seen.append(edition())
    assert [number for number, _ in seen] == sorted({number for number, _ in seen})
    assert [items for _, items in seen] == [0, 2, 2, 2, 2]
    load(stated("food", summary=Text("改了")), dry_run=True)
    load(stated("fire"))
    assert edition() == seen[-1]


def test_the_edition_is_read_at_most_twice_a_second(django_assert_num_queries, monkeypatch):
    queries.forget_edition()
    with django_assert_num_queries(1):
        for _ in range(50):
            queries.catalogue_version()
    load(stated("food"))
    before = queries.catalogue_version()
    monkeypatch.setattr(queries, "EDITION_SECONDS", -1)
    assert queries.catalogue_version() == before + 1


def test_the_same_form_is_compiled_once_however_many_regions_have_it(monkeypatch):
    compiled = []
    monkeypatch.setattr("yiwang.domains.catalogue.actions.publishing.compile_form", compiled.append)
    monkeypatch.setattr("yiwang.domains.catalogue.actions.publishing._held_forms", set())
    load(*[stated(f"food{n}") for n in range(5)])
    assert len(compiled) == 1


def test_a_batch_of_a_thousand_costs_as_many_statements_as_one_of_two(django_assert_max_num_queries):
    turn_edition()  # its row comes with the migrations; a test before this one may have emptied the tables
    with django_assert_max_num_queries(14) as first:
        load(stated("food"), stated("fire"))
    with django_assert_max_num_queries(len(first)):
        load(*[stated(f"x{n}") for n in range(200)])
    with django_assert_max_num_queries(3):  # what is known of them, in a savepoint
        load(*[stated(f"x{n}") for n in range(200)])
