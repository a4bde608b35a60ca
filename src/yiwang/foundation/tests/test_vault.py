import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation import vault

OLD, NEW, INDEX = os.urandom(32), os.urandom(32), os.urandom(32)
PLACE = "identity_person:42:id_number"


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setattr(vault, "_vault", vault.Vault({1: OLD}, INDEX))


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_what_is_sealed_opens_at_its_place(plain, place):
    ring = vault.Vault({1: OLD, 2: NEW}, INDEX)
    blob = ring.seal(plain, place)
    assert ring.open_sealed(blob, place) == plain
    assert len(blob) == len(plain) + vault.OVERHEAD
    assert len(plain) < 8 or plain not in blob


def test_text_comes_back_as_typed():
    assert vault.open_text(vault.seal("王𬉼", PLACE), PLACE) == "王𬉼"


def test_two_seals_of_one_value_differ():
    assert vault.seal("x", PLACE) != vault.seal("x", PLACE)


def test_a_value_moved_to_another_row_does_not_open():
    with pytest.raises(vault.Altered, match="another place"):
        vault.open_sealed(vault.seal("x", PLACE), "identity_person:43:id_number")


@given(st.integers(1, 40), st.integers(1, 255))
def test_any_changed_byte_is_noticed(at, change):
    ring = vault.Vault({1: OLD}, INDEX)
    blob = bytearray(ring.seal("0123456789abc", PLACE))
    blob[at] ^= change
    with pytest.raises(vault.Altered):
        ring.open_sealed(bytes(blob), PLACE)


def test_old_key_opens_new_key_seals():
    old = vault.seal("x", PLACE)
    vault.configure({1: OLD, 2: NEW}, INDEX)
    new = vault.seal("x", PLACE)
    assert (old[0], new[0]) == (1, 2)
    assert vault.open_sealed(old, PLACE) == vault.open_sealed(new, PLACE) == b"x"
    assert vault.needs_resealing(old) and not vault.needs_resealing(new)
    vault.configure({2: NEW}, INDEX)
    with pytest.raises(vault.UnknownKey, match="version 1"):
        vault.open_sealed(old, PLACE)


def test_blind_index_is_stable_and_kept_apart_by_domain():
    one = vault.blind_index("11010519491231002X", "id_number")
    assert len(one) == 16
    assert one == vault.blind_index(" １１010519491231002x ", "id_number")
    assert one != vault.blind_index("11010519491231002X", "phone")
    vault.configure({2: NEW}, INDEX)
    assert one == vault.blind_index("11010519491231002X", "id_number")
    assert vault.blind_index("bc", "a") != vault.blind_index("c", "ab")


@pytest.mark.parametrize(
    ("keys", "index", "message"),
    [
        ({}, INDEX, "at least one"),
        ({0: OLD}, INDEX, "between 1 and 255"),
        ({256: OLD}, INDEX, "between 1 and 255"),
        ({1: b"short"}, INDEX, "5 bytes"),
        ({1: OLD}, b"", "index key has 0"),
        ({1: OLD}, OLD, "must not be"),
    ],
)
def test_bad_keys_are_refused_plainly(keys, index, message):
    with pytest.raises(vault.NotConfigured, match=message):
        vault.configure(keys, index)


def test_without_keys_nothing_is_sealed(monkeypatch):
    monkeypatch.setattr(vault, "_vault", None)
    with pytest.raises(vault.NotConfigured, match="not called"):
        vault.seal("x", PLACE)


def test_a_place_is_needed_and_a_stub_is_refused():
    with pytest.raises(ValueError, match="place"):
        vault.seal("x", "")
    with pytest.raises(vault.Altered, match="too short"):
        vault.open_sealed(b"\x01abc", PLACE)
    with pytest.raises(ValueError, match="domain"):
        vault.blind_index("x", "")
