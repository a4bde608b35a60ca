"""The six answers: always six, in order; what is not stated is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.domains.catalogue.content import Fee, ItemContent, Limit, Material, Processing, Text
from yiwang.domains.catalogue.notice import (
    UNSAID,
    Answer,
    customer_notice,
    fetched_for_applicant,
    limit_words,
    money_words,
    prepared_by_applicant,
    short_facts,
    types_fetched,
)

KEYS = ["who", "bring", "time", "fee", "visits", "fetch"]
QUESTIONS = ["我能办吗", "我要准备什么", "多久能办好", "要花多少钱", "要跑几趟", "哪些我们替你取"]
BARE = ItemContent(name=Text("甲"), type_code="01")


def content(**said: object) -> ItemContent:
    return ItemContent(**{"name": Text("甲"), "type_code": "01", **said})


def notice(*, held: object = None, can_apply: bool = True, **said: object) -> dict[str, Answer]:
    return {a.key: a for a in customer_notice(content(**said), can_apply=can_apply, held=held)}


def test_a_source_that_says_nothing_gives_six_answers_unsaid() -> None:
    answers = customer_notice(BARE)
    assert [a.key for a in answers] == KEYS
    assert [a.question.zh for a in answers] == QUESTIONS
    assert [a.state for a in answers] == ["unsaid"] * 6
    assert {a.headline for a in answers} == {UNSAID}
    assert all(a.question.en and a.detail.zh and a.detail.en for a in answers)


def test_who_may_apply() -> None:
    assert notice(audience=["person"])["who"].headline.zh == "个人能办"
    assert notice(audience=["enterprise"])["who"].headline.zh == "企业和单位能办"
    assert notice(audience=["person", "enterprise"])["who"].headline.en == "People and firms can"
    assert notice(conditions=[Text("满 18 岁")])["who"].headline.zh == "看条件"
    assert notice(conditions=[])["who"].detail.zh == "没有别的条件"


def test_several_conditions_are_counted_and_linked() -> None:
    one = notice(audience=["person"], conditions=[Text("满 18 岁", "You are 18")])["who"]
    assert (one.detail.zh, one.anchor, one.anchor_words) == ("满 18 岁", "", None)
    two = notice(audience=["person"], conditions=[Text("满 18 岁", "You are 18"), Text("有住处")])["who"]
    assert two.detail == Text("要符合 2 个条件。第一条：满 18 岁", "There are 2 conditions. The first: You are 18")
    assert (two.anchor, two.anchor_words) == ("#h-c", Text("看全部条件", "See all conditions"))


def test_what_nobody_can_apply_for_says_so() -> None:
    duty = notice(type_code="02", conditions=[Text("甲"), Text("乙")])["who"]
    assert (duty.headline.zh, duty.state, duty.anchor) == ("不用申请", "no", "")
    assert notice(type_code="02", can_apply=False)["who"].headline.zh == "不用申请"
    closed = notice(audience=["person"], can_apply=False)["who"]
    assert (closed.headline.zh, closed.state) == ("现在不能申请", "no")


def test_what_to_prepare_leaves_out_what_we_fetch() -> None:
    materials = [
        Material("plan", Text("平面图。", "Floor plan")),
        Material("rules", Text("制度", "Rules"), necessity="deferrable"),
        Material("photo", Text("照片", "Photo"), necessity="optional"),
        Material("licence", Text("营业执照", "Business licence"), certificate_type="T1"),
    ]
    told = notice(materials=materials)
    assert told["bring"].headline == Text("1 样", "1 paper")
    assert told["bring"].detail.zh == "平面图。可以稍后补交：制度。可交可不交：照片"
    assert told["fetch"].headline == Text("1 样", "1 paper")
    assert told["fetch"].detail.zh == "营业执照。取不到时再请你上传"
    said = content(materials=materials)
    assert [m.key for m in prepared_by_applicant(said)] == ["plan", "rules", "photo"]
    assert [m.key for m in fetched_for_applicant(said)] == ["licence"]
    assert types_fetched(said) == {"T1"}
    assert types_fetched(BARE) == set()


@pytest.mark.parametrize(
    ("materials", "said"),
    [
        ([], ("不用准备", "填好表就行", "good")),
        ([Material("a", Text("甲"), certificate_type="x")], ("不用准备", "填好表就行", "good")),
        ([Material("a", Text("甲"), necessity="optional")], ("不用准备", "可交可不交：甲", "good")),
        ([Material("a", Text("甲"), necessity="deferrable")], ("先不用准备", "可以稍后补交：甲", "plain")),
        ([Material("a", Text("甲"), necessity="")], ("1 样", "甲", "plain")),
    ],
)
def test_what_to_prepare(materials: list[Material], said: tuple[str, str, str]) -> None:
    told = notice(materials=materials)["bring"]
    assert (told.headline.zh, told.detail.zh, told.state) == said


def test_no_materials_is_not_the_same_as_none_stated() -> None:
    assert notice(materials=None)["bring"].headline == UNSAID
    assert notice(materials=[])["fetch"].headline.zh == "没有"


def test_what_the_reader_holds_is_said() -> None:
    materials = [
        Material("licence", Text("营业执照", "Business licence"), certificate_type="T1"),
        Material("card", Text("身份证", "ID card"), certificate_type="T2"),
    ]
    all_held = notice(materials=materials, held={"T1", "T2"})["fetch"]
    assert (all_held.state, all_held.detail.zh) == ("good", "营业执照、身份证，都在你的证照夹里，不用上传")
    lacking = notice(materials=materials, held={"T1"})["fetch"]
    assert (lacking.state, lacking.detail.zh) == ("plain", "你的证照夹里还没有身份证，取不到时再请你上传")


def test_long_lists_are_counted() -> None:
    materials = [Material(f"m{n}", Text(f"材料{n}", f"Paper {n}")) for n in range(7)]
    detail = notice(materials=materials)["bring"].detail
    assert detail == Text("材料0、材料1、材料2、材料3，还有 3 样", "Paper 0, Paper 1, Paper 2, Paper 3 and 3 more")


def test_how_long() -> None:
    both = notice(promised_limit=Limit(5), legal_limit=Limit(10))["time"]
    assert (both.headline, both.detail.zh) == (Text("5 个工作日", "5 working days"), "从受理算起。法定 10 个工作日")
    assert notice(legal_limit=Limit(1, "month"))["time"].headline == Text("1 个月", "1 month")
    assert "承诺时间未公布" in notice(legal_limit=Limit(1, "month"))["time"].detail.zh
    assert "法定时间未公布" in notice(promised_limit=Limit(3, "day"))["time"].detail.zh
    assert notice(promised_limit=Limit(5), legal_limit=Limit(0))["time"].detail.zh == "从受理算起。法定 当场"
    at_once = notice(promised_limit=Limit(0), legal_limit=Limit(10))["time"]
    assert (at_once.headline.zh, at_once.detail.zh) == ("马上办好", "资料没问题，提交后当场办好")
    instant = notice(processing=Processing(instant=True))["time"]
    assert (instant.headline.zh, instant.detail.zh, instant.state) == ("马上办好", "填得对，提交后几秒就有结果", "good")


def test_a_permit_has_the_twenty_days_of_the_law_all_the_same() -> None:
    assert "第四十二条" in notice()["time"].detail.zh
    assert notice(type_code="20")["time"].detail.zh == "来源没有写时间"


def test_how_much() -> None:
    assert notice(is_free=True)["fee"].headline.zh == "免费"
    unknown = notice(is_free=False)["fee"]
    assert (unknown.headline.zh, unknown.detail.zh) == ("要收费", "标准未公布")
    fees = [Fee(Text("工本费"), amount_fen=1000), Fee(Text("邮费"), amount_fen=1250)]
    fixed = notice(is_free=False, fees=fees)["fee"]
    assert (fixed.headline, fixed.detail.zh) == (Text("22.50 元", "¥22.50"), "工本费、邮费")
    rate = notice(is_free=False, fees=[Fee(Text("污水费"), standard=Text("每吨 1.4 元")), fees[0]])["fee"]
    assert (rate.headline.zh, rate.detail.zh) == ("按标准收费", "污水费：每吨 1.4 元、工本费：10 元")
    unsaid = notice(is_free=False, fees=[Fee(Text("评估费"))])["fee"]
    assert (unsaid.headline.zh, unsaid.detail.zh) == ("要收费", "评估费")


def test_how_many_trips() -> None:
    assert notice(visits=0)["visits"].headline.zh == "不用跑"
    assert notice(visits=1, visit_reason=Text("核对原件"))["visits"].detail.zh == "核对原件"
    assert notice(visits=2)["visits"].headline == Text("跑 2 趟", "2 visits")
    assert notice(visits=0, courier=True)["visits"].detail.zh == "结果可以寄给你"


def test_short_facts_say_only_what_is_known() -> None:
    known = short_facts(content(promised_limit=Limit(0), is_free=True, visits=0))
    assert [(f.text.zh, f.strong) for f in known] == [("马上办好", True), ("免费", False), ("不用跑", True)]
    assert [f.text.zh for f in short_facts(content(fees=[Fee(Text("工本费"), amount_fen=2050)]))] == ["20.50 元"]
    assert short_facts(BARE) == []


def test_limits_and_sums_in_words() -> None:
    assert limit_words(Limit(1)) == Text("1 个工作日", "1 working day")
    assert limit_words(Limit(2, "year")) == Text("2 年", "2 years")
    assert money_words(0) == Text("免费", "Free")
    assert money_words(123_456_00) == Text("123,456 元", "¥123,456")


@given(
    visits=st.none() | st.integers(0, 9),
    is_free=st.none() | st.booleans(),
    materials=st.none() | st.lists(st.builds(
        Material, st.just("k"), st.just(Text("某证")), necessity=st.sampled_from(["required", "optional", "deferrable", ""]),
        certificate_type=st.none() | st.sampled_from(["T1", "T2"]),
    ), max_size=8),
    audience=st.lists(st.sampled_from(["person", "enterprise", "agency"]), unique=True),
    held=st.none() | st.sets(st.sampled_from(["T1", "T2"])),
)  # fmt: skip
def test_always_six_answers_in_both_languages(held: set[str] | None, **said: object) -> None:
    answers = list(notice(held=held, **said).values())
    assert [a.question.zh for a in answers] == QUESTIONS
    assert all(a.headline.zh and a.headline.in_("en") for a in answers)
