"""The macros that draw a page: labelled, described, without script or style."""

import re
from pathlib import Path
from typing import Any

import minijinja
import pytest
from lxml import html

from yiwang.foundation.forms import Form, PageInput, Text, compile_form
from yiwang.foundation.forms.tests.examples import good_answers, region_name, shop

FORM = compile_form(shop(), region_name)
SOURCE = Path(__file__).parents[3] / "channels" / "ui" / "templates" / "ui" / "form.html"
PAGE = """{% from "ui/form.html" import page_fields, errs, first_submit, count %}<title>{{ count(problems, _) }}</title>
{{ errs(problems, lang, _) }}<form novalidate>{{ first_submit(_) }}
{{ page_fields(fields, answers, input, lang, _, sources=sources, regions=regions, papers=papers) }}</form>"""


def draw(
    answers: dict[str, Any],
    given: PageInput | None = None,
    language: str = "zh-hans",
    strict: bool = False,
    form: Form = FORM,
) -> Any:
    environment = minijinja.Environment(
        templates={"page.html": PAGE}
        | {f"ui/{one.name}": one.read_text(encoding="utf-8") for one in SOURCE.parent.glob("form*.html")},
        undefined_behavior="strict" if strict else "lenient",
        trim_blocks=strict,
        lstrip_blocks=strict,
    )
    page = environment.render_template(
        "page.html",
        _=lambda words: words,
        lang=language,
        fields=form.visible_fields({"who": "staff", "kinds": ["drinks"]}),
        answers=answers,
        input=given,
        problems=given.problems if given else [],
        sources={"phone": Text("你的实名信息", "your verified identity")},
        regions=[("杭州市", [("330106", "西湖区")])],
        papers={"plan": [{"id": "7", "name": "<平面图>.pdf", "note": "820 KB"}]},
    )
    assert "{{" not in page
    return html.fromstring(f"<html><body>{page}</body></html>")


def wrong() -> PageInput:
    return FORM.read_page("shop", {"area": ["八十多平<b>"], "opened-year": ["2026"], "kinds": ["hot"]}, {})


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("given", [None, wrong()])
def test_every_control_has_a_label_and_every_reference_a_target(given: PageInput | None, strict: bool) -> None:
    page = draw(good_answers(), given, strict=strict)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    controls = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    assert len(controls) > 15
    for control in controls:
        assert control.xpath("ancestor::label") or page.xpath(f"//label[@for='{control.get('id')}']")
    for referred in " ".join(page.xpath("//@aria-describedby | //@aria-labelledby")).split():
        assert referred in ids
    for link in page.xpath("//a/@href"):
        assert link[1:] in ids


def test_a_group_is_a_fieldset_with_a_legend() -> None:
    legends = [one.text_content() for one in draw({}).xpath("//fieldset/legend")]
    assert [re.sub("（.*", "", one).strip() for one in legends] == ["开业日期", "经营项目", "谁负责食品安全？"]


def test_what_was_typed_stands_there_again_with_its_problem() -> None:
    page = draw({}, wrong())
    area = page.get_element_by_id("f-area")
    assert (area.get("value"), area.get("aria-invalid"), area.get("inputmode")) == ("八十多平<b>", "true", "decimal")
    assert area.get("aria-describedby") == "f-area-h f-area-e"
    assert page.get_element_by_id("f-area-e").text_content() == "只填数字，例如 86.5。你填的是“八十多平<b>”。"
    assert page.get_element_by_id("f-opened-year").get("value") == "2026"
    assert page.get_element_by_id("f-kinds-1").get("checked") is not None
    summary = page.xpath("//div[@role='alert']//a")
    assert summary[0].text_content() == "填写店名"
    assert page.findtext(".//title") == "一共有 4 处要改"


def test_label_hint_error_control_in_that_order() -> None:
    block = draw({}, wrong()).get_element_by_id("f-area").xpath("ancestor::div[@class='f']")[0]
    assert [child.get("class") or child.tag for child in block if child.get("type") != "hidden"] == [
        "label",
        "hint",
        "err",
        "with",
    ]


def test_answers_stand_in_their_controls() -> None:
    page = draw(good_answers())
    assert page.get_element_by_id("f-rent").get("value") == "3200.50"
    assert page.get_element_by_id("f-opened-month").get("value") == "11"
    assert page.get_element_by_id("f-who-2").get("checked") is not None
    assert page.xpath("//select[@name='region']/optgroup/option[@selected]/@value") == ["330106"]
    assert page.get_element_by_id("f-agree").get("checked") is not None


def crew(widget: str) -> Form:
    """A form that asks for rows with a date in them."""
    columns = {"name": {"type": "string"}, "began": {"type": "string", "format": "date"}}
    crew = {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": columns}}
    asked = {"label": "员工", "widget": widget, "entry": "员工", "columns": ["name", "began"],
             "fields": {"name": {"label": "姓名"}, "began": {"label": "上班日期"}}}  # fmt: skip
    pages = [{"key": "crew", "title": "员工", "fields": ["crew"]}]
    schema = {"type": "object", "properties": {"crew": crew}}
    return compile_form({"schema": schema, "ui": {"pages": pages, "fields": {"crew": asked}}}, region_name)


def test_a_date_in_a_row_stands_in_its_three_boxes() -> None:
    """Kept as one text, shown in three boxes: also after what was typed could not be read, and for what nobody can read."""
    form = crew("table")

    def boxes(page: Any) -> list[str]:
        return [page.get_element_by_id(f"f-crew-0-began-{part}").get("value") for part in ("year", "month", "day")]

    assert boxes(draw({"crew": [{"name": "王", "began": "2026-02-28"}]}, strict=True, form=form)) == ["2026", "2", "28"]
    typed = {"crew-rows": ["0"], "crew-0-name": ["王"], "crew-0-began-year": ["2026"], "crew-0-began-month": ["33"]}
    assert boxes(draw({}, form.read_page("crew", typed, {}), strict=True, form=form)) == ["2026", "33", ""]
    for odd in ("2026", ["2026"], {"year": 2026}, {}, 7, True, "{{ 1 }}"):
        assert boxes(draw({"crew": [{"began": odd}]}, strict=True, form=form)) == ["", "", ""], odd


def test_stored_files_have_a_button_that_says_which() -> None:
    page = draw({})
    (button,) = page.xpath("//button[@name='plan-remove']")
    assert (button.get("value"), button.text_content()) == ("7", "删除 <平面图>.pdf")
    assert page.xpath("//form//button")[0].get("name") is None


def test_the_source_of_a_filled_value_is_named() -> None:
    assert page_hint(draw({})) == "我们从你的实名信息取来的。不对的话，可以直接改。"
    assert "your verified identity" in page_hint(draw({}, language="en"))


def page_hint(page: Any) -> str:
    return page.get_element_by_id("f-phone-h").text_content().strip()


def test_no_script_and_no_style() -> None:
    page = draw(good_answers(), wrong())
    assert not page.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]")


def test_text_in_a_textarea_keeps_its_first_line_end() -> None:
    page = draw({**good_answers(), "story": "一\n二 </textarea>"}, strict=True)
    assert page.get_element_by_id("f-story").text.removeprefix("\n") == "一\n二 </textarea>"
