"""The steps of the full procedure, one shape each, told apart by `event`."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from yiwang.channels.openapi.shapes import Line, Prose, Sent, SentUUID
from yiwang.channels.openapi.shapes.cases import Answers, Revision
from yiwang.channels.openapi.shapes.procedure import SpecialKind

Written = Annotated[Prose, Field(min_length=1)]
Days = Annotated[int, Field(ge=1, le=250)]
SentDate = Annotated[dt.date, Field(strict=False)]


class Step(Sent):
    """What every step carries."""

    revision: Revision = None


class TellNotNeeded(Step):
    """告知不受理, art. 32 (1)."""

    event: Literal["tell_not_needed"]
    reason: Written
    basis: Prose = ""


class CorrectAtOnce(Step):
    """当场更正, art. 32 (3): a slip of the applicant, put right with their consent."""

    event: Literal["correct_at_once"]
    changes: Answers
    note: Written


class AcceptDeferred(Step):
    """容缺受理: which of the materials that the applicant asked to defer may follow, and in how many working days."""

    event: Literal["accept_deferred"]
    materials: list[Annotated[Line, Field(min_length=1)]] = Field(min_length=1, max_length=50)
    days: Days


class AcceptPromised(Step):
    """按告知承诺受理."""

    event: Literal["accept_promised"]


class RequestMore(Step):
    """依法补充: after acceptance only where a law says so."""

    event: Literal["request_more"]
    items: list[Annotated[Prose, Field(min_length=1, max_length=1000)]] = Field(min_length=1, max_length=50)
    basis: Written
    days: Days = 10


class OpenSpecial(Step):
    """特别程序, art. 45: the decision clock stands still until it is closed."""

    event: Literal["open_special"]
    kind: SpecialKind
    reason: Written
    basis: Written
    planned_workdays: Days
    chair: SentUUID | None = Field(None, description="The official who chairs a hearing; not a reviewer (art. 48).")
    held_on: SentDate | None = Field(
        None, description="The day of a hearing: a working day, told seven ahead (art. 48)."
    )
    begins_at: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = Field(
        None, description="The hour of a hearing, as 09:30; needed for one."
    )
    place: Annotated[Line, Field(max_length=200)] = Field("", description="Where a hearing is held; needed for one.")


class LoosePaper(Sent):
    """A paper for one thing that was asked for after acceptance and that no question of the form stands for."""

    item: int = Field(ge=1, le=50, description="The number of the thing in `procedure.more.items`, from 1.")
    paper: SentUUID


class MoreSent(Sent):
    """What was asked for after acceptance: the answers that change, papers, and what one does not have."""

    answers: Answers = Field(default_factory=dict)
    papers: list[LoosePaper] = Field(default_factory=list, max_length=50)
    note: Prose = Field(
        "", max_length=2000, description="What you do not have, and why; needed where something is missing."
    )


class CloseSpecial(Step):
    """特别程序结束: the clock goes on with the days that were left."""

    event: Literal["close_special"]
    outcome: Literal["passed", "failed", "done", "cancelled"]
    record: Prose = Field("", description="Needed for a hearing that was held.")


class Extend(Step):
    """延长期限, art. 42: once, by the head, before the end."""

    event: Literal["extend"]
    reason: Written


class TellInterested(Step):
    """告知利害关系人, art. 36."""

    event: Literal["tell_interested"]
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    contact: Annotated[Line, Field(min_length=1)]
    reason: Written


class HearInterested(Step):
    """听取利害关系人意见, art. 36."""

    event: Literal["hear_interested"]
    party: SentUUID
    statement: Written
    wants_hearing: bool = False


class GiveJointOpinion(Step):
    """会办意见: that of the caller's own office."""

    event: Literal["give_joint_opinion"]
    verdict: Literal["support", "oppose"]
    opinion: Written


class VerifyPromise(Step):
    """核查承诺, after the decision."""

    event: Literal["verify_promise"]
    result: Literal["true", "mend", "false"]
    note: Written
    mend_by: SentDate | None = None


class Terminate(Step):
    """终止办理."""

    event: Literal["terminate"]
    ground: Literal["died", "dissolved", "object_gone", "deferral_overdue", "promise_false", "other_law"]
    reason: Written


class Void(Step):
    """作废: tests and duplicates only."""

    event: Literal["void"]
    ground: Literal["test", "duplicate"]
    reason: Written


StepSent = Annotated[
    TellNotNeeded
    | CorrectAtOnce
    | AcceptDeferred
    | AcceptPromised
    | RequestMore
    | OpenSpecial
    | CloseSpecial
    | Extend
    | TellInterested
    | HearInterested
    | GiveJointOpinion
    | VerifyPromise
    | Terminate
    | Void,
    Field(discriminator="event"),
]


class DeferredPaper(Sent):
    """One paper for one material that was to follow."""

    material: Annotated[Line, Field(min_length=1, max_length=60)]
    paper: SentUUID


class DeferredSent(Sent):
    """Papers that were to follow: some now, some another day."""

    papers: list[DeferredPaper] = Field(min_length=1, max_length=50)
