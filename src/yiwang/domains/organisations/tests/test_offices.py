"""Offices: entered from a source, corrected here, found by code and by place."""

import pytest

from yiwang.domains.organisations.actions import load_offices
from yiwang.domains.organisations.models import Office
from yiwang.domains.organisations.queries import office, offices_of, remedies_against
from yiwang.domains.regions.actions import load_regions
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Actor(kind="staff", id=uuid7(), roles=frozenset({"administrator"}))


@pytest.fixture(autouse=True)
def _tree():
    rows = [("330000", "浙江省", "", 1, ""), ("330100", "杭州市", "", 2, "330000"), ("330106", "西湖区", "", 3, "330100"),
            ("330800", "衢州市", "", 2, "330000")]  # fmt: skip
    load_regions(rows=rows, by=SYSTEM)


def bureau(code="B1", name="演示市场监督管理局", region="330106", **more):
    return Office(code=code, name=name, region_id=region, **more)


def test_the_same_offices_again_change_nothing():
    assert load_offices(offices=[bureau(), bureau("B2", region=None)], by=SYSTEM) == (2, 0)
    assert load_offices(offices=[bureau(), bureau("B2", region=None)], by=SYSTEM) == (0, 0)
    assert len(latest_of_kind("OfficesLoaded")) == 1


def test_what_changed_is_corrected_unless_what_we_know_is_to_stay():
    load_offices(offices=[bureau(number="演西市监")], by=SYSTEM)
    assert load_offices(offices=[bureau(name="别的名称")], overwrite=False, by=SYSTEM) == (0, 0)
    assert office("B1").number == "演西市监"
    assert load_offices(offices=[bureau(name="演示市监局", region="330100")], by=ADMINISTRATOR) == (0, 1)
    assert (office("B1").name, office("B1").region_id) == ("演示市监局", "330100")


def test_offices_are_found_by_place_and_below_page_by_page():
    load_offices(
        offices=[bureau("B1"), bureau("B2", region="330100"), bureau("B3", region="330800"), bureau("B4", region=None)],
        by=SYSTEM,
    )
    assert [o.code for o in offices_of()] == ["B1", "B2", "B3", "B4"]
    assert [o.code for o in offices_of(limit=2, after="B1")] == ["B2", "B3"]
    assert [o.code for o in offices_of(region="330106")] == ["B1"]
    assert [o.code for o in offices_of(region="330100")] == ["B1", "B2"]
    assert [o.code for o in offices_of(region="330000")] == ["B1", "B2", "B3"]
    assert office("B9") is None


@pytest.mark.parametrize("who", [ANONYMOUS, Actor(kind="person", id=uuid7(), assurance=3),
                                 Actor(kind="staff", id=uuid7(), roles=frozenset({"head"}))])  # fmt: skip
def test_nobody_else_enters_offices(who):
    with forbidden():
        load_offices(offices=[bureau()], by=who)


def test_an_objection_goes_to_the_government_of_the_same_level_and_to_the_court_of_the_county() -> None:
    """行政复议法 (2023) art. 24 and 27, 行政诉讼法 art. 14 and 18."""
    rows = [
        ("330000", "浙江省", "Zhejiang", 1, ""),
        ("330100", "杭州市", "Hangzhou", 2, "330000"),
        ("330106", "西湖区", "Xihu", 3, "330100"),
        ("330106001", "北山街道", "Beishan", 4, "330106"),
    ]
    load_regions(rows=rows, by=SYSTEM)
    county = remedies_against(Office(code="a", name="区局", region_id="330106"))
    assert county.review_body == ("杭州市西湖区人民政府", "the People's Government of Xihu, Hangzhou")
    assert county.court[0] == "杭州市西湖区人民法院"
    assert remedies_against(Office(code="b", name="街道", region_id="330106001")) == county
    city = remedies_against(Office(code="c", name="市局", region_id="330100"))
    assert city.review_body[0] == "杭州市人民政府" and city.court[0] == "部门所在地的基层人民法院"
    tax = Office(code="d", name="区税务局", region_id="330106", review_body="杭州市税务局", court="杭州铁路运输法院")
    assert (
        remedies_against(tax).review_body[0] == "杭州市税务局" and remedies_against(tax).court[0] == "杭州铁路运输法院"
    )
    assert remedies_against(Office(code="e", name="不知在哪")).review_body[0] == "本级人民政府"
