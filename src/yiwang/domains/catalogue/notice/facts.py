"""What a list of services says of each."""

import msgspec

from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.notice.wording import FREE, limit_words, money_words, visits_words


class Fact(msgspec.Struct, frozen=True):
    """One short fact for a list of services."""

    icon: str
    text: Text
    strong: bool = False


def short_facts(content: ItemContent) -> list[Fact]:
    """Return what is known of time, fee and visits, for a row in a list; what is not published is left out."""
    facts = []
    limit = content.promised_limit or content.legal_limit
    if limit:
        facts.append(Fact("clock", limit_words(limit), strong=limit.amount == 0))
    if content.is_free:
        facts.append(Fact("coin", FREE))
    elif (total := fixed_sum(content)) is not None:
        facts.append(Fact("coin", money_words(total)))
    if content.visits is not None:
        facts.append(Fact("trip", visits_words(content.visits), strong=content.visits == 0))
    return facts


def fixed_sum(content: ItemContent) -> int | None:
    """Return the sum of the fees in fen where each is a fixed one; None where one is not, or there are none."""
    sums = [fee.amount_fen for fee in content.fees if fee.amount_fen is not None and fee.when is None]
    return sum(sums) if sums and len(sums) == len(content.fees) else None
