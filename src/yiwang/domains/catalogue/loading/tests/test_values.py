"""Figures and words of the sources."""

import pytest

from yiwang.domains.catalogue.content import Limit
from yiwang.domains.catalogue.loading import values
from yiwang.domains.catalogue.loading.records import BadRowError


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20(工作日)", Limit(20)),
        ("20（工作日）", Limit(20)),
        ("20 个工作日", Limit(20)),
        ("6(自然日)", Limit(6, "day")),
        ("15日", Limit(15, "day")),
        ("3个月", Limit(3, "month")),
        ("1(年)", Limit(1, "year")),
        ("0(工作日)", Limit(0)),
        ("即办", Limit(0)),
        (None, None),
        ("", None),
        ("无", None),
    ],
)
def test_limits(text: str | None, limit: Limit | None):
    assert values.parse_limit(text) == limit


@pytest.mark.parametrize("text", ["20", "20(光年)", "很快", "-1(工作日)", "999999(工作日)", "2.5(年)"])
def test_limits_that_are_refused(text: str):
    with pytest.raises(BadRowError):
        values.parse_limit(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("请打020-37607450咨询", "请打咨询"),
        ("大厅（电话：0571-88888888）", "大厅"),
        ("手机13812345678", "手机"),
        ("天寿路116号1-4号窗口", "天寿路116号1-4号窗口"),
        ("令第142号，2021年1月1日", "令第142号，2021年1月1日"),
    ],
)
def test_telephone_numbers_are_left_out(text: str, left: str):
    assert values.without_phones(text)[0] == left


def test_regions_lose_only_padding():
    assert values.region("511602000000") == "511602"
    assert values.region("330106002000") == "330106002"
    assert values.region("330000") == "330000"
    assert [values.region_level(code) for code in ("330000", "330100", "330106", "330106002", "330106002001")] == [
        2, 3, 4, 5, 6,
    ]  # fmt: skip


def test_material_keys_follow_the_name():
    one, two = values.materials(["甲", "乙"]), values.materials(["乙", "甲", " 甲 "])
    assert one and two
    assert {m.key: m.name.zh for m in one} == {m.key: m.name.zh for m in two}
    assert values.materials(["", " "]) is None
