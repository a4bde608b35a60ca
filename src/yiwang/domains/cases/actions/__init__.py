"""Every change of a draft or a case, one function for each verb."""

from yiwang.domains.cases.actions.acceptance import accept_case, refuse_to_accept, request_correction
from yiwang.domains.cases.actions.drafting import (
    discard_draft,
    forget_held_answers,
    hold_answers,
    move_draft,
    save_answers,
    start_draft,
)
from yiwang.domains.cases.actions.outcome import close_case, decide_case, grant_at_once, lapse_case
from yiwang.domains.cases.actions.reckoning import reckon_clock
from yiwang.domains.cases.actions.review import claim_case, hand_over_case, review_case
from yiwang.domains.cases.actions.submission import submit_case, submit_draft, supply_correction, withdraw_case

__all__ = [
    "accept_case",
    "claim_case",
    "close_case",
    "decide_case",
    "discard_draft",
    "forget_held_answers",
    "grant_at_once",
    "hand_over_case",
    "hold_answers",
    "lapse_case",
    "move_draft",
    "reckon_clock",
    "refuse_to_accept",
    "request_correction",
    "review_case",
    "save_answers",
    "start_draft",
    "submit_case",
    "submit_draft",
    "supply_correction",
    "withdraw_case",
]
