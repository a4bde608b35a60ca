"""A query is read: people's words, codes, places, and what is only asking."""

import pytest

from yiwang.domains.search.index import (
    Entry,
    Vocabulary,
    default_vocabulary,
    fts_query,
    literal_terms,
    query_terms,
    read_entries,
    read_question,
    suggestions,
    tsquery,
)


def words(query: str, **kwargs) -> list[str]:
    return [concept.word for concept in read_question(query, **kwargs).concepts]


def test_the_longest_word_of_the_vocabulary_wins_and_keeps_its_meanings_in_order():
    vocabulary = Vocabulary([Entry(("社保",), ("社会保险",)), Entry(("社保卡",), ("社会保障卡", "市民卡"))])
    question = read_question("我的社保卡", vocabulary=vocabulary)
    assert [(c.word, c.means) for c in question.concepts] == [("社保卡", ("社会保障卡", "市民卡"))]


def test_a_word_in_two_parts_is_heard_across_what_stands_between():
    vocabulary = Vocabulary([Entry(("户口~迁",), ("户口迁移",)), Entry(("户口",), ("户籍",))])
    found, rest = vocabulary.find("户口还能迁回吗")
    assert [f.means for f in found] == [("户口迁移",)] and "户口" not in rest and "迁" not in rest
    assert not [f for f in vocabulary.find("户口登记以后过了很久很久才想起来要迁")[0] if "~" in f.word]


@pytest.mark.parametrize(
    "query", ["请问居住证怎么办理？", "咨询A市居住证的问题", "K9县 居住证 需要什么材料", "居住证", "ｋ９县居住证"]
)
def test_asking_and_places_are_left_out(query: str):
    assert words(query) == ["居住证"]


def test_names_of_divisions_say_where_and_not_what():
    assert words("杭州市西湖区落户", places={"杭州市", "西湖区"}) == ["落户"]


def test_codes_are_found_as_they_are_written():
    code = "511A0138600000-511602000000-000-115113016823646795-1-00"
    assert read_question(code).codes == (code.lower(),)
    assert read_question("11440100007483172Q344010602900503 在哪办").codes == ("11440100007483172q344010602900503",)
    assert read_question("2012年生的小孩").codes == ()


@pytest.mark.parametrize(
    "query", ["", "   ", "？？", "🙂", "的", "1", "\x00", '" OR *', "'); DROP TABLE x;--", "长" * 10_000]
)
def test_no_query_breaks_the_index(query: str):
    question = read_question(query)
    terms = query_terms(question)
    assert len(terms) <= 48
    for expression in (fts_query(terms), tsquery(terms)):
        assert "\x00" not in expression and "--" not in expression


def test_what_was_typed_is_looked_up_by_itself_too():
    question = read_question("请问开饭店怎么办理")
    assert question.asked == "开饭店"
    assert {"开饭", "饭店"} <= set(literal_terms(question)) and "许可" not in literal_terms(question)
    assert tsquery(["饭店", "税"], "A") == "'饭店':A | '税':*A"
    assert literal_terms(read_question("怎么办理"))


def test_a_query_of_nothing_but_asking_is_looked_up_as_it_is():
    assert words("怎么办理")


def test_single_characters_are_beginnings():
    terms = query_terms(read_question("税"))
    assert fts_query(terms) == '"税"*' and tsquery(terms) == "'税':*"


def test_a_slip_has_a_suggestion():
    assert "结婚证" in suggestions("结昏证怎么办")
    assert suggestions("") == []


def test_the_vocabulary_that_ships():
    entries = read_entries()
    assert len(entries) >= 150 and len(default_vocabulary()) > 1000
    for entry in entries:
        assert entry.say and entry.mean and 0 < entry.weight <= 1, entry
        assert all(len(word) > 1 and word.count("~") <= 1 for word in (*entry.say, *entry.mean)), entry
