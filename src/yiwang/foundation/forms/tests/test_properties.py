"""Properties: conditions, pruning, round trips through the controls, and the published schema."""

from datetime import date
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.foundation.forms import compile_form
from yiwang.foundation.forms.conditions import holds, parse
from yiwang.foundation.forms.tests.examples import form_of

LETTERS = ["a", "b", "c"]
FIELDS = [f"f{n}" for n in range(5)]


def conditions(before: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    leaf = st.one_of(
        st.fixed_dictionaries({"field": st.sampled_from(before), "equals": st.sampled_from(LETTERS)}),
        st.fixed_dictionaries({"field": st.sampled_from(before), "in": st.lists(st.sampled_from(LETTERS), min_size=1)}),
        st.fixed_dictionaries({"field": st.sampled_from(before), "filled": st.booleans()}),
    )
    many = st.sampled_from(["all", "any"])
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(lambda op, parts: {op: parts}, many, st.lists(inner, min_size=1, max_size=3))
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=4,
    )


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    """Five fields on two pages; each may hang on fields before it, the second page on the first's."""
    ui: dict[str, Any] = {}
    specs: dict[str, Any] = {}
    for at, key in enumerate(FIELDS):
        several = draw(st.booleans())
        specs[key] = {"type": "array", "items": {"enum": LETTERS}} if several else {"enum": LETTERS}
        ui[key] = {"label": key, "options": dict.fromkeys(LETTERS, "字")}
        if at and draw(st.booleans()):
            ui[key]["when"] = draw(conditions(FIELDS[:at]))
    pages: list[dict[str, Any]] = [
        {"key": "p", "title": "一", "fields": FIELDS[:3]},
        {"key": "q", "title": "二", "fields": FIELDS[3:]},
    ]
    if draw(st.booleans()):
        pages[1]["when"] = draw(conditions(FIELDS[:3]))
    required = [key for key in FIELDS if draw(st.booleans())]
    return {
        "schema": {"type": "object", "required": required, "properties": specs},
        "ui": {"pages": pages, "fields": ui},
    }


@st.composite
def answered(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    form = draw(forms())
    answers: dict[str, Any] = {}
    for key, spec in form["schema"]["properties"].items():
        if draw(st.booleans()):
            one = st.sampled_from(LETTERS)
            answers[key] = draw(st.lists(one, min_size=1, unique=True) if "items" in spec else one)
    return form, answers


@given(answered())
@settings(max_examples=150, deadline=None)
def test_pruning_settles_at_once_and_changes_no_verdict(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    form, answers = compile_form(case[0]), case[1]
    kept = form.prune(answers)
    assert form.prune(kept) == kept
    assert {f.key for f in form.visible_fields(kept)} == {f.key for f in form.visible_fields(answers)}
    assert set(kept) <= {field.key for field in form.visible_fields(answers)}
    assert form.problems(kept) == form.problems(answers)


@given(answered())
@settings(max_examples=150, deadline=None)
def test_the_published_schema_agrees_with_the_validator(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    form, answers = compile_form(case[0]), case[1]
    published = jsonschema_rs.Draft202012Validator(form.json_schema())
    assert published.is_valid(answers) == (form.problems(answers) == [])


@given(answered())
@settings(max_examples=100, deadline=None)
def test_pages_posted_one_by_one_give_the_same_answers(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    form, wanted = compile_form(case[0]), case[1]
    answers: dict[str, Any] = {}
    for page in form.pages:
        post = {key: value if isinstance(value, list) else [value] for key, value in wanted.items()}
        answers = form.read_page(page.key, post, answers).answers
    expected = form.prune({k: sorted(v) if isinstance(v, list) else v for k, v in wanted.items()})
    assert form.prune(answers) == expected


@given(conditions(FIELDS), st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(LETTERS)))
def test_not_turns_a_condition_round(raw: dict[str, Any], answers: dict[str, str]) -> None:
    faults: list[str] = []
    plain, turned = parse(raw, faults.append), parse({"not": raw}, faults.append)
    assert plain is not None
    assert turned is not None
    assert not faults
    assert holds(plain, answers) is not holds(turned, answers)


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2150, 12, 31)))
def test_dates_come_back_from_their_boxes(day: date) -> None:
    form = compile_form(form_of({"type": "string", "format": "date"}))
    boxes = form.fields["q"].typed(day.isoformat())
    post = {f"q-{part}": [text] for part, text in boxes.items()}
    assert form.read_page("one", post, {}).answers == {"q": day.isoformat()}


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_money_comes_back_from_its_box(fen: int) -> None:
    form = compile_form(form_of({"type": "integer"}, widget="money"))
    result = form.read_page("one", {"q": [form.fields["q"].typed(fen)]}, {})
    assert (result.answers, result.problems) == ({"q": fen}, [])


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_numbers_come_back_from_their_box(number: Any) -> None:
    form = compile_form(form_of({"type": "number"}))
    value = float(number)
    result = form.read_page("one", {"q": [form.fields["q"].typed(value)]}, {})
    assert result.answers == {"q": value}


@given(st.text(alphabet=st.characters(categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=50))
def test_visible_text_comes_back_unchanged(text: str) -> None:
    form = compile_form(form_of({"type": "string"}, required=False))
    result = form.read_page("one", {"q": [text]}, {})
    assert result.values == {"q": text}
    assert result.problems == []
