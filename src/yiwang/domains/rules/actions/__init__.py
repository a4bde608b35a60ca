"""Every change of a rule, and what came of it, one function for each verb."""

from yiwang.domains.rules.actions.deciding import check_decision, keep_verdict
from yiwang.domains.rules.actions.editing import import_rule_table, open_rule, save_rule_draft
from yiwang.domains.rules.actions.offering import answer_offer, lapse_offer, make_offer
from yiwang.domains.rules.actions.publishing import ask_for_dry_run, note_dry_run, publish_rule, stop_rule

__all__ = [
    "answer_offer",
    "ask_for_dry_run",
    "check_decision",
    "import_rule_table",
    "keep_verdict",
    "lapse_offer",
    "make_offer",
    "note_dry_run",
    "open_rule",
    "publish_rule",
    "save_rule_draft",
    "stop_rule",
]
