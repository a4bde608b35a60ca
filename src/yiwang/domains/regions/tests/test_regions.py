"""The tree of divisions: entered from rows, known from the province down to the street."""

import pytest

from yiwang.domains.regions.actions import load_regions
from yiwang.domains.regions.models import Region
from yiwang.domains.regions.queries import children, full_name, is_known_region, lineage
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, refused

pytestmark = pytest.mark.django_db

ROWS = [
    ("330106013", "文新街道", "", 4, "330106"),
    ("330106", "西湖区", "Xihu", 3, "330100"),
    ("330000", "浙江省", "Zhejiang", 1, ""),
    ("330100", "杭州市", "Hangzhou", 2, "330000"),
    ("330110", "余杭区", "Yuhang", 3, "330100"),
]


def test_a_tree_is_entered_in_any_order_and_read_from_the_top_down():
    assert load_regions(rows=ROWS, by=SYSTEM) == (5, 0)
    assert [place.code for place in lineage("330106013")] == ["330000", "330100", "330106", "330106013"]
    assert full_name("330106") == "浙江省杭州市西湖区"
    assert full_name("330106013", "en") == "文新街道, Xihu, Hangzhou, Zhejiang"
    assert [place.name for place in children("330100")] == ["西湖区", "余杭区"]
    assert [place.code for place in children("")] == ["330000"]
    assert (lineage("999999"), full_name("999999"), is_known_region("999999")) == ([], "", False)


def test_the_same_rows_again_change_nothing_and_a_new_name_changes_one():
    load_regions(rows=ROWS, by=SYSTEM)
    assert load_regions(rows=ROWS, by=SYSTEM) == (0, 0)
    renamed = [("330110", "余杭新区", "Yuhang", 3, "330100"), ("330111", "富阳区", "Fuyang", 3, "330100")]
    assert load_regions(rows=renamed, by=SYSTEM) == (1, 1)
    assert full_name("330110") == "浙江省杭州市余杭新区"
    assert [e.fact for e in latest_of_kind("RegionsLoaded")] == [
        {"added": 1, "renamed": 1}, {"added": 5, "renamed": 0},
    ]  # fmt: skip


def test_a_division_without_its_parent_is_refused_and_nothing_is_entered():
    with refused("unknown_parent"):
        load_regions(rows=[*ROWS, ("440106", "天河区", "Tianhe", 3, "440100")], by=SYSTEM)
    assert not Region.objects.exists()


@pytest.mark.parametrize("who", [ANONYMOUS, Actor(kind="person", id=uuid7(), assurance=3),
                                 Actor(kind="staff", id=uuid7(), roles=frozenset({"head"}))])  # fmt: skip
def test_nobody_else_moves_borders(who):
    with forbidden():
        load_regions(rows=ROWS, by=who)
