"""One validator: hidden answers, required ones, unknown keys, prefilled values, pages, speed."""

import time

from yiwang.foundation.forms import compile_form
from yiwang.foundation.forms.tests.examples import OTHER_PAPER, PAPER, good_answers, region_name, shop

FORM = compile_form(shop(), region_name)


def codes(answers: object) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in FORM.problems(answers)}


def test_good_answers_have_no_problem() -> None:
    assert FORM.problems(good_answers()) == []


def test_required_only_while_visible() -> None:
    assert codes({**good_answers(), "who": "staff", "staff_name": ""}) == {"/staff_name": "required"}
    answers = {**good_answers(), "who": "me"}
    del answers["staff_name"]
    assert codes(answers) == {}


def test_hidden_answers_are_dropped_before_the_check() -> None:
    answers = {**good_answers(), "who": "me", "staff_name": 5, "story": ["not shown"]}
    assert codes(answers) == {}
    assert not {"staff_name", "story"} & set(FORM.prune(answers))


def test_what_hangs_on_a_hidden_answer_is_hidden() -> None:
    form = shop()
    form["ui"]["fields"]["owner_id"]["when"] = {"field": "staff_name", "filled": True}
    compiled = compile_form(form)
    answers = {"who": "me", "staff_name": "王", "owner_id": "x"}
    assert "owner_id" not in {field.key for field in compiled.visible_fields(answers)}
    assert "owner_id" in {field.key for field in compiled.visible_fields({**answers, "who": "staff"})}


def test_pages_come_and_go() -> None:
    keys = [page.key for page in FORM.visible_pages({})]
    assert keys == ["shop", "people", "rest"]
    assert [page.key for page in FORM.visible_pages({"kinds": ["hot", "drinks"]})] == [
        "shop",
        "people",
        "drinks",
        "rest",
    ]


def test_unknown_keys_are_a_problem_with_a_json_pointer() -> None:
    assert codes({**good_answers(), "a/b~": 1}) == {"/a~1b~0": "unknown_field"}
    assert len(FORM.problems({**good_answers(), **{f"x{n}": n for n in range(999)}})) == 20


def test_problems_come_in_page_order_one_a_field_in_both_languages() -> None:
    found = FORM.problems({"agree": False, "name": "x" * 101, "kinds": ["a", "b"], "plan": [PAPER, "x", "y"]})
    fields = [problem.field for problem in found]
    assert fields == ["name", "area", "opened", "region", "kinds", "who", "plan", "agree"]
    for problem in found:
        assert problem.message.zh.endswith("。")
        assert problem.message.en.endswith(".")
        assert problem.short.zh
        assert problem.anchor.startswith("f-")


def test_only_some_fields_may_be_checked() -> None:
    assert [p.field for p in FORM.problems({"nobody": 1}, only={"name"})] == ["name"]


def test_booleans_are_no_numbers_and_numbers_no_booleans() -> None:
    assert codes({**good_answers(), "area": True, "agree": 1, "rent": 5.0}) == {
        "/area": "number", "/agree": "wrong_type", "/rent": "money"
    }  # fmt: skip


def test_papers_of_visible_fields() -> None:
    assert FORM.paper_ids({"plan": [PAPER, OTHER_PAPER, PAPER]}) == [PAPER, OTHER_PAPER]
    assert FORM.paper_ids({"plan": "x"}) == []


def test_prefilled_values_are_sound_and_never_overwrite() -> None:
    known = {"person.id_number": "wrong", "person.phone": "19900000417"}
    assert FORM.prefilled(known, {}) == {"phone": "19900000417"}
    assert FORM.prefilled(known, {"phone": ""}) == {}


def test_a_page_keeps_the_answers_of_others() -> None:
    before = {"name": "面馆", "who": "staff", "staff_name": "王"}
    result = FORM.read_page("people", {"who": ["me"], "phone": ["19900000417"]}, before)
    assert FORM.prune(result.answers) == {"name": "面馆", "who": "me", "phone": "19900000417"}
    assert result.problems == []


def test_a_field_that_appears_is_shown_before_it_is_asked_for() -> None:
    seen = [field.key for field in FORM.visible_fields({}) if field.page == "people"]
    result = FORM.read_page("people", {"_shown": seen, "who": ["staff"]}, {})
    assert (result.problems, result.revealed, result.stay) == ([], ("staff_name",), True)
    again = FORM.read_page("people", {"_shown": [*seen, "staff_name"], "who": ["staff"]}, result.answers)
    assert [p.code for p in again.problems] == ["required"]
    assert not again.stay


def test_a_hidden_field_on_the_page_is_not_asked_for() -> None:
    seen = ["who", "staff_name"]
    result = FORM.read_page("people", {"_shown": seen, "who": ["me"], "staff_name": ["王"]}, {})
    assert (FORM.prune(result.answers), result.problems) == ({"who": "me"}, [])
    assert result.raw["staff_name"] == "王"


def test_a_draft_keeps_hidden_answers_for_those_who_turn_back() -> None:
    answers = {"kinds": ["drinks"], "story": "煮茶"}
    slipped = FORM.read_page("shop", {}, answers).answers
    assert FORM.prune(slipped) == {}
    assert FORM.prune(FORM.read_page("shop", {"kinds": ["drinks"]}, slipped).answers) == answers


def test_fifteen_fields_take_far_less_than_a_tenth_of_a_millisecond() -> None:
    answers = good_answers()
    FORM.problems(answers)
    fastest = 1.0
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(50):
            FORM.problems(answers)
        fastest = min(fastest, (time.perf_counter() - start) / 50)
    assert fastest < 0.0001
