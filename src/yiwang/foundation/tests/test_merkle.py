import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.journal import merkle

LEAVES = st.integers(1, 70).map(lambda size: [merkle.leaf_hash(b"%d" % at) for at in range(size)])


def by_definition(leaves):
    """The root as RFC 6962 section 2.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def test_known_roots():
    """The inputs and roots that certificate transparency logs are tested with."""
    data = [bytes.fromhex(h) for h in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )]  # fmt: skip
    leaves = [merkle.leaf_hash(one) for one in data]
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert merkle.root(leaves[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(LEAVES)
def test_the_root_is_the_one_defined(leaves):
    assert merkle.root(leaves) == by_definition(leaves)


@given(LEAVES)
def test_the_edge_has_the_same_root_after_every_append_and_after_a_rest(leaves):
    edge = merkle.Frontier()
    assert edge.root() == merkle.EMPTY_ROOT
    for at, leaf in enumerate(leaves, 1):
        edge = merkle.Frontier.from_state(edge.size, json.loads(json.dumps(edge.state())))
        edge.append(leaf)
        assert (edge.size, edge.root()) == (at, merkle.root(leaves[:at]))
        assert len(edge.state()) <= at.bit_length()


@given(LEAVES, st.data())
def test_each_leaf_is_proved_where_it_stands_and_nowhere_else(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    size, root = len(leaves), merkle.root(leaves)
    path = merkle.inclusion_path(index, leaves)
    assert merkle.verify_inclusion(leaves[index], index, size, path, root)
    assert len(path) <= (size - 1).bit_length()
    other = data.draw(st.integers(-2, size + 2).filter(lambda at: at != index))
    assert not merkle.verify_inclusion(leaves[index], other, size, path, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"x"), index, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*path, root], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, path, merkle.leaf_hash(b"x"))
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:at], merkle.leaf_hash(path[at]), *path[at + 1 :]]
        assert not merkle.verify_inclusion(leaves[index], index, size, changed, root)
        assert not merkle.verify_inclusion(leaves[index], index, size, path[1:], root)


@given(LEAVES, st.data())
def test_growth_is_proved_and_a_changed_past_is_not(leaves, data):
    old_size, size = data.draw(st.integers(0, len(leaves))), len(leaves)
    old, new = merkle.root(leaves[:old_size]), merkle.root(leaves)
    path = merkle.consistency_path(old_size, leaves)
    assert merkle.verify_consistency(old_size, size, old, new, path)
    assert not merkle.verify_consistency(old_size, size, merkle.leaf_hash(b"x"), new, path)
    assert not merkle.verify_consistency(old_size, size, old, new, [*path, new])
    if old_size:
        assert not merkle.verify_consistency(old_size, size, old, merkle.leaf_hash(b"x"), path)
        forged = list(leaves)
        forged[data.draw(st.integers(0, old_size - 1))] = merkle.leaf_hash(b"x")
        proof = merkle.consistency_path(old_size, forged)
        assert not merkle.verify_consistency(old_size, size, old, merkle.root(forged), proof)
    if path:
        assert not merkle.verify_consistency(old_size, size, old, new, path[1:])


def test_every_pair_of_sizes():
    leaves = [merkle.leaf_hash(b"%d" % at) for at in range(33)]
    for size in range(34):
        for old in range(size + 1):
            path = merkle.consistency_path(old, leaves[:size])
            assert merkle.verify_consistency(old, size, merkle.root(leaves[:old]), merkle.root(leaves[:size]), path)


def test_what_cannot_be_is_refused():
    with pytest.raises(IndexError):
        merkle.inclusion_path(1, [merkle.leaf_hash(b"")])
    with pytest.raises(IndexError):
        merkle.consistency_path(2, [merkle.leaf_hash(b"")])
    with pytest.raises(ValueError, match="tree of 3"):
        merkle.Frontier.from_state(3, ["00" * 32])
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.Frontier().append(b"short")
    assert not merkle.verify_consistency(2, 1, b"", b"", [])
    assert not merkle.verify_inclusion(b"", 0, 2, [b"short"], b"")
