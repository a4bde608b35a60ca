"""Papers, drafts, cases, steps of the desk."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from yiwang.channels.openapi.shapes import Line, Prose, Sent, SentUUID, Words
from yiwang.channels.openapi.shapes.deliveries import DeliverySent
from yiwang.channels.openapi.shapes.procedure import NextStep, Procedure

Answers = Annotated[
    dict[str, Any],
    Field(
        description="Answers by the keys of the item's form.",
        max_length=500,
        examples=[{"shop_name": "演示小满面馆", "area": 86.5}],
    ),
]
ItemCode = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\u0000-\u001f\u007f]+$")]
CreditCode = Annotated[str, StringConstraints(pattern="^[0-9A-Z]{18}$")]


class PaperOut(Schema):
    """A file that was handed in and kept, encrypted."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str = Field(description="Of the file as it came, in hexadecimal.")
    stored_at: dt.datetime


class DraftStart(Sent):
    """Begin an application."""

    item: ItemCode = Field(examples=["11339900YW0000055D4330199003000"])
    on_behalf_of: CreditCode | None = None


class DraftAnswers(Sent):
    """All answers so far; they replace what the draft held. A masked number that comes back stays what it was."""

    answers: Answers


class FieldProblem(Schema):
    """What has to change before it can be submitted."""

    pointer: str
    detail: str
    code: str


class DraftOut(Schema):
    """A draft: answers so far, on the version that it was begun on."""

    id: UUID
    item: str
    version: UUID
    answers: dict[str, Any]
    sources: dict[str, str] = Field(description="Key of an answer → where it was fetched from.")
    problems: list[FieldProblem]
    saved_at: dt.datetime


class Wished(Sent):
    """What an applicant may ask for beside the answers."""

    deferred: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = Field(
        default=[], max_length=50, description="Keys of materials that follow later (容缺), where the item lets them."
    )
    promise: bool = Field(
        default=False, description="That the applicant signs the promise of the item (告知承诺), as its guide words it."
    )
    about_certificate: SentUUID | None = Field(
        None, description="The certificate that a renewal, a change or a cancellation is about."
    )


class SubmissionSent(Wished):
    """What goes with a draft; nothing of it is kept in the draft, and a bundle takes none of it."""

    delivery: DeliverySent | None = Field(None, description="How the result is to come; into the account if left out.")


class CaseSent(Wished):
    """An application, whole."""

    item: ItemCode = Field(examples=["11339900YW0000055D4330199003000"])
    answers: Answers
    papers: list[SentUUID] | None = Field(
        None, max_length=200, description="Optional check: exactly the papers that the answers name."
    )
    on_behalf_of: CreditCode | None = Field(None, description="Credit code of a firm that you may act for.")


class ReceiptName(Schema):
    """Which receipt, and where it is."""

    number: str
    url: str


class CaseReceived(Schema):
    """That the case was received. The same key brings the same words."""

    number: str
    query_code: str = Field(description="With the number it shows the progress to whoever knows both.")
    submitted_at: dt.datetime
    receipt: ReceiptName


class CaseItem(Schema):
    """The item of a case, as it was called then."""

    code: str
    name: Words


class CaseState(Schema):
    """Where a case stands."""

    code: str = Field(examples=["accepted"])
    name: Words


class CaseRow(Schema):
    """One case in a list."""

    number: str
    item: CaseItem
    applicant_name: str
    state: CaseState
    outcome: str
    is_open: bool
    submitted_at: dt.datetime
    closed_at: dt.datetime | None
    due_on: dt.date | None


class CasePage(Schema):
    """A page of cases, the newest first."""

    items: list[CaseRow]
    next: str | None


class Clock(Schema):
    """One clock of a case."""

    kind: Literal["acceptance", "correction", "decision", "delivery"]
    started_on: dt.date
    legal_due_on: dt.date | None
    promised_due_on: dt.date | None
    ended_on: dt.date | None
    is_provisional: bool = Field(description="Rests on a year whose working days are not yet official.")


class DocumentRow(Schema):
    """A document of the office about the case."""

    id: UUID
    kind: str
    number: str
    created_at: dt.datetime
    sealed_at: dt.datetime | None
    url: str


class CorrectionItem(Schema):
    """One thing to supply."""

    field: str = Field(description="Key of an answer; empty for something else.")
    text: str


class CorrectionAsked(Schema):
    """What has to be supplied, told once."""

    items: list[CorrectionItem]
    due_on: dt.date
    supplied_at: dt.datetime | None


class HandedInPaper(Schema):
    """What was handed in for a material: a file, or a certificate that was fetched."""

    material: str
    paper: UUID | None
    name: str
    certificate: UUID | None


class TimelineEntry(Schema):
    """A fact of the journal; `leaf` is its place in the tree once it is sealed."""

    kind: str
    by: str
    at: dt.datetime
    leaf: int | None


class RatingOut(Schema):
    """The one grade of a case."""

    grade: str
    comment: str
    rated_at: dt.datetime


class CaseOut(CaseRow):
    """One case with all that its applicant may see."""

    office: CaseItem
    revision: int
    accepted_at: dt.datetime | None
    decided_at: dt.datetime | None
    legal_due_on: dt.date | None
    answers: dict[str, Any] = Field(description="Numbers of identity documents are masked.")
    clocks: list[Clock]
    documents: list[DocumentRow]
    papers: list[HandedInPaper]
    correction: CorrectionAsked | None
    certificate: UUID | None
    joint_case: str = Field(description="Number of the joint case (一件事) that it is a part of; empty for none.")
    timeline: list[TimelineEntry]
    rating: RatingOut | None
    procedure: Procedure = Field(description="What happened beside the ordinary way, and what is left of the clock.")
    can: list[str] = Field(description="Events that the caller may cause now.", examples=[["withdraw"]])


class SealedDocument(Schema):
    """A document as data, with the signature that seals it once it has one."""

    id: UUID
    kind: str
    number: str
    data: dict[str, Any]
    sha256: str
    sealed_at: dt.datetime | None
    signature: str = Field(description="JWS over the data; empty until sealed, some seconds after it was drawn up.")


class CorrectionSent(Sent):
    """What was asked for: only the answers that change; `null` takes one away."""

    answers: Answers


Revision = Annotated[
    int | None,
    Field(ge=1, le=2_000_000_000, description="The revision that you saw; a later one is refused (`stale`)."),
]


class WithdrawalSent(Sent):
    """Take the case back."""

    revision: Revision = None


class RatingSent(Sent):
    """The grade of a finished case."""

    grade: Literal["very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied"]
    comment: Annotated[Prose, Field(max_length=500)] = ""


class AcceptanceSent(Sent):
    """受理."""

    revision: Revision = None


class CorrectionRequestItem(Sent):
    """One thing to supply: a key of the form, or empty, and what to do in plain words."""

    field: Annotated[Line, Field(max_length=60)] = ""
    text: Annotated[Prose, Field(min_length=1, max_length=1000)]


class CorrectionRequestSent(Sent):
    """补正: everything at once, and only once."""

    items: list[CorrectionRequestItem] = Field(min_length=1, max_length=50)
    revision: Revision = None


class RefusalToAcceptSent(Sent):
    """不予受理."""

    ground: Literal["not_needed", "no_power", "incomplete", "untrue"] = Field(
        description="`not_needed` is the step `tell_not_needed` by its old name."
    )
    reason: Annotated[Prose, Field(min_length=1)]
    basis: Prose = Field("", description="The law that it rests on.")
    authority: Line = Field("", description="Where to turn instead; needed for `no_power`.")
    revision: Revision = None


class ReviewSent(Sent):
    """审查."""

    verdict: Literal["support", "oppose"]
    opinion: Annotated[Prose, Field(min_length=1)]
    revision: Revision = None


class DecisionSent(Sent):
    """决定."""

    grant: bool
    reason: Prose = Field("", description="Needed for a refusal.")
    basis: Prose = Field("", description="The law that a refusal rests on.")
    cited_record: Line = Field("", description="Number of the hearing's record, where one was held (art. 48).")
    revision: Revision = None


class HandOverSent(Sent):
    """转办."""

    staff: SentUUID = Field(description="An official of the same office.")


class StepDone(Schema):
    """Where the case stands after the step."""

    number: str
    state: CaseState
    revision: int
    due_on: dt.date | None
    is_open: bool


class DeskRow(Schema):
    """One case in the queue of an office, the most urgent first."""

    number: str
    item_name: Words
    applicant_name: str
    state: CaseState
    submitted_at: dt.datetime
    due_on: dt.date | None
    days_left: int | None
    assignee: UUID | None


class DeskPage(Schema):
    """A page of the queue."""

    items: list[DeskRow]
    next: str | None


class OpinionOut(Schema):
    """What an official wrote at a step."""

    step: str
    verdict: str
    text: str
    staff: UUID | None
    written_at: dt.datetime


class DeskCase(CaseOut):
    """One case as the desk sees it."""

    assignee: UUID | None
    opinions: list[OpinionOut]
    steps: list[NextStep] = Field(description="In the order of the procedure; what the caller's duties know from here.")
