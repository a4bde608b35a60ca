"""Bundles (一件事) and joint cases."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from yiwang.channels.openapi.shapes import Sent, SentUUID, Words
from yiwang.channels.openapi.shapes.cases import Answers, CaseItem, CaseState, CreditCode, RatingOut, ReceiptName
from yiwang.channels.openapi.shapes.catalogue import ItemForm, Material, Span

Slug = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\u0000-\u001f\u007f]+$")]


class BundleRow(Schema):
    """One event that has one form."""

    slug: str = Field(description="Its name in an address.", examples=["birth"])
    code: str = Field(description="Its code as an item: a draft is begun with it.")
    name: Words
    summary: Words | None
    audience: list[str]
    parts: int = Field(description="How many items belong to it.")
    promised_limit: Span | None = Field(description="The one promise: everything is decided by then.")


class BundleList(Schema):
    """All bundles in use, in the order of a life."""

    items: list[BundleRow]


class BundlePart(Schema):
    """One item of a bundle: it becomes a case of its own office, with its own clocks and law."""

    key: str
    item: CaseItem
    office: Words | None
    note: Words | None
    needs: list[str] = Field(description="Keys of the parts whose result it rests on: it is handed in after them.")
    is_optional: bool = Field(description="The applicant names it in the answer `wanted_parts`.")
    is_conditional: bool = Field(description="Done only where the answers call for it.")
    promised_limit: Span | None


class BundleOut(Schema):
    """A bundle: its parts and what waits for what, the one form, the one set of papers."""

    slug: str
    code: str
    name: Words
    summary: Words | None
    audience: list[str]
    can_apply: bool
    promised_limit: Span | None
    parts: list[BundlePart]
    stages: list[list[str]] = Field(description="Keys of the parts in the order in which they can begin.")
    materials: list[Material] = Field(description="Each is handed in once, whoever of the offices needs it.")
    form: ItemForm = Field(description="Merged of the forms of the parts: what several ask is asked once.")


class JointSent(Sent):
    """An application for a bundle, whole."""

    bundle: Slug = Field(examples=["birth"])
    answers: Answers
    papers: list[SentUUID] | None = Field(
        None, max_length=200, description="Optional check: exactly the papers that the answers name."
    )
    on_behalf_of: CreditCode | None = Field(None, description="Credit code of a firm that you may act for.")


class PartReceived(Schema):
    """That a part was received by its office, as a case of its own."""

    part: str
    number: str
    query_code: str = Field(description="With the number of this case, or of the joint case, it shows the progress.")
    receipt: ReceiptName


class JointReceived(Schema):
    """That a bundle was received. The same key brings the same words."""

    number: str = Field(examples=["YJS202611230001"])
    submitted_at: dt.datetime
    url: str
    received: list[PartReceived] = Field(description="What the offices have now.")
    waiting: list[str] = Field(description="Keys of the parts that are handed in once others are granted.")
    not_open: list[str] = Field(description="Keys of the parts that take no applications today.")


class JointRow(Schema):
    """One joint case in a list."""

    number: str
    bundle: CaseItem
    is_open: bool
    submitted_at: dt.datetime
    closed_at: dt.datetime | None
    promised_on: dt.date | None = Field(description="Everything is decided by then.")
    granted: int = Field(description="How many parts have their result.")
    parts: int


class JointPage(Schema):
    """A page of joint cases, the newest first."""

    items: list[JointRow]
    next: str | None


class JointChild(Schema):
    """The case that a part became."""

    number: str
    url: str
    state: CaseState
    outcome: str
    is_open: bool
    submitted_at: dt.datetime
    decided_at: dt.datetime | None
    due_on: dt.date | None


class JointPartOut(Schema):
    """One part: waiting for others, handed in as a case, or stopped before that."""

    key: str
    item: CaseItem
    office: Words | None
    needs: list[str]
    state: Literal["waiting", "submitted", "stopped"]
    why: Literal["", "predecessor", "not_open", "not_wanted", "unfit"] = Field(
        description="Why it stopped: what it rests on was not granted, it takes no applications, the applicant gave it "
        "up, or its item asks more than the one form."
    )
    because_of: str = Field(description="Key of the part that was not granted.")
    case: JointChild | None
    is_granted: bool
    certificate: UUID | None = Field(description="The result, as soon as this part has it; the others may go on.")


class JointOut(Schema):
    """A joint case with its parts."""

    number: str
    bundle: CaseItem
    is_open: bool
    submitted_at: dt.datetime
    closed_at: dt.datetime | None
    promised_on: dt.date | None
    parts: list[JointPartOut]
    rating: RatingOut | None = Field(description="The one grade of the whole.")
