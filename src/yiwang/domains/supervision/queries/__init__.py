"""Read cards, rules, what is due, and the public figures."""

from yiwang.domains.supervision.queries.cards import (
    PARTS,
    Course,
    Step,
    card_of,
    cards,
    cards_of_case,
    course_of,
    history_of,
    may_be_closed,
    open_cards,
    supervised_offices,
)
from yiwang.domains.supervision.queries.due import (
    cards_to_escalate,
    cases_to_look_at,
    dues_of,
    running_clock,
)
from yiwang.domains.supervision.queries.figures import (
    MOST_LATE,
    LateNow,
    OfficeFigures,
    figures_in_total,
    figures_of_office,
    late_now,
    offices_with_figures,
    years_with_figures,
)
from yiwang.domains.supervision.queries.rules import all_rules, rule_of, rules_in_force, versions_of

__all__ = [
    "MOST_LATE",
    "PARTS",
    "Course",
    "LateNow",
    "OfficeFigures",
    "Step",
    "all_rules",
    "card_of",
    "cards",
    "cards_of_case",
    "cards_to_escalate",
    "cases_to_look_at",
    "course_of",
    "dues_of",
    "figures_in_total",
    "figures_of_office",
    "history_of",
    "late_now",
    "may_be_closed",
    "offices_with_figures",
    "open_cards",
    "rule_of",
    "rules_in_force",
    "running_clock",
    "supervised_offices",
    "versions_of",
    "years_with_figures",
]
