"""Groups, tables, addresses and organisations: one validator, one way of reading, one set of answers."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.foundation.forms import FormDefinitionError, changes, compile_form
from yiwang.foundation.forms.tests.examples import PAPER, good_household, household, region_name

FORM = compile_form(household(), region_name)
NAMES = ["", "王", "李", " "]
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(NAMES),
            "kind": st.sampled_from(["child", "adult"]),
            "school": st.sampled_from(["", "演示小学"]),
            "permit": st.sampled_from(["许可"]),
            "photo": st.just([PAPER]),
        },
    ),
    max_size=4,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "why": st.sampled_from(["join", "work"]),
        "members": ROWS,
        "holders": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(NAMES), "share": st.sampled_from([50, 100, 0.5])}),
            max_size=3,
        ),
        "home": st.fixed_dictionaries(
            {}, optional={"region": st.just("330106"), "detail": st.sampled_from(["", "一号院"])}
        ),
        "note": st.just("好"),
    },
)


def codes(answers: Any) -> dict[str, str]:
    return {one.pointer: one.code for one in FORM.problems(answers)}


def test_sound_rows_have_no_problem() -> None:
    assert FORM.problems(good_household()) == []


@given(ANSWERS)
@settings(max_examples=200, deadline=None)
def test_pruning_rows_settles_at_once_and_shows_the_same(answers: dict[str, Any]) -> None:
    kept = FORM.prune(answers)
    assert FORM.prune(kept) == kept
    assert {f.key for f in FORM.visible_fields(kept)} == {f.key for f in FORM.visible_fields(answers)}
    assert sorted(p.code for p in FORM.problems(kept)) == sorted(p.code for p in FORM.problems(answers))
    assert FORM.paper_ids(kept) == FORM.paper_ids(answers)
    assert changes(FORM, answers, kept, "zh") == []


@given(ANSWERS)
@settings(max_examples=200, deadline=None)
def test_every_problem_points_to_a_cell_that_is_asked_and_has_its_place(answers: dict[str, Any]) -> None:
    asked = {field.key for field, _ in FORM.controls(answers)} | {field.key for field in FORM.visible_fields(answers)}
    found = FORM.problems(answers)
    assert {one.field for one in found} <= asked
    assert [FORM.place(one) for one in found] == sorted(FORM.place(one) for one in found)
    for one in found:
        assert one.pointer.split("/")[1] == one.top
        assert one.anchor.startswith(f"f-{one.field}")


@given(ANSWERS)
@settings(max_examples=150, deadline=None)
def test_the_published_schema_agrees_about_rows(answers: dict[str, Any]) -> None:
    kept = FORM.prune(answers)
    kept.pop("note", None)
    published = jsonschema_rs.Draft202012Validator(FORM.json_schema())
    wrong = [p for p in FORM.problems(kept) if p.code != "total"]  # a sum is more than a schema can say
    assert published.is_valid(kept) == (not wrong)


def test_a_problem_in_a_row_points_into_it_and_names_the_row() -> None:
    answers = good_household()
    answers["members"][1]["id_number"] = "110105194912310021"
    answers["members"].append({"kind": "child"})
    found = {one.pointer: one for one in FORM.problems(answers)}
    assert set(found) == {"/members/1/id_number", "/members/2/name", "/members/2/school"}
    assert found["/members/2/name"].short.zh == "家人 3：填写姓名"
    assert found["/members/2/name"].short.en == "Member 3: enter name"
    assert found["/members/1/id_number"].anchor == "f-members-1-id_number"
    assert "110105" not in found["/members/1/id_number"].message.zh


def test_rows_of_a_strange_shape_are_problems_and_no_errors() -> None:
    good = good_household()
    for strange in ("x", 7, {"a": 1}, [1], ["x"], [[]], [{"name": {"a": "b"}}], [{"name": ["x"]}], [None, {"kind": 3}]):
        assert FORM.problems(good | {"members": strange}), strange
        FORM.prune(good | {"members": strange})
        FORM.summary(good | {"members": strange}, "zh")
        FORM.paper_ids(good | {"members": strange})
    assert codes(good | {"members": [{"name": "王", "kind": "adult", "shoe": 1}]}) == {
        "/members/0/shoe": "unknown_field"
    }
    deep: Any = "x"
    for _ in range(200):
        deep = {"a": deep}
    assert codes(good | {"home": deep}) == {"/home": "wrong_type"}


def test_parts_say_which_of_them_is_missing_or_wrong() -> None:
    good = good_household()
    assert codes(good | {"home": {"region": "330106"}}) == {"/home/detail": "required"}
    assert codes(good | {"home": {"region": "999999", "detail": "一号院"}}) == {"/home/region": "region"}
    assert codes(good | {"home": {}}) == {"/home": "required"}
    assert codes(good | {"home": "330106"}) == {"/home": "wrong_type"}
    assert codes(good | {"firm": {"name": "演示公司", "credit_code": "91110000600037341X"}}) == {
        "/firm/credit_code": "credit_code"
    }


def test_a_sum_has_to_fit_and_says_what_it_is() -> None:
    wrong = good_household() | {"holders": [{"name": "王", "share": 60.1}, {"name": "李", "share": 39.8}]}
    (found,) = FORM.problems(wrong)
    assert (found.pointer, found.code) == ("/holders", "total")
    assert found.message.zh == "比例加起来要等于 100 %。现在是 99.9 %。"
    tenths = [{"name": str(n), "share": 0.1} for n in range(3)] + [{"name": "李", "share": 99.7}]
    assert codes(good_household() | {"holders": tenths}) == {}, "tenths are added as people add them"


def test_the_number_of_rows_is_held_to_without_empty_ones() -> None:
    many = [{"name": str(n), "kind": "adult"} for n in range(6)]
    assert codes(good_household() | {"members": many}) == {"/members": "too_many"}
    assert codes(good_household() | {"members": [{}, {"name": " "}]}) == {"/members": "required"}
    assert "note" not in {f.key for f in FORM.visible_fields(good_household() | {"members": [{}]})}


def table_post(*rows: tuple[str, ...], **more: list[str]) -> dict[str, list[str]]:
    post: dict[str, list[str]] = {"_shown": ["holders"], "holders-rows": [str(at) for at in range(len(rows))]}
    for at, (name, share) in enumerate(rows):
        post |= {f"holders-{at}-name": [name], f"holders-{at}-share": [share]}
    return post | more


def test_a_table_is_read_without_its_empty_rows() -> None:
    result = FORM.read_page("shares", table_post(("王", "60"), ("", ""), ("李", "４0")), {})
    assert result.answers == {"holders": [{"name": "王", "share": 60}, {"name": "李", "share": 40}]}
    assert result.problems == []


def test_a_cell_that_cannot_be_read_stands_there_again_beside_its_problem() -> None:
    result = FORM.read_page("shares", table_post(("", ""), ("王", "六十")), {})
    assert [p.pointer for p in result.problems] == ["/holders/0/share"]
    assert result.raw["holders"] == [{"name": "王", "share": "六十", "paid": ""}]
    assert result.unreadable == ("holders-0-share",)


def test_adding_and_removing_rows_keeps_what_was_typed() -> None:
    more = FORM.read_page("shares", table_post(("王", "60"), **{"holders-add": ["1"]}), {})
    assert more.stay
    assert more.answers["holders"] == [{"name": "王", "share": 60}, {}]
    less = FORM.read_page("shares", table_post(("王", "60"), ("李", "40"), **{"holders-remove": ["0"]}), {})
    assert less.answers["holders"] == [{"name": "李", "share": 40}]


def test_one_entry_is_read_on_a_page_of_its_own() -> None:
    before = good_household()
    post = {
        "_shown": ["members-2-name", "members-2-kind", "members-2-id_number", "members-2-photo"],
        "members-2-name": ["周小船"],
        "members-2-kind": ["child"],
    }
    result = FORM.read_entry("members", 2, post, before)
    assert result.answers["members"][2] == {"name": "周小船", "kind": "child"}
    assert result.answers["members"][:2] == before["members"]
    assert result.revealed == ("members-2-school",)
    assert result.problems == []
    nothing = FORM.read_entry("members", 2, {"_shown": ["members-2-name"], "members-2-name": [" "]}, before)
    assert [p.field for p in nothing.problems] == ["members-2-name"]


def test_an_entry_that_is_removed_takes_its_papers_with_it() -> None:
    result = FORM.read_page("people", {"_shown": ["members"], "members-remove": ["0"]}, good_household())
    assert [row["name"] for row in result.answers["members"]] == ["李𬉼"]
    assert result.removed == (PAPER,)
    assert FORM.paper_ids(good_household()) == [PAPER]


def test_rows_read_well() -> None:
    answers = good_household()
    summary = {field.key: words for _, rows in FORM.summary(answers, "zh") for field, words in rows}
    assert summary["members"] == "王小明、李𬉼"
    assert summary["home"] == "北山街道演示路 1 号"
    assert summary["firm"] == "演示公司（91110000600037341L）"
    second = FORM.entries(FORM.fields["members"], answers, "zh")[1]
    assert [(cell.key, words) for cell, words in second] == [
        ("members-1-name", "李𬉼"), ("members-1-kind", "大人"), ("members-1-id_number", "110105********002X"),
        ("members-1-photo", ""),
    ]  # fmt: skip
    assert FORM.total_text(FORM.fields["holders"], answers, "zh") == "100 %"


def test_what_is_known_is_filled_in() -> None:
    known = {
        "person.address": "西湖区北山街道演示路 1 号",
        "person.address.parts": {"region": "330106001", "detail": "演示路 1 号"},
        "firm.name": "演示公司", "firm.credit_code": "91110000600037341L",
    }  # fmt: skip
    assert FORM.prefilled(known, {}) == {
        "home": {"region": "330106001", "detail": "演示路 1 号"},
        "firm": {"name": "演示公司", "credit_code": "91110000600037341L"},
    }


def test_what_changed_is_told_row_by_row() -> None:
    before, after = good_household(), good_household()
    after["members"] = [
        {"name": "新来的", "kind": "adult"},
        {"name": "王小明", "kind": "child", "school": "演示二小", "photo": [PAPER]},
    ]
    after["home"] = {"region": "330106001", "detail": "演示路 2 号"}
    found = {one.field.key: one for one in changes(FORM, before, after, "zh")}
    assert set(found) == {"members", "home"}
    assert (found["home"].before, found["home"].after) == ("北山街道演示路 1 号", "北山街道演示路 2 号")
    told = [
        (row.kind, row.number, [(c.field.key, c.before, c.after) for c in row.cells]) for row in found["members"].rows
    ]
    assert ("changed", 2, [("school", "演示小学", "演示二小")]) in told
    assert [(kind, number) for kind, number, _ in told] == [("added", 1), ("changed", 2), ("removed", 2)]


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("schema", "properties", "members", "maxItems"), 500, "minItems"),
        (("ui", "fields", "members", "columns"), ["name"], "columns"),
        (("ui", "fields", "holders", "total"), {"column": "name"}, "total.column"),
        (
            ("ui", "fields", "holders", "fields", "name"),
            {"label": "x", "when": {"field": "why", "equals": "join"}},
            "column",
        ),
        (("ui", "fields", "note", "when"), {"field": "members", "equals": "x"}, "filled"),
        (("ui", "fields", "members", "fields", "school", "when"), {"field": "photo", "filled": True}, "before"),
        (("schema", "properties", "home"), {"type": "object", "properties": {}}, "object"),
    ],
)
def test_a_wrong_group_is_refused_with_its_place(place: tuple[str, ...], value: Any, fault: str) -> None:
    wrong: Any = household()
    inner = wrong
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(FormDefinitionError) as error:
        compile_form(wrong, region_name)
    assert fault in str(error.value)
