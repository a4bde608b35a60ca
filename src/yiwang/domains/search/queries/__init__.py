"""Find items by one's own words."""

from yiwang.domains.search.index.wording import reason_words
from yiwang.domains.search.queries.finding import LONGEST_QUERY, Found, Group, find, ranked
from yiwang.domains.search.queries.noted import searches_without_answer
from yiwang.domains.search.queries.offices import offices_of_items, offices_to_ask
from yiwang.domains.search.queries.weighing import forget_weights
from yiwang.domains.search.queries.words import LONGEST_BEGINNING, SUGGESTED, suggest

__all__ = [
    "LONGEST_BEGINNING",
    "LONGEST_QUERY",
    "SUGGESTED",
    "Found",
    "Group",
    "find",
    "forget_weights",
    "offices_of_items",
    "offices_to_ask",
    "ranked",
    "reason_words",
    "searches_without_answer",
    "suggest",
]
