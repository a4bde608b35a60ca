"""The table of a delivery, and what counts as delivered in law."""

import pytest

from yiwang.domains.deliveries.procedure import EVENTS, FINAL, LIVE, SIGNERS, STATES, counts_as_delivered, follow


def test_nothing_leads_out_of_the_end_and_every_arrow_ends_in_a_known_state() -> None:
    for kind, (sources, target) in EVENTS.items():
        assert target in STATES, kind
        assert sources <= LIVE, kind
        assert not sources & {"chosen"}, "what was only chosen is with no courier"
    assert {follow(end, kind, signer="self", has_locker=True) for end in FINAL for kind in EVENTS} == {None}


def test_every_state_under_way_can_reach_an_end() -> None:
    for state in LIVE - {"chosen"}:
        assert follow(state, "returned") == "returned"


@pytest.mark.parametrize(
    ("signer", "to_person", "to_body"),
    [
        ("self", True, True),
        ("household", True, False),
        ("agent", True, True),
        ("mailroom", False, True),
        ("code", True, True),
        ("", False, False),
        ("neighbour", False, False),
    ],
)
def test_a_parcel_is_delivered_only_where_somebody_signed_who_may(signer: str, to_person: bool, to_body: bool) -> None:
    """民事诉讼法 art. 88: the addressee, an adult of the household, or who was named; for a body who receives its mail."""
    assert counts_as_delivered(signer, to_body=False) is to_person
    assert counts_as_delivered(signer, to_body=True) is to_body
    assert follow("out_for_delivery", "delivered", signer=signer) == ("delivered" if to_person else "failed")


def test_a_parcel_lies_in_a_locker_only_where_the_person_asked_for_one() -> None:
    assert follow("in_transit", "stored", has_locker=True) == "ready"
    assert follow("in_transit", "stored") == "failed"


def test_every_signer_that_counts_has_words() -> None:
    assert all(zh and en for zh, en in SIGNERS.values())
