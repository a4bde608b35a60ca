"""People find an item by their own words, by its code, where they live; and what finds nothing is noted."""

import csv

import pytest
from django.conf import settings

from yiwang.domains.catalogue.actions import amend_item, change_item_state, publish_items
from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.loading import read_items
from yiwang.domains.catalogue.loading.records import ReadOffice, build_item
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.tests.factories import actor_of, make_person, make_staff
from yiwang.domains.regions.actions import load_regions
from yiwang.domains.search.actions import index_items, log_search
from yiwang.domains.search.models import SearchDocument, SearchEntry, SearchKey, SearchLog
from yiwang.domains.search.queries import (
    SUGGESTED,
    find,
    forget_weights,
    offices_of_items,
    offices_to_ask,
    ranked,
    reason_words,
    searches_without_answer,
    suggest,
)
from yiwang.domains.search.queries.words import forget_words
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.tests.refusing import forbidden

pytestmark = pytest.mark.django_db

LEVELS = {"province": 1, "city": 2, "county": 3, "street": 4}


@pytest.fixture(autouse=True)
def fresh():
    """What a process keeps in memory for minutes belongs to the test before."""
    forget_words()
    forget_weights()


@pytest.fixture
def province():
    """The demo's items in the demo's tree, indexed by the worker."""
    with (settings.DEMO_DATA / "regions.csv").open(encoding="utf-8", newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["code"].startswith(("33010", "33080", "330000", "3301", "3308"))]
    load_regions(
        rows=[(r["code"], r["name"], r["name_en"] or "", LEVELS[r["level"]], r["parent"] or "") for r in rows],
        by=SYSTEM,
    )
    items = list(read_items(settings.DEMO_DATA / "items"))
    assert not publish_items(items=items, source="yiwang", by=SYSTEM).refused
    work_until_idle()
    return {item.file.removesuffix(".yaml"): item.code for item in items}


WORDS = [
    ("开饭店", "food-licence"),
    ("开奶茶店要办什么证", "food-licence"),
    ("食品经营许可", "food-licence"),
    ("给狗上户口", "dog-registration"),
    ("狗牌在哪领", "dog-registration"),
    ("去外地看病怎么报销", "medical-elsewhere"),
    ("异地医保备案", "medical-elsewhere"),
    ("租房提取公积金", "rent-withdrawal"),
    ("公积金怎么取出来付房租", "rent-withdrawal"),
    ("宝宝上户口", "birth-registration"),
    ("新生儿落户要什么材料", "birth-registration"),
    ("暂住证", "residence-permit"),
    ("居住证怎么办", "residence-permit"),
    ("办营业执照", "shop-registration"),
    ("个体户", "shop-registration"),
    ("装广告牌", "outdoor-advert"),
    ("楼顶广告要审批吗", "outdoor-advert"),
    ("birth registration", "birth-registration"),
    ("residence permit", "residence-permit"),
    ("ＪＵＺＨＵ居住证", "residence-permit"),
]


def test_people_find_what_they_mean_in_their_own_words(province):
    """The same first hit on both databases: this test runs on each."""
    found = {words: find(words) for words, _ in WORDS}
    names = {code: name for name, code in province.items()}
    first = {words: names.get(answer.codes[0]) if answer.codes else None for words, answer in found.items()}
    assert first == dict(WORDS)
    assert {words for words, answer in found.items() if answer.confident} >= {
        "开饭店",
        "暂住证",
        "办营业执照",
        "个体户",
    }


def test_official_words_do_not_crowd_out_the_item_that_was_named(province):
    crowd = [
        build_item(
            row=n,
            code=f"1199000000{n:04d}00000000000000000",
            base_code=f"b{n}",
            base_name=f"食品经营许可{n}号",
            office=ReadOffice("119900000000000000", "演示某局", ""),
            content=ItemContent(name=Text(f"食品经营许可{n}号"), type_code="01"),
        )
        for n in range(150)
    ]
    assert not publish_items(items=crowd, source="crowd", by=SYSTEM).refused
    work_until_idle()
    forget_weights()
    for words in ("开饭店", "我想开饭店", "公司食堂办证"):
        answer = find(words)
        assert answer.codes[0] == province["food-licence"], words
        assert answer.confident


def test_an_exact_code_comes_first_whatever_its_case(province):
    code = province["dog-registration"]
    for typed in (code, code.lower(), f" {code} "):
        answer = find(typed, explain=True)
        assert answer.codes[0] == code
        assert answer.confident
        assert answer.reasons[code] == ("code",)
    assert province["dog-registration"] in find("330199008000").codes


def test_a_region_shows_its_own_items_and_those_of_the_divisions_above(province):
    dog, medical = province["dog-registration"], province["medical-elsewhere"]  # of 柯城区, of the city of Hangzhou
    assert find("狗牌", region="330802").codes == [dog]
    assert find("狗牌", region="330802005").codes == [dog]
    assert dog not in find("狗牌", region="330106").codes
    assert find("异地就医备案", region="330106").codes[0] == medical
    assert medical not in find("异地就医备案", region="330802").codes


def test_an_audience_shows_what_serves_it(province):
    assert find("广告牌", audience="enterprise").codes == find("广告牌", audience="person").codes[:1]
    assert province["food-licence"] not in find("开饭店", audience="person").codes
    assert find("开饭店", audience="enterprise").codes[0] == province["food-licence"]


def test_nothing_is_promised_where_nothing_fits(province):
    answer = find("量子纠缠退火炉")
    assert not answer.confident
    assert find("").codes == find("   ").codes == find("！？").codes == []
    assert find("居住证" * 500).total >= 0
    for hostile in (
        '"',
        "' OR 1=1 --",
        "a:b & !c | (d",
        "NEAR(a b)",
        "\x00",
        "marks:r330106",
        "*",
        '居住证)"',
        "🐶狗牌",
    ):
        find(hostile, region="330106' --", audience='"')


def test_a_slip_is_read_as_the_word_that_it_sounds_or_looks_like_and_the_answer_says_so(province):
    for slip, meant, name in (
        ("结昏证", "结婚证", "marriage-registration"),
        ("居主证", "居住证", "residence-permit"),
        ("公基金取出来付房租", "公积金取出来付房租", "rent-withdrawal"),
    ):
        answer = find(slip)
        assert answer.codes[0] == province[name], slip
        assert answer.understood == meant, slip
    assert find("结婚证").understood == ""
    assert (
        find("residense permit").codes[0]
        == find("aply for a residence permitt").codes[0]
        == province["residence-permit"]
    )


def test_the_situations_of_one_thing_stand_together():
    codes = [
        make_item(group_code="wedding", aliases=["领证结婚"], name=Text(name)).code
        for name in ("结婚登记（内地居民）", "结婚登记（涉外）")
    ]
    make_item(name=Text("收养登记"))
    work_until_idle()
    answer = find("结婚登记")
    assert len(answer.groups[0].rows) == 2
    assert {row.code for row in answer.groups[0].rows} == set(codes)
    assert ranked("结婚登记").rows[0].others


def test_the_index_follows_the_catalogue():
    item = make_item()
    assert find("食品经营许可").codes == []
    work_until_idle()
    assert find("食品经营许可").codes == [item.code]
    amend_item(item_code=item.code, changes={"aliases": ["夜市出摊"]}, by=SYSTEM)
    work_until_idle()
    assert find("夜市出摊").codes[0] == item.code
    change_item_state(item_code=item.code, state="suspended", by=SYSTEM)
    work_until_idle()
    assert find("夜市出摊").codes == find(item.code).codes == []
    change_item_state(item_code=item.code, state="published", by=SYSTEM)
    work_until_idle()
    assert find("夜市出摊").codes == [item.code]


def test_the_index_made_anew_is_the_same(province):
    before = [find(words).codes for words, _ in WORDS]
    assert index_items(item_codes=list(province.values()), by=SYSTEM) == len(province)
    forget_weights()
    assert [find(words).codes for words, _ in WORDS] == before
    assert SearchEntry.objects.count() == len(province)


def test_administrators_and_operators_may_have_the_index_made_anew():
    item = make_item()
    assert index_items(item_codes=[item.code], by=actor_of(make_staff(roles=("operator",)))) == 1
    for who in (ANONYMOUS, actor_of(make_person()), actor_of(make_staff(roles=("head",)))):
        with forbidden():
            index_items(item_codes=[item.code], by=who)


def test_what_found_nothing_sure_is_noted_without_anything_personal():
    asked = "我的身份证339921199206140018和电话13800138000怎么改名"
    log_search(query=asked, region="330106", found=0, confident=False, by=ANONYMOUS)
    row = SearchLog.objects.get()
    assert "339921199206140018" not in row.query
    assert "13800138000" not in row.query
    assert row.query.startswith("我的身份证339921")
    assert not Entry.objects.exists()


def test_the_most_frequent_search_without_an_answer_is_worked_on_first():
    for words, times in (("遗失声明", 1), ("落户积分", 3), ("x\x00" * 500, 2)):
        for _ in range(times):
            log_search(query=words, region="3301061234567", found=5000, confident=False, by=ANONYMOUS)
    rows = searches_without_answer()
    assert [(row["query"], row["times"]) for row in rows] == [("落户积分", 3), ("x" * 200, 2), ("遗失声明", 1)]


def test_a_search_is_a_handful_of_statements(province, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):  # the first one also reads texts and weights that are kept
        find("开饭店", region="330106", audience="enterprise")
    with django_assert_max_num_queries(6):
        find("开饭店", region="330106", audience="enterprise")


SPELLED = [
    ("juzhuzheng", "residence-permit"),
    ("ju zhu zheng", "residence-permit"),
    ("jzz", "residence-permit"),
    ("ju住证", "residence-permit"),
    ("juzhuzheng zenmeban", "residence-permit"),
    ("kaifandian", "food-licence"),
    ("居住證", "residence-permit"),
    ("給狗上戶口", "dog-registration"),
    ("ＪＵＺＨＵＺＨＥＮＧ", "residence-permit"),
]


def test_the_same_item_is_found_in_pinyin_initials_traditional_signs_and_a_mix_of_scripts(province):
    names = {code: name for name, code in province.items()}
    found = {words: find(words) for words, _ in SPELLED}
    assert {words: names.get(next(iter(answer.codes), "")) for words, answer in found.items()} == dict(SPELLED)
    assert found["jzz"].understood == "居住证"
    assert found["居住證"].understood == "", "the same word in other signs needs no remark"


def test_suggestions_begin_as_typed_in_any_script_and_lead_somewhere(province):
    for typed, word in (
        ("居住", "居住证"),
        ("juzhu", "居住证"),
        ("jzz", "居住证"),
        ("ju住", "居住证"),
        ("residence", "residence permit"),
        ("居主", "居住证"),
        ("戶口", "户口"),
    ):
        words = suggest(typed)
        assert 0 < len(words) <= SUGGESTED, typed
        assert any(word in one for one in words), (typed, words)
        assert find(words[0]).codes, typed
    for nothing in ("", " ", "j", "的的的", "？", "\x00", "a" * 5_000, "%", "_%", "'"):
        assert isinstance(suggest(nothing), list), nothing
    assert suggest("j") == suggest("%") == suggest("") == []


def test_words_that_lead_nowhere_any_more_are_not_suggested(province):
    assert "暂住证" in suggest("暂住")
    change_item_state(item_code=province["residence-permit"], state="withdrawn", by=SYSTEM)
    work_until_idle()
    forget_words()
    assert suggest("暂住证") == []
    assert not SearchKey.objects.filter(word__word="暂住证").exists()


def test_one_suggestion_is_one_statement(province, django_assert_num_queries):
    with django_assert_num_queries(1):
        suggest("juzhuz")
    with django_assert_num_queries(0):
        suggest("juzhuz")


def test_a_region_that_does_not_have_it_shows_the_nearest_that_does(province):
    answer = find("狗牌", region="330106")
    assert not answer.confident
    assert [row.code for row in answer.elsewhere] == [province["dog-registration"]]
    assert find("狗牌", region="330802").elsewhere == []
    assert find("量子纠缠退火炉", region="330106").elsewhere == []


def same_item(number, region, **content):
    return build_item(
        row=number,
        code=f"11{region}MB00000{number:04d}4330000000000",
        base_code="330000000000",
        base_name="流动献血车停靠",
        region_code=region,
        office=ReadOffice(f"11{region}MB{number:04d}", "演示某局", region),
        content=ItemContent(name=Text("流动献血车停靠"), type_code="01", **content),
    )


def test_the_same_item_of_many_regions_is_one_document_and_one_result(province):
    regions = ["330000", "330100", "330102", "330106", "330802"]
    items = [same_item(n, region) for n, region in enumerate(regions)]
    assert not publish_items(items=items, source="many", by=SYSTEM).refused
    work_until_idle()
    assert SearchDocument.objects.filter(name="流动献血车停靠").count() == 1
    anywhere = find("流动献血车")
    assert anywhere.codes[0] == items[0].code, "the province's stands for all where no region was chosen"
    assert not set(anywhere.codes) & {item.code for item in items[1:]}
    assert anywhere.several == {items[0].code}
    assert find("流动献血车", region="330106").codes[0] == items[3].code
    assert find("流动献血车", region="330110").codes[0] == items[1].code, "the city above serves it"
    change_item_state(item_code=items[3].code, state="suspended", by=SYSTEM)
    work_until_idle()
    assert find("流动献血车", region="330106").codes[0] == items[1].code


def test_a_region_that_says_it_in_its_own_words_is_found_by_them(province):
    items = [same_item(1, "330106"), same_item(2, "330802", aliases=["爱心大巴"])]
    assert not publish_items(items=items, source="many", by=SYSTEM).refused
    work_until_idle()
    assert find("爱心大巴").codes == [items[1].code]
    assert find("爱心大巴", region="330106").codes == []
    amend_item(item_code=items[1].code, changes={"aliases": []}, by=SYSTEM)
    work_until_idle()
    assert find("爱心大巴").codes == []
    assert SearchDocument.objects.filter(name="流动献血车停靠").count() == 1


def test_of_very_many_wordings_of_one_base_item_some_are_found_only_with_their_region(province):
    regions = ["330102", "330106", "330108", "330109", "330110", "330111", "330802"]
    items = [same_item(n, region, aliases=[f"第{n}号献血巴士"]) for n, region in enumerate(regions)]
    assert not publish_items(items=items, source="many", by=SYSTEM).refused
    work_until_idle()
    (group,) = find("献血巴士").groups
    assert {row.code for row in group.rows} == {item.code for item in items[:4]}
    assert find("献血巴士", region="330802").codes == [items[6].code]


def test_reasons_are_said_in_plain_words(province):
    answer = find("居住证", explain=True)
    said = reason_words(answer.reasons[answer.codes[0]])
    assert all("居住证" in one.zh for one in said)
    assert all(one.zh and one.en for one in said)
    assert [one.zh for one in reason_words(("code",))] == ["你写的编号就是它的编号"]
    assert reason_words(())[0].zh


def test_offices_to_ask_are_those_of_the_nearest_items_and_of_the_region(province):
    near = offices_of_items([province["residence-permit"], province["residence-permit"], "nothing"])
    assert len(near) == 1
    assert near[0].region_id == "330106"
    local = offices_to_ask("330106")
    assert local
    assert local[0].region_id == "330106"
    assert offices_to_ask("") == offices_to_ask("nonsense") == []


def test_the_index_made_anew_by_the_job_of_an_upgrade_is_the_same(province):
    before = [find(words).codes for words, _ in WORDS]
    enqueue("index_anew", {"after": "", "turn": "test"}, key="test")
    work_until_idle()
    assert [find(words).codes for words, _ in WORDS] == before
