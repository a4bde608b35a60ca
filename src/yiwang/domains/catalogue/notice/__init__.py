"""顾客须知: the six answers that a guide opens with, worked out from what one version says. Nothing here knows Django.

Always six, always in this order: can I, what do I need, how long, how much, how many trips, what we fetch.
What the source does not state reads 未公布; nothing is guessed.
"""

from yiwang.domains.catalogue.notice.answers import Answer, customer_notice
from yiwang.domains.catalogue.notice.facts import Fact, short_facts
from yiwang.domains.catalogue.notice.materials import fetched_for_applicant, prepared_by_applicant, types_fetched
from yiwang.domains.catalogue.notice.wording import UNSAID, limit_words, money_words

__all__ = [
    "UNSAID",
    "Answer",
    "Fact",
    "customer_notice",
    "fetched_for_applicant",
    "limit_words",
    "money_words",
    "prepared_by_applicant",
    "short_facts",
    "types_fetched",
]
