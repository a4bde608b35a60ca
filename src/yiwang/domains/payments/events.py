"""What others may hear of payments: ids and reference codes only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ChargeRaised:
    """Somebody has to pay for what a reference code stands for."""

    reference: str
    charge_id: UUID
    payable_fen: int


@dataclass(frozen=True)
class ChargeReduced:
    """A charge was made smaller, on a named basis."""

    reference: str
    charge_id: UUID
    reduction_fen: int


@dataclass(frozen=True)
class ChargePaid:
    """A charge is settled: paid in full, or nothing is left to pay. What waited for it may go on."""

    reference: str
    charge_id: UUID


@dataclass(frozen=True)
class ChargeCancelled:
    """Nothing has to be paid any more; nothing had been paid."""

    reference: str
    charge_id: UUID


@dataclass(frozen=True)
class ChargeRefunded:
    """The provider has given money back."""

    reference: str
    charge_id: UUID
    amount_fen: int


@dataclass(frozen=True)
class PaymentOpened:
    """Somebody goes to the provider to pay a charge."""

    charge_id: UUID
    payment_id: UUID


@dataclass(frozen=True)
class SurplusReceived:
    """Money came that nobody owes (paid twice, too late, after a reduction): all of it goes back."""

    charge_id: UUID
    payment_id: UUID
    amount_fen: int


@dataclass(frozen=True)
class RefundRequested:
    """The provider is asked to give money back."""

    charge_id: UUID
    refund_id: UUID
    amount_fen: int


@dataclass(frozen=True)
class TradeNewsRefused:
    """The provider said something that cannot be right; it changed nothing, and an operator looks at it."""

    call_back_id: UUID
    why: str


@dataclass(frozen=True)
class TradeNewsLookedInto:
    """An operator wrote down what was behind a message of the provider that was refused."""

    call_back_id: UUID
    why: str
