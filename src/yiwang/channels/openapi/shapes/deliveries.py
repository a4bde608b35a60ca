"""Address books, places to pick up at, deliveries."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from yiwang.channels.openapi.shapes import Line, Sent, SentUUID, Words
from yiwang.channels.openapi.shapes.catalogue import OfficeName

Direction = Literal["in", "out"]


class AddressSent(Sent):
    """An address, with whoever receives there."""

    name: Annotated[Line, Field(min_length=1)] = Field(examples=["林晓岚"])
    phone: Annotated[str, StringConstraints(min_length=1, max_length=20)] = Field(
        description="A mobile number.", examples=["19900000123"]
    )
    region: Annotated[str, StringConstraints(pattern="^[0-9]{2,12}$")] = Field(
        description="Code of a division.", examples=["330106"]
    )
    detail: Annotated[Line, Field(min_length=2)] = Field(
        description="The rest, down to the door.", examples=["演示花园 3 幢 502 室"]
    )
    is_default: bool = Field(default=False, description="The usual one; the first of a book is it anyway.")


class AddressOut(Schema):
    """An address of one's own book."""

    id: UUID
    name: str
    phone: str
    region: str
    detail: str
    place: Words = Field(description="The whole place in one line.")
    is_default: bool


class AddressList(Schema):
    """A book, the usual address first. It holds twenty at most."""

    items: list[AddressOut]


class PickupPointOut(Schema):
    """A hall or a locker at which a result can be picked up."""

    code: str
    kind: Literal["hall", "locker"]
    name: Words
    place: str
    hours: str
    region: str


class PickupPointList(Schema):
    """Where results can be picked up now."""

    items: list[PickupPointOut]


class DeliverySent(Sent):
    """How a result is to come, or that papers are to be collected."""

    way: Literal["electronic", "courier", "pickup"] = Field(description="Papers to the office go by courier only.")
    address: SentUUID | None = Field(
        None, description="Of one's own book, for a courier or a locker; left out, the usual one."
    )
    point: Annotated[Line, Field(max_length=40)] = Field(
        default="", description="Code of a hall or a locker; empty for the window of the office."
    )


class DeliveryState(Schema):
    """Where a delivery stands."""

    code: str = Field(examples=["in_transit"])
    name: Words


class DeliveryRow(Schema):
    """One delivery in a list."""

    id: UUID
    reference: str = Field(description="Number of the case.")
    direction: Direction
    way: Literal["electronic", "courier", "pickup"]
    state: DeliveryState
    office: OfficeName
    waybill: str
    chosen_at: dt.datetime
    due_on: dt.date | None = Field(description="Ten working days after the decision (行政许可法 art. 44).")
    delivered_at: dt.datetime | None = Field(description="Since when it counts as delivered in law.")
    is_open: bool


class DeliveryPage(Schema):
    """A page of deliveries, the newest first."""

    items: list[DeliveryRow]
    next: str | None


class DeliveryList(Schema):
    """The deliveries of one case, the newest first."""

    items: list[DeliveryRow]


class TrackStation(Schema):
    """One thing that the courier told."""

    kind: str = Field(examples=["in_transit"])
    at: dt.datetime
    place: str
    signer: str = Field(description="Who signed; only some make it delivered in law.")
    reason: str = Field(description="Why it was not handed over.")
    counted: bool = Field(description="False where it came too late to change anything, or contradicts the end.")


class DeliveryContact(Schema):
    """The applicant's end of the way, masked."""

    name: str
    phone: str
    place: Words


class DeliverySigned(Schema):
    """What makes it delivered."""

    signer: str
    name: Words
    at: dt.datetime
    has_proof: bool = Field(description="The courier's signed receipt is kept.")


class DeliveryOut(DeliveryRow):
    """One delivery with its track."""

    track: list[TrackStation] = Field(description="In the order in which it happened.")
    contact: DeliveryContact | None
    point: PickupPointOut | None
    pickup_code: str = Field(description="While it waits to be picked up; empty otherwise.")
    keep_until: dt.date | None = Field(description="The last day to pick it up; then it goes back to the office.")
    signed: DeliverySigned | None
