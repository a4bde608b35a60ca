"""Every change of a draft or a case, one function for each verb."""

from yiwang.domains.cases.actions.acceptance import accept_case, deem_accepted
from yiwang.domains.cases.actions.asking import correct_at_once, request_correction, request_more
from yiwang.domains.cases.actions.automatic import grant_by_rule, leave_to_person, put_to_rule
from yiwang.domains.cases.actions.counter import Signing, submit_at_window
from yiwang.domains.cases.actions.drafting import (
    discard_draft,
    forget_held_answers,
    hold_answers,
    move_draft,
    save_answers,
    start_draft,
)
from yiwang.domains.cases.actions.ending import lapse_case, terminate_case, void_case
from yiwang.domains.cases.actions.extending import ask_for_hearing, extend_case, hear_interested, tell_interested
from yiwang.domains.cases.actions.fees import charge_fees, drop_fees
from yiwang.domains.cases.actions.handing_over import await_applicant, go_on
from yiwang.domains.cases.actions.joint_review import (
    arrange_visit,
    ask_waiting_offices,
    give_joint_opinion,
    record_visit,
)
from yiwang.domains.cases.actions.outcome import close_case, decide_case, grant_at_once, grant_by_silence
from yiwang.domains.cases.actions.proactive import (
    confirm_offer,
    find_entitled,
    remind_of_renewal,
    search_for_entitled,
)
from yiwang.domains.cases.actions.promises import accept_deferred, accept_promised, supply_deferred, verify_promise
from yiwang.domains.cases.actions.reckoning import reckon_clocks
from yiwang.domains.cases.actions.review import claim_case, hand_over_case, review_case
from yiwang.domains.cases.actions.special import close_special, open_special
from yiwang.domains.cases.actions.submission import submit_case, submit_draft
from yiwang.domains.cases.actions.supplying import supply_correction, supply_more, withdraw_case
from yiwang.domains.cases.actions.turning_away import refuse_to_accept, tell_not_needed

__all__ = [
    "Signing",
    "accept_case",
    "accept_deferred",
    "accept_promised",
    "arrange_visit",
    "ask_for_hearing",
    "ask_waiting_offices",
    "await_applicant",
    "charge_fees",
    "claim_case",
    "close_case",
    "close_special",
    "confirm_offer",
    "correct_at_once",
    "decide_case",
    "deem_accepted",
    "discard_draft",
    "drop_fees",
    "extend_case",
    "find_entitled",
    "forget_held_answers",
    "give_joint_opinion",
    "go_on",
    "grant_at_once",
    "grant_by_rule",
    "grant_by_silence",
    "hand_over_case",
    "hear_interested",
    "hold_answers",
    "lapse_case",
    "leave_to_person",
    "move_draft",
    "open_special",
    "put_to_rule",
    "reckon_clocks",
    "record_visit",
    "refuse_to_accept",
    "remind_of_renewal",
    "request_correction",
    "request_more",
    "review_case",
    "save_answers",
    "search_for_entitled",
    "start_draft",
    "submit_at_window",
    "submit_case",
    "submit_draft",
    "supply_correction",
    "supply_deferred",
    "supply_more",
    "tell_interested",
    "tell_not_needed",
    "terminate_case",
    "verify_promise",
    "void_case",
    "withdraw_case",
]
