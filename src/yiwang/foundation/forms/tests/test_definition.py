"""What a definition may say, and that all its faults are named at once."""

import copy
from typing import Any

import pytest

from yiwang.foundation.forms import FormDefinitionError, compile_form
from yiwang.foundation.forms.tests.examples import form_of, shop


def faults_of(form: Any) -> str:
    with pytest.raises(FormDefinitionError) as caught:
        compile_form(form)
    assert caught.value.faults
    return "\n".join(caught.value.faults)


def test_the_same_definition_is_compiled_once() -> None:
    assert compile_form(shop()) is compile_form(copy.deepcopy(shop()))


def test_a_changed_definition_is_compiled_anew() -> None:
    changed = shop()
    changed["schema"]["properties"]["area"]["maximum"] = 5
    assert [p.code for p in compile_form(changed).problems({"area": 6}, only={"area"})] == ["maximum"]


def test_widgets_follow_from_the_schema() -> None:
    widgets = {key: field.widget for key, field in compile_form(shop()).fields.items()}
    assert widgets == {
        "name": "text", "area": "number", "opened": "date", "region": "region", "rent": "money", "kinds": "checkboxes",
        "who": "radio", "staff_name": "text", "owner_id": "citizen_id", "mail": "email", "phone": "phone",
        "code": "credit_code", "street": "select", "story": "textarea", "plan": "upload", "agree": "checkbox",
    }  # fmt: skip


def test_a_field_says_what_the_template_needs() -> None:
    fields = compile_form(shop()).fields
    assert (fields["plan"].material, fields["plan"].max_items, fields["story"].max_length) == ("floor_plan", 2, 500)
    assert (fields["phone"].autocomplete, fields["area"].inputmode, fields["who"].anchor) == (
        "tel",
        "decimal",
        "f-who-1",
    )


def test_all_faults_are_listed() -> None:
    form = shop()
    form["schema"]["required"].append("nobody")
    form["ui"]["fields"]["area"]["widget"] = "telepathy"
    form["ui"]["fields"]["name"]["colour"] = "red"
    form["ui"]["fields"]["rent"]["prefill"] = "person.shoe_size"
    form["ui"]["fields"]["who"]["options"].pop("me")
    found = faults_of(form)
    for part in ("nobody", "telepathy", "colour", "person.shoe_size", "fields.who.options"):
        assert part in found


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"field": "nobody", "equals": 1}, "nobody"),
        ({"field": "agree", "filled": True}, "not a field before"),
        ({"field": "name", "is": 1}, "unknown condition"),
        ({"field": "who", "equals": "cat"}, "no option"),
        ({"all": []}, "needs a list"),
        ({"field": "name", "in": "abc"}, "a list of them"),
        ("always", "a mapping"),
    ],
)
def test_conditions_that_cannot_be_meant_are_refused(when: Any, said: str) -> None:
    form = shop()
    form["ui"]["fields"]["mail"]["when"] = when
    assert said in faults_of(form)


@pytest.mark.parametrize(
    "spec",
    [{"type": "string", "pattern": "("}, {"type": "string", "minLength": -1}, {"type": "number", "maximum": "x"}],
)
def test_a_schema_that_is_not_valid_is_refused(spec: dict[str, Any]) -> None:
    faults_of(form_of(spec, error="照样子填"))


@pytest.mark.parametrize(
    "spec",
    [
        {"type": "object"}, {"$ref": "#/x"}, {"type": ["string", "null"]}, {"type": "string", "not": {}}, {"const": 5},
        {"enum": [1, 2]}, {"type": "array"}, {"type": "string", "pattern": "^a$"}, "string", None, {"type": "string",
        "format": "hostname"},
    ],
)  # fmt: skip
def test_what_has_no_words_or_widget_is_refused(spec: Any) -> None:
    faults_of(form_of(spec))


@pytest.mark.parametrize(
    "form", [None, [], "x", {}, {"schema": [], "ui": 3}, {1: 2}, {"schema": {1: 2}}, {"x": object()}]
)
def test_rubbish_is_refused_and_never_breaks(form: Any) -> None:
    faults_of(form)


def test_every_property_stands_on_exactly_one_page() -> None:
    form = shop()
    form["ui"]["pages"][0]["fields"].remove("rent")
    form["ui"]["pages"][1]["fields"].append("name")
    found = faults_of(form)
    assert "rent: stands on no page" in found
    assert "name is placed twice" in found


def test_a_circle_of_conditions_is_refused() -> None:
    form = shop()
    form["ui"]["fields"]["mail"]["when"] = {"field": "phone", "filled": True}
    form["ui"]["fields"]["phone"]["when"] = {"field": "mail", "filled": True}
    assert "mail.when" in faults_of(form)
