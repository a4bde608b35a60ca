import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.numbers.serials import LAST_SERIAL, serial_number, serial_text

NUMBERS = st.integers(1, LAST_SERIAL)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "0001"), (42, "0042"), (9999, "9999"), (10_000, "A000"), (10_010, "A00A"), (10_034, "A010"),
     (49_304, "B000"), (LAST_SERIAL, "ZZZZ")],
)  # fmt: skip
def test_known_texts(number, text):
    assert serial_text(number) == text
    assert serial_number(text) == number


@given(NUMBERS)
def test_each_number_has_one_text_and_back(number):
    text = serial_text(number)
    assert len(text) == 4
    assert serial_number(text) == number
    assert not set(text) & set("IO")


@given(NUMBERS, NUMBERS)
def test_texts_sort_as_numbers_do(one, other):
    assert (serial_text(one) < serial_text(other)) == (one < other)


def test_there_is_room():
    assert LAST_SERIAL >= 300_000


@pytest.mark.parametrize("number", [0, -1, LAST_SERIAL + 1])
def test_numbers_without_a_text_are_refused(number):
    with pytest.raises(ValueError, match="four places"):
        serial_text(number)


@pytest.mark.parametrize("text", ["0000", "1A00", "AI00", "a000", "A00", "A0000", "", "１２３４", "00 1"])
def test_texts_without_a_number_are_refused(text):
    with pytest.raises(ValueError, match="four places"):
        serial_number(text)
