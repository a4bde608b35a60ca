"""What others may hear of supervision: ids and codes only. A card's facts stand in the history of its case."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CardRaised:
    """A rule showed a card: an early warning, a yellow or a red one."""

    card_id: UUID
    case_id: UUID
    rule_key: str
    colour: str
    office_code: str


@dataclass(frozen=True)
class CardAssigned:
    """Somebody has to explain a card."""

    card_id: UUID
    case_id: UUID
    staff_id: UUID


@dataclass(frozen=True)
class CardExplained:
    """The office said in words how it came to a card."""

    card_id: UUID
    case_id: UUID


@dataclass(frozen=True)
class CardEscalated:
    """Nobody explained a card by its date: it went up to the head of the office and to the supervisor."""

    card_id: UUID
    case_id: UUID


@dataclass(frozen=True)
class CardAnnotated:
    """A supervisor wrote something on a card."""

    card_id: UUID
    case_id: UUID


@dataclass(frozen=True)
class CardClosed:
    """A supervisor closed a card with a finding. The card stays."""

    card_id: UUID
    case_id: UUID
    finding: str


@dataclass(frozen=True)
class CardRuleChanged:
    """An administrator changed a rule; cards that were shown before keep the version that showed them."""

    rule_key: str
    version: int
