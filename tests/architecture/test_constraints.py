"""Rule 8: the database keeps the promise. Every constraint is tried: a sound row gets in, one that breaks it does not.

A unique constraint is tried without a word here. A check needs the values that break it, in CHECKS below; a new one
without them fails the build.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from tests.architecture.rows import FILL, NOON, row

CHECKS: dict[str, list[dict[str, Any]]] = {
    "only_a_province_has_no_parent": [{"level": 2}, {"level": 1, "parent": FILL}],
    "a_real_name_rests_on_a_checked_document": [
        {"level": 2},
        {"level": 3, "id_number_index": b"0123456789abcdef"},
        {"level": 3, "checked_at": NOON},
    ],
    "a_certificate_has_one_holder": [{"holder_person": None}, {"holder_firm": FILL}],
    "a_certificate_counts_only_once_signed": [{"state": "valid"}, {"state": "revoked"}],
    "a_case_has_an_acceptance_time_once_accepted": [{"state": "accepted"}, {"state": "suspended"}],
    "a_case_has_a_decision_time_once_decided": [{"state": "granted", "accepted_at": NOON}],
    "a_case_has_a_closing_time_once_it_is_closed": [{"is_open": False}, {"closed_at": NOON}],
    "a_joint_case_has_a_closing_time_once_it_is_closed": [{"is_open": False}, {"closed_at": NOON}],
    "a_part_is_a_case_once_it_is_handed_in": [{"state": "submitted"}, {"case_id": FILL}],
    "a_part_that_stopped_says_why": [{"state": "stopped"}, {"why": "predecessor"}],
    "a_promise_is_never_later_than_the_law": [
        {"legal_due_on": NOON.date(), "promised_due_on": NOON.date() + dt.timedelta(days=1)}
    ],
    "a_delivery_has_a_receipt_time_exactly_when_delivered": [
        {"state": "delivered", "ended_at": NOON},
        {"state": "ready", "delivered_at": NOON},
    ],
    "a_delivery_has_an_end_exactly_in_a_final_state": [{"state": "cancelled"}, {"state": "placed", "ended_at": NOON}],
    "who_has_seen_odd_news_says_what_was_found": [{"finding": "问过了"}, {"seen_at": NOON, "seen_by": FILL}],
    "who_has_seen_a_message_says_what_was_found": [{"finding": "问过了"}, {"seen_at": NOON, "seen_by": FILL}],
    "a_courier_needs_an_address": [{"way": "courier"}],
    "an_automatic_grant_names_the_version_it_rests_on": [
        {"outcome": "grant", "version": None},
        {"outcome": "grant", "version": FILL, "failure": "too_slow"},
    ],
    "a_check_of_a_decision_has_its_official": [
        {"check_verdict": "right"},
        {"check_verdict": "wrong", "checked_at": NOON},
    ],
    "an_offer_is_open_until_it_is_answered": [{"state": "confirmed"}, {"answered_at": NOON}],
    "a_hall_opens_before_it_closes": [{"opens_minute": 600, "closes_minute": 600}],
    "a_slot_lasts_minutes_not_days": [{"slot_minutes": 4}, {"slot_minutes": 241}],
    "a_service_takes_no_less_than_nobody": [{"places": -1}, {"days_ahead": -1}],
    "a_window_is_open_while_somebody_sits_there": [{"clerk": FILL}, {"opened_at": NOON}],
    "a_slot_is_never_booked_beyond_its_places": [{"places": 2, "taken": 3}, {"places": 2, "taken": -1}],
    "who_has_arrived_has_a_time_of_arrival": [{"state": "arrived"}],
    "a_number_is_called_to_a_window": [{"state": "called"}, {"state": "done", "ended_at": NOON, "window": FILL}],
    "a_number_that_is_through_has_an_end": [{"state": "left"}],
    "a_level_stands_on_what_was_seen": [{"evidence": "card"}, {"evidence": "face", "assurance": 1}],
    "who_the_register_has_not_confirmed_is_of_the_lower_level": [{"unconfirmed_since": NOON}],
    "a_promise_at_a_window_has_a_witness_and_a_signature": [{"way": "screen"}, {"way": "paper"}, {"witness": FILL}],
    "what_was_signed_for_has_its_signature": [{"proof": "signature"}],
    "an_original_was_seen_by_somebody": [{"grade": "B"}, {"grade": "A", "issuer": "演示局", "graded_at": NOON}],
    "an_original_names_who_issued_it": [{"grade": "A", "graded_by": FILL, "graded_at": NOON}],
    "a_clock_goes_on_after_it_was_stopped": [
        {"started_on": NOON.date() + dt.timedelta(days=1), "ended_on": NOON.date()}
    ],
    "a_hearing_has_a_chair_and_a_day": [{"kind": "hearing"}, {"kind": "hearing", "chair": FILL}],
    "a_verified_promise_has_a_result_and_a_time": [{"result": "true"}, {"verified_at": NOON}],
    "an_opinion_that_is_given_has_a_verdict": [{"verdict": "support"}, {"given_at": NOON}],
    "an_absence_does_not_end_before_it_begins": [
        {"from_date": NOON.date(), "until_date": NOON.date() - dt.timedelta(days=1)}
    ],
    "a_rule_has_thresholds_that_can_be_met": [
        {"share": 101},
        {"share": -1},
        {"workdays": -1},
        {"explain_workdays": 0},
    ],
    "a_yellow_or_red_card_has_to_be_explained": [
        {"state": "open"},
        {"colour": "yellow"},
        {"colour": "red", "state": "open"},
    ],
    "a_card_is_closed_with_a_finding": [
        {"finding": "fault"},
        {"closed_at": NOON},
        {"colour": "red", "state": "closed", "explain_by": NOON.date()},
    ],
    "an_explained_card_says_when_it_was": [{"colour": "red", "state": "explained", "explain_by": NOON.date()}],
    "a_material_is_a_paper_or_a_certificate": [{"paper_id": None}, {"certificate_id": uuid.UUID(int=1)}],
    "a_charge_is_what_is_left_after_reductions": [
        {"total_fen": 0, "payable_fen": 0},
        {"reduced_fen": 1},
        {"reduced_fen": 9, "payable_fen": 0},
        {"reduced_fen": -1, "payable_fen": 8},
    ],
    "a_charge_is_paid_whole_or_not_at_all": [{"state": "paid", "settled_at": NOON, "paid_fen": 6}],
    "no_more_is_given_back_than_was_paid": [
        {"refunded_fen": 1},
        {"state": "paid", "settled_at": NOON, "paid_fen": 7, "refunded_fen": 8},
    ],
    "the_state_of_a_charge_agrees_with_its_sums": [
        {"state": "paid"},
        {"paid_fen": 7},
        {"state": "waived", "settled_at": NOON},
        {"state": "cancelled", "settled_at": NOON},
    ],
    "a_line_is_never_reduced_below_nothing": [
        {"amount_fen": 0},
        {"reduction_fen": 8, "reduction_basis": "x"},
        {"reduction_fen": -1, "reduction_basis": "x"},
    ],
    "every_fee_names_its_basis": [{"basis": ""}],
    "every_reduction_names_its_basis": [{"reduction_fen": 1, "reduction_basis": ""}],
    "a_payment_is_never_given_back_beyond_its_amount": [{"amount_fen": 0}, {"refunding_fen": -1}],
    "what_is_paid_has_a_time_and_a_trade_number": [
        {"paid_at": None},
        {"state": "surplus", "trade_number": None},
        {"state": "open"},
        {"state": "closed", "paid_at": None, "trade_number": None, "refunding_fen": 1},
    ],
    "a_refund_gives_something_back": [{"amount_fen": 0}],
    "every_refund_names_its_basis": [{"basis": ""}],
    "a_refund_has_a_time_once_it_is_done": [{"state": "done"}, {"done_at": NOON}],
    "no_balance_is_ever_negative": [{"amount_fen": 0}, {"owed_fen": -1}, {"held_fen": -1}],
    "a_receipt_is_for_something": [{"amount_fen": 0}],
    "a_refused_message_says_why_it_was_refused": [{"verdict": "refused", "why": ""}],
}
"""Check → rows that it has to keep out, each as what differs from a sound row."""

OURS = [m for m in apps.get_models() if m.__module__.startswith("yiwang.") and m._meta.managed]
UNIQUES = {c.name: (m, c) for m in OURS for c in m._meta.constraints if isinstance(c, models.UniqueConstraint)}
CHECKED = {c.name: (m, c) for m in OURS for c in m._meta.constraints if isinstance(c, models.CheckConstraint)}


def leaves(condition: models.Q) -> Iterator[tuple[str, Any]]:
    """Yield the (lookup, value) pairs of a condition."""
    for child in condition.children:
        yield from leaves(child) if isinstance(child, models.Q) else [child]


def under(constraint: models.UniqueConstraint) -> dict[str, Any]:
    """Return what a row must hold to fall under a unique constraint."""
    given: dict[str, Any] = dict.fromkeys(constraint.fields, FILL)
    for lookup, value in leaves(constraint.condition or models.Q()):
        column, _, test = lookup.partition("__")
        if test == "isnull":
            given[column] = None if value else FILL
        elif not test:
            given[column] = value
    return given


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(UNIQUES))
def test_what_is_there_once_cannot_be_there_twice(name: str) -> None:
    model, constraint = UNIQUES[name]
    given = under(constraint)
    first = row(model._meta.label, **given)
    row(model._meta.label, **given)  # another one, with values of its own
    twice = {column: getattr(first, column) for column in constraint.fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        row(model._meta.label, **(given | twice))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "broken"), [(name, broken) for name in sorted(CHECKS) for broken in CHECKS[name]])
def test_what_must_hold_cannot_be_broken(name: str, broken: dict[str, Any]) -> None:
    model, _ = CHECKED[name]
    row(model._meta.label)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row(model._meta.label, **broken)


def test_every_check_is_tried() -> None:
    assert set(CHECKS) == set(CHECKED), "say in CHECKS which rows it keeps out"
