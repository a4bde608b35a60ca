"""Numbers: gaps are allowed, doubles never."""

from itertools import pairwise

import pytest
from django.db import transaction

from yiwang.foundation.numbers.guessing import SIGNS, unguessable
from yiwang.foundation.numbers.models import Series
from yiwang.foundation.numbers.serials import LAST_SERIAL, serial_text
from yiwang.foundation.numbers.taking import BLOCK, forget_blocks, take


@pytest.mark.django_db(transaction=True)
def test_a_series_begins_with_one_and_touches_the_database_once_a_block(django_assert_num_queries):
    assert take("a") == 1
    for low in (2, BLOCK + 2, 2 * BLOCK + 2):
        with django_assert_num_queries(0):
            assert [take("a") for _ in range(BLOCK - 1)] == list(range(low, low + BLOCK - 1))
        assert take("a") == low + BLOCK - 1
    assert take("b") == 1
    assert Series.objects.get(pk="a").next_free == 4 * BLOCK + 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_gives_no_number_twice():
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = take("a")
        raise RuntimeError
    assert lost == 1
    found = [take("a") for _ in range(2 * BLOCK - 5)]
    assert len(set(found)) == 2 * BLOCK - 5
    with pytest.raises(RuntimeError), transaction.atomic():
        from_memory = take("a")
        raise RuntimeError
    assert from_memory not in found
    assert take("a") != from_memory


@pytest.mark.django_db(transaction=True)
def test_within_one_change_numbers_are_never_taken_from_a_block_that_may_vanish():
    with transaction.atomic():
        inside = [take("a") for _ in range(3)]
    assert len(set(inside)) == 3
    rest = [take("a") for _ in range(3 * BLOCK)]
    assert not set(inside) & set(rest)
    assert len(set(rest)) == len(rest)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_leaves_a_gap():
    assert take("a") == 1
    forget_blocks()
    assert take("a") == BLOCK + 1


@pytest.mark.parametrize("block", [1, BLOCK])
def test_many_at_once_get_numbers_of_their_own(at_once, block):
    found = at_once(lambda _: [take("a", block=block) for _ in range(40)], 6)
    numbers = [n for taken in found for n in taken]
    assert len(set(numbers)) == 240
    assert all(low < high for taken in found if block == 1 for low, high in pairwise(taken))


def test_serials_go_on_with_letters_and_stay_in_order():
    texts = [serial_text(n) for n in (1, 9999, 10_000, 10_033, 10_034, LAST_SERIAL)]
    assert texts == ["0001", "9999", "A000", "A00Z", "A010", "ZZZZ"]
    assert texts == sorted(texts)


def test_codes_are_long_enough_not_to_be_guessed_and_easy_to_read_aloud():
    codes = {unguessable() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert {len(code) for code in codes} == {12}
    assert set("".join(codes)) == set(SIGNS)
    assert not set("01IO") & set(SIGNS)
