import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.text import QUERY_MAX_TOKENS, normalise, query_tokens, tokens


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  办理《食品经营许可证》，怎么办？ ", "办理 食品经营许可证 怎么办"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("Straße_ﬁ", "strasse fi"),
        ("A4-纸", "a4 纸"),
        ("。。。", ""),
    ],
)
def test_normalise(text, plain):
    assert normalise(text) == plain


def test_words_pairs_and_runs_in_order_each_once():
    found = tokens("食品经营许可证 ABC123 食品")
    assert found[-1] == "abc123"
    assert {"食品", "经营", "许可证", "品经", "营许", "许可", "可证"} <= set(found)
    assert len(found) == len(set(found))
    assert found.index("食品") < found.index("许可证") < found.index("abc123")


def test_codes_stay_whole():
    assert "11440100007483172q3440106043001" in tokens("11440100007483172Q3440106043001")


def test_a_sign_alone_is_a_word_where_it_stands_alone():
    assert tokens("税") == ["税"]
    assert "税" not in tokens("税务")


def test_rare_signs_count_as_chinese():
    assert tokens("王𬉼") == ["王𬉼"]
    assert tokens("𬉼") == ["𬉼"]


@pytest.mark.parametrize(
    ("question", "kept", "dropped"),
    [
        ("请问营业执照怎么办理？", "营业执照", "怎么"),
        ("我想开一家小吃店需要什么", "小吃店", "什么"),
        ("How do I get a business licence", "licence", "how"),
    ],
)
def test_questions_keep_what_is_asked_for(question, kept, dropped):
    found = query_tokens(question)
    assert kept in found
    assert dropped not in found


def test_a_question_of_fillers_alone_keeps_them():
    assert query_tokens("怎么办") != []
    assert query_tokens("what is it") == ["what", "is", "it"]
    assert query_tokens("？") == []


@given(st.text(max_size=300))
def test_any_text_gives_plain_words(text):
    for found in (tokens(text), query_tokens(text)):
        assert len(found) == len(set(found))
        assert all(word and normalise(word) == word and " " not in word for word in found)
    assert len(query_tokens(text)) <= QUERY_MAX_TOKENS
    assert normalise(normalise(text)) == normalise(text)
    assert tokens(normalise(text)) == tokens(text)
