"""Every change of a card, a rule or a figure, one function for each verb."""

from yiwang.domains.supervision.actions.answering import annotate_card, assign_card, close_card, explain_card
from yiwang.domains.supervision.actions.figures import count_step
from yiwang.domains.supervision.actions.raising import escalate_card, look_at_case, look_soon, raise_for_fact
from yiwang.domains.supervision.actions.rules import change_card_rule

__all__ = [
    "annotate_card",
    "assign_card",
    "change_card_rule",
    "close_card",
    "count_step",
    "escalate_card",
    "explain_card",
    "look_at_case",
    "look_soon",
    "raise_for_fact",
]
