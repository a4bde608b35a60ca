"""A story for each widget: typed, read, checked, said in words, shown again."""

from typing import Any

import pytest

from yiwang.foundation.forms import Form, PageInput, compile_form
from yiwang.foundation.forms.tests.examples import OTHER_PAPER, PAPER, form_of, good_answers, region_name, shop


def read(
    spec: dict[str, Any], post: dict[str, list[str]], answers: dict[str, Any] | None = None, **ui: Any
) -> PageInput:
    return compile_form(form_of(spec, **ui), region_name).read_page("one", post, answers or {})


def said(result: PageInput) -> str:
    (problem,) = result.problems
    return problem.message.zh


def only_code(form: Form, value: Any) -> str:
    found = form.problems({"q": value})
    return found[0].code if found else ""


STRING = {"type": "string", "maxLength": 10}


def test_text_is_kept_as_typed() -> None:
    for typed in ("王𬉼", " e\u0301 ", "  林　小满", "古丽·买买提", "\u2ea9", "葛\U000e0100"):
        assert read(STRING, {"q": [typed]}).values == {"q": typed}


def test_text_loses_only_line_ends_around_it() -> None:
    assert read({"type": "string"}, {"q": ["\r\n一\r\n\r\n二\r\n"]}, widget="textarea").values == {"q": "一\n\n二"}


def test_text_that_shows_nothing_is_no_answer() -> None:
    for typed in ("", "   ", "\u3000", "\u200b"):
        result = read(STRING, {"q": [typed]})
        assert (said(result), result.answers) == ("填写店面面积。", {})


@pytest.mark.parametrize("typed", ["a\0b", "a\x01", "张\u202e三", "张\u200b三", "\ufeff张", "a\uffff"])
def test_control_characters_are_refused_and_shown_again(typed: str) -> None:
    result = read(STRING, {"q": [typed]})
    assert [p.code for p in result.problems] == ["control_character"]
    assert result.raw == {"q": typed}


def test_long_text_says_how_long_it_is() -> None:
    assert said(read(STRING, {"q": ["字" * 11]})) == "最多写 10 个字。你写了 11 个字。"
    assert read(STRING, {"q": ["𬉼" * 10]}).problems == []


def test_one_line_stays_one_line() -> None:
    assert only_code(compile_form(form_of(STRING)), "a\nb") == "one_line"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("86.5", 86.5), (" ８６．５ ", 86.5), ("1,200", 1200), ("-3.0", -3), ("0.1", 0.1), ("007", 7)],
)
def test_numbers_as_people_type_them(typed: str, value: float) -> None:
    result = read({"type": "number"}, {"q": [typed]})
    assert result.values == {"q": value}
    assert type(result.values["q"]) is type(value)


@pytest.mark.parametrize("typed", ["八十多平", "1e5", "nan", "0x10", "1.2.3", "٣", "9" * 400, "--1", "½"])
def test_what_is_no_number_is_said_and_kept(typed: str) -> None:
    result = read({"type": "number"}, {"q": [typed]}, {"q": 5})
    assert said(result).startswith("只填数字，例如 86.5。你填的是“")
    assert (result.raw, result.answers) == ({"q": typed}, {})


def test_the_fields_own_words_win() -> None:
    result = read({"type": "number"}, {"q": ["八十多平"]}, error={"zh": "填租约上的数。", "en": "As in the lease"})
    (problem,) = result.problems
    assert problem.message.zh == "填租约上的数。你填的是“八十多平”。"
    assert problem.message.en == 'As in the lease. You entered "八十多平".'
    assert problem.short.zh == "店面面积，填租约上的数"


def test_whole_numbers() -> None:
    assert read({"type": "integer"}, {"q": ["12.0"]}).values == {"q": 12}
    assert said(read({"type": "integer"}, {"q": ["12.5"]})) == "只填整数，例如 12。你填的是“12.5”。"


def test_bounds_are_said_with_the_unit() -> None:
    spec = {"type": "number", "exclusiveMinimum": 0, "maximum": 100}
    assert said(read(spec, {"q": ["0"]}, unit="平方米")) == "要比 0 平方米 多。你填的是“0”。"
    assert said(read(spec, {"q": ["101"]}, unit="平方米")) == "最多填 100 平方米。你填的是“101”。"


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1200.50", 120050), ("￥1,200", 120000), ("¥0.01", 1), ("3元", 300), ("0.10", 10), ("1.2", 120), ("8.500", 850)],
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed: str, fen: int) -> None:
    assert read({"type": "integer"}, {"q": [typed]}, widget="money").values == {"q": fen}


def test_money_with_three_decimals_and_too_little() -> None:
    spec = {"type": "integer", "minimum": 100}
    assert said(read(spec, {"q": ["1.005"]}, widget="money")).startswith("只填金额，最多两位小数")
    assert said(read(spec, {"q": ["0.5"]}, widget="money")) == "至少填 1 元。你填的是“0.50”。"


def boxes(year: str, month: str, day: str) -> dict[str, list[str]]:
    return {"q-year": [year], "q-month": [month], "q-day": [day]}


DATE = {"type": "string", "format": "date"}


def test_a_date_is_three_boxes() -> None:
    assert read(DATE, boxes("2026", "2", "9")).values == {"q": "2026-02-09"}
    assert read(DATE, boxes(" ２０２６年", "02月", "9 日")).values == {"q": "2026-02-09"}
    assert compile_form(form_of(DATE)).fields["q"].typed("2026-02-09") == {"year": "2026", "month": "2", "day": "9"}


def test_a_date_that_is_none() -> None:
    result = read(DATE, boxes("2026", "2", "30"))
    assert said(result) == "填日历上有的日子，例如 2026 年 11 月 23 日。你填的是“2026 年 2 月 30 日”。"
    assert result.raw == {"q": {"year": "2026", "month": "2", "day": "30"}}
    assert result.problems[0].message.en.endswith('You entered "2026 2 30".')
    assert result.problems[0].anchor == "f-q-year"
    assert read(DATE, boxes("26", "2", "3")).problems[0].code == "date"
    assert read(DATE, boxes("2026", "", "3")).problems[0].code == "date_incomplete"
    assert read(DATE, boxes("", "", "")).problems[0].code == "required"
    assert read(DATE, boxes("0001", "1", "1")).problems[0].code == "date"


CHOICE = {"enum": ["yes", "no"]}
OPTIONS = {"yes": {"zh": "要", "en": "Yes"}, "no": "不要"}


@pytest.mark.parametrize("widget", ["radio", "select"])
def test_one_of_several(widget: str) -> None:
    assert read(CHOICE, {"q": ["no"]}, widget=widget, options=OPTIONS).values == {"q": "no"}
    assert said(read(CHOICE, {}, widget=widget, options=OPTIONS)) == "选一项。"
    assert said(read(CHOICE, {"q": ["cat"]}, widget=widget, options=OPTIONS)) == "从列出的选项里选。"


def test_several_of_several() -> None:
    spec = {"type": "array", "items": {"enum": ["a", "b", "c"]}, "maxItems": 2}
    options = {"a": "甲", "b": "乙", "c": "丙"}
    assert read(spec, {"q": ["c", "a", "c"]}, options=options).values == {"q": ["a", "c"]}
    assert said(read(spec, {}, options=options)) == "至少选一项。"
    assert said(read(spec, {"q": ["a", "b", "c"]}, options=options)) == "最多选 2 项。现在是 3 项。"
    strange = read(spec, {"q": ["a", "x"]}, options=options).problems
    assert [(p.code, p.pointer) for p in strange] == [("not_an_option", "/q/1")]
    assert only_code(compile_form(form_of(spec, options=options)), ["a", "a"]) == "repeated"


def test_a_box_to_tick() -> None:
    assert read({"const": True}, {"q": ["true"]}).values == {"q": True}
    result = read({"const": True}, {})
    assert (said(result), result.answers) == ("打勾才能继续。", {})
    assert only_code(compile_form(form_of({"const": True})), False) == "must_agree"
    assert read({"type": "boolean"}, {}).values == {"q": False}


def test_a_region_is_a_code_that_exists() -> None:
    spec = {"type": "string", "format": "region"}
    assert read(spec, {"q": [" 330106 "]}).values == {"q": "330106"}
    assert said(read(spec, {"q": ["330999"]})) == "从列表里选一个地区。"
    assert read(spec, {"q": ["西湖区"]}).problems[0].code == "region"
    assert compile_form(form_of(spec)).problems({"q": "330999"}) == []


def test_uploads_are_papers_of_the_draft() -> None:
    spec = {"type": "array", "items": {"type": "string", "format": "paper"}, "minItems": 1, "maxItems": 1}
    assert said(read(spec, {}, widget="upload")) == "上传店面面积。"
    kept = read(spec, {"q": [OTHER_PAPER]}, {"q": [PAPER]}, widget="upload")
    assert (kept.values, kept.problems, kept.stay) == ({"q": [PAPER]}, [], False)
    gone = read(spec, {"q-remove": [PAPER]}, {"q": [PAPER]}, widget="upload")
    assert (gone.answers, gone.removed, gone.stay) == ({}, (PAPER,), True)
    assert read(spec, {"q-remove": [OTHER_PAPER]}, {"q": [PAPER]}, widget="upload").removed == ()
    assert read(spec, {"q-upload": ["1"]}, {"q": [PAPER]}, widget="upload").stay
    many = read(spec, {}, {"q": [PAPER, OTHER_PAPER]}, widget="upload")
    assert said(many) == "最多上传 1 份，删掉多出来的。现在是 2 份。"
    assert only_code(compile_form(form_of(spec)), ["../../etc/passwd"]) == "paper"


PHONE = {"type": "string", "format": "phone"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("199 0000 0417", "19900000417"),
        ("+86 19900000417", "19900000417"), ("１９９００００００４１", "19900000041"),
        ("0571-8700 0000", "057187000000"), ("+852 2345 6789", "+85223456789"),
    ],
)  # fmt: skip
def test_phones(typed: str, kept: str) -> None:
    result = read(PHONE, {"q": [typed]})
    assert (result.problems, result.values) == ([], {"q": kept})


@pytest.mark.parametrize("typed", ["123", "八八八", "1990000041", "19900000417 转 3", "+", "1" * 40])
def test_what_is_no_phone_is_never_repeated(typed: str) -> None:
    assert said(read(PHONE, {"q": [typed]})).endswith("境外号码以 + 开头。")


def test_emails() -> None:
    spec = {"type": "string", "format": "email"}
    assert read(spec, {"q": [" a.b@example.cn "]}).values == {"q": "a.b@example.cn"}
    for typed in ("a", "a@b", "a@@b.cn", "a b@c.cn", "@b.cn"):
        assert read(spec, {"q": [typed]}).problems[0].code == "email"


def test_id_numbers_are_tidied_and_never_repeated() -> None:
    spec = {"type": "string", "format": "citizen-id"}
    assert read(spec, {"q": ["１１０１０５ 19491231 002x"]}).values == {"q": "11010519491231002X"}
    assert said(read(spec, {"q": ["110105194912310021"]})).endswith("有一位对不上。")
    assert said(read(spec, {"q": ["1101051949123100"]})).endswith("你填了 16 位。")
    assert "11010519" not in said(read(spec, {"q": ["110105194912310021"]}))
    assert only_code(compile_form(form_of(spec)), "11010519491231002x") == "citizen_id"


def test_credit_codes() -> None:
    spec = {"type": "string", "format": "credit-code"}
    assert read(spec, {"q": ["91350100m000100y43"]}).values == {"q": "91350100M000100Y43"}
    assert read(spec, {"q": ["91350100M000100Y43"]}).problems == []
    assert read(spec, {"q": ["91350100M000100Y44"]}).problems[0].code == "credit_code"


def test_patterns_use_the_fields_own_words() -> None:
    spec = {"type": "string", "pattern": "^浙A[0-9]{5}$"}
    assert (
        said(read(spec, {"q": ["沪B1"]}, error="填车牌号，例如浙A12345")) == "填车牌号，例如浙A12345。你填的是“沪B1”。"
    )


def test_the_summary_reads_like_the_form() -> None:
    form = compile_form(shop(), region_name)
    chinese = {field.key: text for _, rows in form.summary(good_answers(), "zh-hans") for field, text in rows}
    assert chinese == {
        "name": "小满面馆", "area": "86.5 平方米", "opened": "2026 年 11 月 23 日", "region": "西湖区",
        "rent": "3,200.50 元", "kinds": "热食", "street": "没有填", "who": "店里的员工", "staff_name": "王𬉼",
        "owner_id": "110105********002X", "mail": "a@example.cn", "phone": "19900000417", "code": "没有填",
        "plan": "1 份文件", "agree": "是",
    }  # fmt: skip
    english = {field.key: text for _, rows in form.summary(good_answers(), "en") for field, text in rows}
    assert (english["opened"], english["rent"], english["plan"]) == ("23 November 2026", "¥3,200.50", "1 file")
    assert (english["area"], english["kinds"], english["code"]) == ("86.5 m²", "Hot food", "Not given")
    assert [page.key for page, _ in form.summary(good_answers(), "en")] == ["shop", "people", "rest"]
