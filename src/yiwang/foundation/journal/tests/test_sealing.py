"""The sequencer: every entry once in the tree, every head signed, every leaf provable."""

import base64
import random
from importlib import import_module
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.apps import apps

from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal import merkle, queries
from yiwang.foundation.journal.models import Checkpoint, Cursor, Entry, Frontier, Leaf, Node
from yiwang.foundation.journal.recording import record
from yiwang.foundation.journal.sealing import head_text, seal_journal
from yiwang.foundation.journal.tests.facts import DoorOpened

build = import_module("yiwang.foundation.journal.migrations.0003_nodes_of_the_tree_so_far").build


def write(count):
    return [record(DoorOpened(UUID(int=1), n), by=SYSTEM) for n in range(count)]


@pytest.fixture
def numbers(db):
    return write(11)


def hashes():
    return [bytes(h) for h in Leaf.objects.order_by("index").values_list("hash", flat=True)]


def test_each_entry_stands_once_in_the_tree_in_the_order_of_its_number(numbers):
    assert [seal_journal(limit=4) for _ in range(4)] == [4, 4, 3, 0]
    assert list(Leaf.objects.order_by("index").values_list("index", "entry_id")) == list(enumerate(numbers))
    assert hashes() == [
        merkle.leaf_hash(bytes(d)) for d in Entry.objects.order_by("id").values_list("digest", flat=True)
    ]
    assert [bytes(c.root) for c in Checkpoint.objects.order_by("size")] == [
        merkle.root(hashes()[:n]) for n in (4, 8, 11)
    ]


def test_a_head_is_signed_with_the_key_that_it_names(numbers):
    seal_journal()
    head = queries.latest_checkpoint()
    assert head is not None
    kind, _, key = head.key_id.partition(":")
    assert kind == "ed25519"
    text = f"yiwang journal\n11\n{base64.b64encode(bytes(head.root)).decode()}\n{round(head.signed_at.timestamp() * 1e6)}\n"
    signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    signer.verify(base64.b64decode(head.signature), text.encode())
    other = head_text(size=12, root=bytes(head.root), signed_at_us=round(head.signed_at.timestamp() * 1e6))
    with pytest.raises(InvalidSignature):
        signer.verify(base64.b64decode(head.signature), other)


def test_every_leaf_can_be_proved_against_the_newest_head(numbers):
    seal_journal(limit=5)
    seal_journal()
    for number in numbers:
        proof = queries.proof_of(queries.leaf_of(number))
        root = bytes(proof.checkpoint.root)
        assert merkle.verify_inclusion(proof.leaf, proof.index, proof.checkpoint.size, proof.path, root)
        assert not merkle.verify_inclusion(b"\0" * 32, proof.index, proof.checkpoint.size, proof.path, root)


def test_a_proof_reads_two_statements_and_some_dozen_hashes_however_long_the_journal(db, django_assert_num_queries):
    for _ in range(3):
        write(180)
        seal_journal(limit=180)
    assert Node.objects.filter(level=4).count() == 540 // 16
    assert Node.objects.filter(level=8).count() == 2
    for index in (0, 15, 16, 255, 256, 511, 512, 527, 528, 539):
        with django_assert_num_queries(3):  # the head, leaves, nodes
            proof = queries.proof_of(index)
        assert proof is not None
        assert proof.path == merkle.inclusion_path(index, hashes())


@pytest.mark.parametrize("size", [10_000_000, 2**24 - 1, 2**24, 2**24 + 1, 16**5])
def test_a_tree_of_millions_is_proved_from_some_hundred_hashes(size):
    """At each level beside the path there is one root, read as 1, 2, 4 or 8 of those kept: 15 for each factor of sixteen.

    The right edge is the only part that is not whole: one subtree for each bit of the size, read the same way.
    """
    factors = -(-(size - 1).bit_length() // merkle.STRIDE)
    edge = sum(1 << bit % merkle.STRIDE for bit in range(size.bit_length()) if size >> bit & 1)
    dice = random.Random(6962)
    indices = [0, 1, size // 2, size - 2, size - 1, *(dice.randrange(size) for _ in range(300))]
    read = [
        sum(len(merkle.kept_below(part)[1]) for low, high in merkle.inclusion_ranges(index, size)
            for part in merkle.whole_parts(low, high))
        for index in indices
    ]  # fmt: skip
    assert max(read) <= 15 * factors + edge <= 30 * factors + 1
    if size == 10_000_000:
        assert max(read) == read[0] == 114
        assert 15 * factors + edge == 130


def test_nodes_are_made_anew_from_the_leaves_of_an_older_store(db):
    write(300)
    seal_journal()
    kept = list(Node.objects.order_by("level", "index").values_list("level", "index", "hash"))
    Node.objects.filter(level=4).delete()
    build(apps, None)
    assert list(Node.objects.order_by("level", "index").values_list("level", "index", "hash")) == kept


def test_a_later_head_grows_out_of_an_earlier_one(numbers):
    seal_journal(limit=6)
    seal_journal()
    old, new = Checkpoint.objects.order_by("size")
    path = merkle.consistency_path(old.size, hashes())
    assert merkle.verify_consistency(old.size, new.size, bytes(old.root), bytes(new.root), path)


def test_what_is_not_sealed_yet_has_no_leaf_and_no_proof(numbers):
    assert queries.latest_checkpoint() is None
    assert queries.leaf_of(numbers[0]) is None
    assert queries.proof_of(0) is None
    seal_journal()
    assert queries.proof_of(11) is None
    assert queries.proof_of(-1) is None


def test_a_sequencer_that_dies_before_it_signs_has_done_nothing(numbers, monkeypatch):
    with monkeypatch.context() as now_and_here:
        now_and_here.setattr("yiwang.foundation.keys.sign_checkpoint", lambda text: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal_journal()
    assert (Leaf.objects.count(), Checkpoint.objects.count(), Frontier.objects.count()) == (0, 0, 0)
    assert Cursor.objects.count() == 0
    assert seal_journal() == 11


def test_two_sequencers_at_once_seal_each_entry_once(at_once):
    numbers = write(30)
    assert sum(at_once(lambda _: sum(seal_journal(limit=4) for _ in range(10)), 3)) == 30
    assert list(Leaf.objects.order_by("index").values_list("index", "entry_id")) == list(enumerate(numbers))
    assert bytes(Checkpoint.objects.order_by("-size")[0].root) == merkle.root(hashes())
