from concurrent.futures import ThreadPoolExecutor

import pytest

from yiwang.foundation.ids import UuidMaker, made_at, uuid7


def test_version_variant_and_time_are_in_the_identifier():
    identifier = UuidMaker(lambda: 1_700_000_000_123)()
    assert identifier.version == 7
    assert identifier.variant == "specified in RFC 4122"
    assert made_at(identifier) == 1_700_000_000_123


def test_order_holds_within_a_millisecond_and_when_the_clock_steps_back():
    times = iter([5, 5, 5, 3, 1, 6, 6])
    maker = UuidMaker(lambda: next(times))
    made = [maker() for _ in range(7)]
    assert made == sorted(set(made))
    assert [made_at(one) for one in made] == [5, 5, 5, 5, 5, 6, 6]


def test_a_full_tail_moves_to_the_next_millisecond():
    maker = UuidMaker(lambda: 9)
    first = maker()
    maker._tail = (1 << 74) - 1
    second = maker()
    assert first < second
    assert made_at(second) == 10


def test_threads_never_get_the_same_identifier():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: uuid7(), range(20_000)))
    assert len(set(made)) == 20_000


def test_one_thread_gets_them_in_order():
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(made)


def test_time_of_another_version_is_refused():
    from uuid import uuid4

    with pytest.raises(ValueError, match="version 7"):
        made_at(uuid4())
