"""What others may hear of deliveries: ids and codes only. `reference` is the number of what is delivered about."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AddressKept:
    """A person entered or changed an address in their book."""

    entry_id: UUID


@dataclass(frozen=True)
class AddressRemoved:
    """A person took an address out of their book."""

    entry_id: UUID


@dataclass(frozen=True)
class PickupPointsLoaded:
    """The halls and lockers at which results can be picked up were entered."""

    count: int


@dataclass(frozen=True)
class DeliveryChosen:
    """The applicant said how the result is to reach them."""

    delivery_id: UUID
    reference: str
    direction: str
    way: str


@dataclass(frozen=True)
class DeliveryOrdered:
    """A courier was called."""

    delivery_id: UUID
    reference: str
    direction: str


@dataclass(frozen=True)
class DeliveryPlaced:
    """The courier took the order and gave it a waybill number."""

    delivery_id: UUID
    reference: str


@dataclass(frozen=True)
class DeliveryHandedOver:
    """The courier holds the parcel."""

    delivery_id: UUID
    reference: str
    direction: str


@dataclass(frozen=True)
class DeliveryMoved:
    """The parcel got on."""

    delivery_id: UUID
    reference: str
    state: str


@dataclass(frozen=True)
class DeliveryReady:
    """It waits at a hall or in a locker and can be picked up with a code."""

    delivery_id: UUID
    reference: str


@dataclass(frozen=True)
class DeliveryDone:
    """It counts as delivered, since `at`: the moment on the receipt, not the one at which we heard of it."""

    delivery_id: UUID
    reference: str
    direction: str
    way: str
    at: dt.datetime


@dataclass(frozen=True)
class DeliveryFailed:
    """The courier met nobody who could sign; it will try again or bring the parcel back."""

    delivery_id: UUID
    reference: str


@dataclass(frozen=True)
class DeliveryReturned:
    """The parcel came back to the sender; it does not count as delivered."""

    delivery_id: UUID
    reference: str
    direction: str


@dataclass(frozen=True)
class DeliveryCancelled:
    """It was called off before it began."""

    delivery_id: UUID
    reference: str


@dataclass(frozen=True)
class DeliveryDisputed:
    """The courier contradicted what it had told about the end; the state stays, and somebody has to look."""

    delivery_id: UUID
    reference: str


@dataclass(frozen=True)
class DeliveryLeftWaiting:
    """A result has waited long to be picked up; it goes back soon."""

    delivery_id: UUID
    reference: str


@dataclass(frozen=True)
class CourierNewsDoubted:
    """The courier told something that cannot be, or somebody told it in its name; an operator looks at it."""

    odd_id: UUID
    why: str


@dataclass(frozen=True)
class CourierNewsLookedInto:
    """An operator wrote down what was behind odd news of the courier."""

    odd_id: UUID
    why: str
