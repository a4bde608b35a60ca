"""What others may hear of rules: ids and codes only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RuleOpened:
    """Officials began a table for an item."""

    rule_id: UUID
    item_code: str


@dataclass(frozen=True)
class RuleDryRunFinished:
    """A table was tried on past cases; nothing was decided by it."""

    rule_id: UUID
    looked: int


@dataclass(frozen=True)
class RulePublished:
    """A version of a table decides from now on."""

    rule_id: UUID
    item_code: str
    number: int


@dataclass(frozen=True)
class RuleStopped:
    """A table decides nothing any more; people do."""

    rule_id: UUID
    item_code: str


@dataclass(frozen=True)
class CasePutToRule:
    """A case was put to the table of its item; `outcome` is grant, or person."""

    case_id: UUID
    version_id: UUID | None
    outcome: str


@dataclass(frozen=True)
class AutomaticDecisionChecked:
    """An official looked at an automatic decision that was drawn by lot."""

    case_id: UUID
    decision_id: UUID
    verdict: str


@dataclass(frozen=True)
class OfferMade:
    """免申即享: somebody was found to qualify, and is asked only to confirm."""

    offer_id: UUID
    item_code: str


@dataclass(frozen=True)
class OfferAnswered:
    """Whoever was found to qualify confirmed, declined, or let it pass."""

    offer_id: UUID
    item_code: str
    state: str
