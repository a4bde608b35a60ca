"""The sequencer: every entry once in the tree, every head signed, every leaf provable."""

import base64
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal import merkle, queries
from yiwang.foundation.journal.models import Checkpoint, Cursor, Entry, Frontier, Leaf
from yiwang.foundation.journal.recording import record
from yiwang.foundation.journal.sealing import head_text, seal_journal
from yiwang.foundation.journal.tests.facts import DoorOpened


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
