"""What this domain asks of a courier, and what a courier tells it."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Contact:
    """One end of the way: as much as stands on the label, and nothing else."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True)
class Parcel:
    """What the courier gets: two ends, and a locker where the parcel is to lie in one.

    No case number, no item, no identity number: whoever carries an envelope need not know what it is about.
    """

    sender: Contact
    receiver: Contact
    locker: str = ""


@dataclass(frozen=True)
class CourierEvent:
    """One thing that happened to a parcel, as the courier tells it.

    `order` is the key that we gave; `number` counts the parcel's events in the order in which they happened, whatever
    the order in which they arrive; `event_id` is the same on each repetition.
    """

    event_id: str
    order: str
    waybill: str
    number: int
    kind: str
    at: dt.datetime
    place: str = ""
    signer: str = ""
    code: str = ""
    reason: str = ""


class Courier(Protocol):
    """Carries parcels. `key` lets the other side drop a repeat."""

    def place_order(self, *, key: str, parcel: Parcel) -> str:
        """Have a parcel collected; return its waybill number. The same key again is the same parcel.

        Raises:
            OSError: where the courier cannot be reached or does not take the order; the job tries again.
        """
        ...

    def events(self, *, key: str) -> list[CourierEvent]:
        """Return all that has happened to a parcel so far, in order: for when no call-back comes.

        Raises:
            OSError: where the courier cannot be reached.
        """
        ...
