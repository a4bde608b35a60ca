"""The order of results, and the reasons for it."""

import sqlite3

import pytest

from yiwang.domains.search.index import (
    FIELDS,
    Candidate,
    Weights,
    document_terms,
    fts_query,
    query_terms,
    rank,
    read_question,
)

NAMES = (
    "居民身份证办理（包括临时）", "居民身份证办理进度查询", "户口迁移审批", "户口登记", "户口注销", "中国内地公民婚姻登记", "补领结婚证",
    "社会保障卡申领", "社会保障卡挂失", "社会保障卡注销", "机动车注册登记", "城乡居民参保登记", "普通护照签发",
    "食品经营许可核发", "食品经营许可注销", "食品经营许可变更住所", "公共租赁住房申请资格审核认定", "企业职工基本养老保险正常退休申请",
    "占用、挖掘城市道路审批", "取水许可证新办审批",
)  # fmt: skip
ITEMS = [Candidate(id=str(n), code=f"A-{n:04}-1-B", name=name) for n, name in enumerate(NAMES)]


def names(query: str, items: list[Candidate] = ITEMS) -> list[str]:
    return [row.candidate.name for row in rank(query, items, weights=Weights(NAMES)).rows]


def test_peoples_words_find_official_titles():
    for query, name in (
        ("办结婚证", "中国内地公民婚姻登记"),
        ("户口怎么迁到城里", "户口迁移审批"),
        ("新车上牌", "机动车注册登记"),
        ("开饭店要什么证", "食品经营许可核发"),
        ("廉租房", "公共租赁住房申请资格审核认定"),
        ("身份证过期了怎么换", "居民身份证办理（包括临时）"),
        ("婴儿医保", "城乡居民参保登记"),
        ("办退休", "企业职工基本养老保险正常退休申请"),
    ):
        assert names(query)[0] == name, query


def test_the_kind_of_business_that_was_asked_for_comes_first():
    assert names("食品经营许可")[0] == "食品经营许可核发"
    assert names("食品经营许可证不干了要注销")[0] == "食品经营许可注销"
    assert names("身份证办理进度查询")[0] == "居民身份证办理进度查询"


def test_an_equal_code_or_title_comes_first():
    assert names("a-0007-1-b")[0] == NAMES[7]
    assert names("户口登记")[0] == "户口登记"
    result = rank("A-0007-1-B", ITEMS)
    assert result.confident and result.rows[0].reasons == ("code",)


def test_a_base_code_finds_the_items_that_contain_it():
    items = [Candidate(id="1", code="11440100007483172Q3440106043001", name="甲"), *ITEMS]
    assert rank("440106043001", items).rows[0].candidate.id == "1"


def test_what_no_item_answers_is_not_confident():
    for query in ("地铁三号线什么时候开通", "住房公积金提取", "楚雅路过江隧道", ""):
        assert not rank(query, ITEMS, weights=Weights(NAMES)).confident, query
    assert rank("社保卡丢了", ITEMS, weights=Weights(NAMES)).confident


def test_situations_of_a_group_stand_under_their_best():
    items = [
        Candidate(id=str(n), code=f"{n}", name=f"食品经营许可{kind}", group="食品")
        for n, kind in enumerate(("变更", "核发", "注销"))
    ]
    (row,) = rank("食品经营许可证核发", items).rows
    assert row.candidate.name == "食品经营许可核发" and len(row.others) == 2


def test_an_alias_of_the_item_counts_and_is_named_as_the_reason():
    item = Candidate(id="x", code="x", name="某某备案", aliases=("遛娃证",))
    result = rank("遛娃证", [*ITEMS, item])
    assert result.rows[0].candidate is item and result.rows[0].reasons == ("alias:遛娃证",)


LICENCE = Candidate(
    id="x", code="x", name="食品经营许可（新办）", aliases=("开饭店", "开餐馆要什么证", "食品证", "food licence")
)


@pytest.mark.parametrize(
    "query",
    [
        "开饭店",
        "我想开饭店",
        "请问开饭店怎么办理？",
        "开餐馆要什么证",
        "想问一下开餐馆要什么证呢",
        "食品证",
        "how to get a food licence",
    ],
)
def test_an_alias_that_was_said_comes_before_what_the_words_stand_for(query: str):
    result = rank(query, [*ITEMS, LICENCE], weights=Weights(NAMES))
    assert result.rows[0].candidate is LICENCE and result.confident, query


def test_an_alias_is_not_enough_where_more_or_another_business_was_asked_for():
    for query in ("注销食品证", "食品经营许可证和食品证都丢了要注销怎么弄"):
        assert names(query, [*ITEMS, LICENCE])[0] == "食品经营许可注销", query
    assert names("食品经营许可核发", [*ITEMS, LICENCE])[0] == "食品经营许可核发", (
        "an equal title comes before any alias"
    )


def test_the_longest_alias_that_was_said_wins():
    dog = Candidate(id="d", code="d", name="犬只登记", aliases=("给狗上户口",))
    child = Candidate(id="c", code="c", name="出生登记", aliases=("上户口",))
    assert names("给狗上户口", [child, dog, *ITEMS])[0] == "犬只登记"
    assert names("我想给狗上户口吗", [child, dog, *ITEMS])[0] == "犬只登记"
    assert names("上户口怎么办", [child, dog, *ITEMS])[0] == "出生登记"


def test_the_office_alone_counts_for_little():
    items = [Candidate(id="1", code="1", name="会议室预约", office="民政局婚姻登记处"), *ITEMS]
    assert names("婚姻登记", items)[0] == "中国内地公民婚姻登记"


def test_the_order_does_not_depend_on_the_order_of_the_candidates():
    for query in ("身份证", "户口", "社保卡", "登记"):
        assert names(query) == names(query, list(reversed(ITEMS))), query


def test_limit_counts_groups():
    assert len(rank("登记", ITEMS, limit=2).rows) == 2


def test_the_terms_of_documents_and_queries_meet_in_fts5():
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE items USING fts5({', '.join(FIELDS)})")
    for number, item in enumerate(ITEMS):
        terms = document_terms(name=item.name, aliases=["头像"] if number == 3 else [], office="某局")
        db.execute("INSERT INTO items(rowid, title, aliases, base, office, body) VALUES (?,?,?,?,?,?)",
                   [number, *(" ".join(terms[field]) for field in FIELDS)])  # fmt: skip
    for query, number in (("办结婚证", 5), ("头像", 3), ("上牌", 10), ("税", None), ("取", 19)):
        expression = fts_query(query_terms(read_question(query)))
        found = [row for (row,) in db.execute("SELECT rowid FROM items WHERE items MATCH ?", [expression])]
        assert (number in found) if number is not None else not found, query
