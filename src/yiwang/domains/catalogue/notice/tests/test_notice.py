"""The six answers: always six, in order; what is not stated is never guessed."""

from hypothesis import given
from hypothesis import strategies as st

from yiwang.domains.catalogue.content import Fee, ItemContent, Limit, Material, Processing, Text
from yiwang.domains.catalogue.notice import UNSAID, Answer, customer_notice

QUESTIONS = ["我能办吗", "我要准备什么", "多久能办好", "要花多少钱", "要跑几趟", "哪些我们替你取"]
BARE = ItemContent(name=Text("甲"), type_code="01")


def notice(**said: object) -> dict[str, Answer]:
    held = said.pop("held", None)
    content = ItemContent(**{"name": Text("甲"), "type_code": "01", **said})
    return {a.icon: a for a in customer_notice(content, held=held)}


def test_a_source_that_says_nothing_gives_six_answers_unsaid() -> None:
    answers = customer_notice(BARE)
    assert [a.question.zh for a in answers] == QUESTIONS
    assert [a.state for a in answers] == ["unsaid"] * 6
    assert {a.headline for a in answers} == {UNSAID}
    assert all(a.question.en and a.detail.zh and a.detail.en for a in answers)


def test_who_may_apply() -> None:
    assert notice(audience=["person"])["ok"].headline.zh == "个人能办"
    assert notice(audience=["enterprise"])["ok"].headline.zh == "企业、单位能办"
    assert notice(audience=["person", "enterprise"])["ok"].headline.en == "People and firms can"
    told = notice(
        audience=["person"], conditions=[Text("满 18 岁。", "You are 18."), Text("有住处", "You have a home")]
    )
    assert (told["ok"].detail.zh, told["ok"].detail.en) == ("满 18 岁；有住处", "You are 18; You have a home")
    assert notice(type_code="02")["ok"].state == "no"


def test_what_to_prepare_leaves_out_what_we_fetch() -> None:
    materials = [
        Material("plan", Text("平面图", "Floor plan")),
        Material("rules", Text("制度", "Rules"), necessity="deferrable"),
        Material("photo", Text("照片", "Photo"), necessity="optional"),
        Material("licence", Text("营业执照", "Business licence"), certificate_type="T1"),
    ]
    told = notice(materials=materials)
    assert told["doc"].headline == Text("1 样", "1 paper")
    assert told["doc"].detail.zh == "平面图。可以稍后补交：制度。可交可不交：照片"
    assert told["fetch"].headline == Text("1 样", "1 paper")
    assert "取不到" in told["fetch"].detail.zh


def test_no_materials_is_not_the_same_as_none_stated() -> None:
    assert notice(materials=[])["doc"].headline.zh == "不用准备"
    assert notice(materials=None)["doc"].headline == UNSAID
    assert notice(materials=[])["fetch"].headline.zh == "没有"


def test_what_the_reader_holds_is_said() -> None:
    materials = [
        Material("licence", Text("营业执照", "Business licence"), certificate_type="T1"),
        Material("card", Text("身份证", "ID card"), certificate_type="T2"),
    ]
    assert notice(materials=materials, held={"T1", "T2"})["fetch"].state == "good"
    lacking = notice(materials=materials, held={"T1"})["fetch"]
    assert "还没有身份证" in lacking.detail.zh
    assert "营业执照" not in lacking.detail.zh


def test_long_lists_are_counted() -> None:
    materials = [Material(f"m{n}", Text(f"材料{n}", f"Paper {n}")) for n in range(7)]
    detail = notice(materials=materials)["doc"].detail
    assert detail == Text("材料0、材料1、材料2、材料3等 7 样", "Paper 0, Paper 1, Paper 2, Paper 3 and 3 more")


def test_how_long() -> None:
    both = notice(promised_limit=Limit(5), legal_limit=Limit(10))["clock"]
    assert (both.headline, both.detail.zh) == (Text("5 个工作日", "5 working days"), "法定 10 个工作日")
    assert notice(legal_limit=Limit(1, "month"))["clock"].headline == Text("1 个月", "1 month")
    assert notice(promised_limit=Limit(0), legal_limit=Limit(10))["clock"].headline.zh == "马上办好"
    assert notice(processing=Processing(instant=True))["clock"].state == "good"


def test_how_much() -> None:
    assert notice(is_free=True)["coin"].headline.zh == "免费"
    assert notice(is_free=False)["coin"].detail.zh == "标准未公布"
    fixed = notice(is_free=False, fees=[Fee(Text("工本费"), amount_fen=1000), Fee(Text("邮费"), amount_fen=1250)])[
        "coin"
    ]
    assert fixed.headline == Text("22.50 元", "¥22.50")
    rate = notice(is_free=False, fees=[Fee(Text("污水费"), standard=Text("每吨 1.4 元"))])["coin"]
    assert (rate.headline.zh, rate.detail.zh) == ("要收费", "每吨 1.4 元")


def test_how_many_trips() -> None:
    assert notice(visits=0)["trip"].headline.zh == "不用跑"
    assert notice(visits=1, visit_reason=Text("核对原件"))["trip"].detail.zh == "核对原件"
    assert notice(visits=2)["trip"].headline.en == "2 trips"
    assert notice(visits=0, courier=True)["trip"].detail.zh == "结果可以寄给你"


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
