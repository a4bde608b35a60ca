"""The standard application, for a person and for a firm."""

import msgspec
import pytest

from yiwang.foundation.forms import Text, compile_form, paper_key, standard_form
from yiwang.foundation.forms.tests.examples import PAPER

MATERIALS = [("business_licence", Text("营业执照", "Business licence"), True), ("材料-2", {"zh": "平面图"}, False)]


def test_a_person_applies_on_three_pages() -> None:
    form = compile_form(standard_form(MATERIALS, "person"))
    assert [page.key for page in form.pages] == ["applicant", "request", "papers"]
    assert [field.key for field in form.pages[0].fields] == [
        "applicant_name", "applicant_id_number", "applicant_phone", "applicant_address"
    ]  # fmt: skip
    answers = {
        "applicant_name": "林小满", "applicant_id_number": "11010519491231002X", "applicant_phone": "19900000417",
        "request": "申请开店", "paper_business_licence": [PAPER],
    }  # fmt: skip
    assert form.problems(answers) == []
    assert [p.field for p in form.problems({})] == [
        "applicant_name", "applicant_id_number", "applicant_phone", "request", "paper_business_licence"
    ]  # fmt: skip


def test_a_firm_gives_its_credit_code() -> None:
    form = compile_form(standard_form([], "firm"))
    assert form.fields["firm_credit_code"].prefill == "firm.credit_code"
    assert [field.key for field in form.pages[2].fields] == ["other_papers"]


def test_uploads_know_their_material_and_free_ones_are_optional() -> None:
    form = compile_form(standard_form(MATERIALS, "person"))
    uploads = form.pages[2].fields
    assert [field.material for field in uploads] == ["business_licence", "材料-2", ""]
    assert [field.required for field in uploads] == [True, False, False]


def test_it_is_stable_plain_and_stored_as_json() -> None:
    one, other = standard_form(MATERIALS, "firm"), standard_form(list(MATERIALS), "firm")
    assert one == other
    assert msgspec.json.decode(msgspec.json.encode(one)) == one


def test_chinese_only() -> None:
    form = compile_form(standard_form(MATERIALS, "person", ["zh"]))
    assert all(not field.label.en for field in form.fields.values())


@pytest.mark.parametrize("key", ["材料", "A-1", "x" * 99, "", "a b", "1", "paper"])
def test_any_material_key_makes_a_field(key: str) -> None:
    form = compile_form(standard_form([(key, "材料", True), (key, "又来一次", True)], "person"))
    assert paper_key(key) in form.fields
    assert len(form.pages[2].fields) == 2


def test_different_materials_never_share_a_field() -> None:
    keys = ["a-b", "a_b", "A_b", "ａ_b", "x", "x1"]
    assert len({paper_key(key) for key in keys}) == len(keys)
