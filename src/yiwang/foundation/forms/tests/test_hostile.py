"""Nothing that a client sends raises: problems, always."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.foundation.forms import Form, compile_form
from yiwang.foundation.forms.tests.examples import region_name, shop

FORM = compile_form(shop(), region_name)
KEYS = list(FORM.fields)


def everything(form: Form, answers: Any) -> None:
    """Use every reader of answers; and the problems must be plain JSON."""
    problems = form.problems(answers)
    for problem in problems:
        json.dumps([problem.pointer, problem.code, problem.message.zh, problem.message.en]).encode("utf-8")
        f"{problem.field}{problem.message.zh}{problem.message.en}{problem.short.zh}".encode()
    mapping = answers if isinstance(answers, dict) else {}
    form.prune(mapping)
    form.visible_pages(mapping)
    form.paper_ids(mapping)
    form.summary(mapping, "en")
    form.summary(mapping, "zh-hans")
    for field in form.fields.values():
        field.typed(mapping.get(field.key))
    for page in form.pages:
        form.read_page(page.key, {}, mapping)


def deep(levels: int) -> list[Any]:
    nest: list[Any] = []
    for _ in range(levels):
        nest = [nest]
    return nest


STRANGE: list[Any] = [
    math.nan, math.inf, -math.inf, 10**5000, -(10**400), 1e308, 1e-320, True, False, 0, -0.0, "", "\0", "\ud800",
    "x" * 100_000, " " * 200_000, [], [[]], [None], {}, {"a": {"b": []}}, [True], ["\ud800"], ["x" * 999], ["a"] * 5000,
    deep(20_000), {"x": deep(20_000)}, b"bytes", object(), {1: 2}, {"__proto__": 1}, "${jndi:x}", "٣", "2026-02-30",
    "9999-99-99", "330106\n", "+" * 39, "@" * 300, "1" * 5000, (1, 2), {"hot"}, float("1e22"), 2**63, 2**64,
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_strange_values_in_every_field(key: str) -> None:
    for value in STRANGE:
        everything(FORM, {key: value})
        everything(FORM, {"kinds": ["drinks"], "who": "staff", key: value})


@pytest.mark.parametrize("answers", [None, 1, "x", [], [[1]], math.nan, {1: 2}, {"\ud800": 1}, {"": ""}, {None: 1}])
def test_strange_answers(answers: Any) -> None:
    assert FORM.problems(answers)
    everything(FORM, answers)


@pytest.mark.parametrize("key", KEYS)
def test_nothing_strange_passes(key: str) -> None:
    for value in (math.nan, 10**5000, "\ud800", {"a": 1}, [[1]], ["\ud800"], object(), deep(5000)):
        assert FORM.problems({"who": "staff", "kinds": ["drinks"], key: value}, only={key})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), json_values, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_json(answers: dict[str, Any]) -> None:
    everything(FORM, answers)


names = [f"{key}{end}" for key in KEYS for end in ("", "-year", "-month", "-day", "-remove", "-upload")]
typed = st.text(alphabet=st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["1e999", "９" * 30, "-", "+", ".", "￥", "元", "\0", "\r\n", "²", "一", "-0", "0.000", "ǅ"]
)


@given(
    st.dictionaries(st.sampled_from([*names, "_shown"]), st.lists(typed | st.sampled_from(KEYS), max_size=3)),
    st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_post(post: dict[str, list[str]], answers: dict[str, Any]) -> None:
    for page in FORM.pages:
        result = FORM.read_page(page.key, post, answers)
        assert set(result.values) <= {field.key for field in page.fields}
        everything(FORM, result.answers)
