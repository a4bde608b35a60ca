"""What the machine checks before it decides at once: what is missing goes to a person."""

import datetime as dt
from typing import Any

import pytest

from yiwang.domains.catalogue.content import Requirement, Text
from yiwang.domains.catalogue.content.eligibility import misses

WHY = Text("要由人看")
OLD, YOUNG = "339901194903180152", "339921202003150065"


def missed(answers: dict[str, Any], on: dt.date = dt.date(2026, 11, 23), **tests: Any) -> bool:
    return misses([Requirement(reason=WHY, **tests)], answers, applicant_number=OLD, on=on) == [WHY]


def test_an_age_is_read_from_an_id_number_to_the_day() -> None:
    assert not missed({"id": OLD}, field="id", age_at_least=60)
    assert missed({"id": YOUNG}, field="id", age_at_least=60)
    assert missed({"id": OLD}, field="id", age_at_least=60, on=dt.date(2009, 3, 17))
    assert not missed({"id": OLD}, field="id", age_at_least=60, on=dt.date(2009, 3, 18))
    assert missed({"id": OLD}, field="id", age_at_most=65)
    assert missed({"id": "H12345678"}, field="id", age_at_least=60), "what cannot be read, a person reads"


@pytest.mark.parametrize(
    ("answers", "tests", "expected"),
    [
        ({"loan": "none"}, {"field": "loan", "one_of": ["none"]}, False),
        ({"loan": "open"}, {"field": "loan", "one_of": ["none"]}, True),
        ({}, {"field": "loan", "one_of": ["none"]}, False),
        ({"place": "330106"}, {"field": "place", "outside": "3301"}, True),
        ({"place": "310104"}, {"field": "place", "outside": "3301"}, False),
        ({"id": YOUNG}, {"field": "id", "is_applicant": True}, True),
        ({"id": OLD}, {"field": "id", "is_applicant": True}, False),
        ({"id": YOUNG, "who": "child"}, {"field": "id", "is_applicant": True, "when": {"field": "who", "equals": "self"}}, False),
        ({"born": "1949-03-18", "id": OLD}, {"field": "born", "born_as": "id"}, False),
        ({"born": "1949-03-19", "id": OLD}, {"field": "born", "born_as": "id"}, True),
        ({"all": [{"id": OLD}, {"id": YOUNG}]}, {"field": "all.id", "age_at_least": 16}, True),
        ({"all": [{"id": OLD}, {}]}, {"field": "all.id", "age_at_least": 16}, False),
    ],
)  # fmt: skip
def test_each_test_misses_what_it_should(answers: dict[str, Any], tests: dict[str, Any], expected: bool) -> None:
    assert missed(answers, **tests) is expected


def test_an_unreadable_condition_is_a_reason_to_look() -> None:
    assert missed({"loan": "open"}, field="loan", one_of=["none"], when={"strange": 1})
