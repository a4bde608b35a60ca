"""What others may hear of cases: ids and codes only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class DraftStarted:
    """Somebody began to fill in a form."""

    draft_id: UUID
    item_code: str


@dataclass(frozen=True)
class CaseSubmitted:
    """A case was handed in; the acceptance clock runs."""

    case_id: UUID
    item_code: str
    office_code: str
    state: str = "submitted"


@dataclass(frozen=True)
class CorrectionRequested:
    """The applicant was told, once, all that has to be supplied, and by when (art. 32 (4))."""

    case_id: UUID
    count: int
    state: str = "correction"


@dataclass(frozen=True)
class CorrectionSupplied:
    """The applicant supplied what was asked for; the acceptance clock starts again."""

    case_id: UUID
    state: str = "submitted"


@dataclass(frozen=True)
class CaseLapsed:
    """The correction was not supplied by its date. This is not a refusal."""

    case_id: UUID
    state: str = "lapsed"


@dataclass(frozen=True)
class CaseAccepted:
    """The office accepted the case (art. 32 (5)); the decision clock runs."""

    case_id: UUID
    state: str = "accepted"


@dataclass(frozen=True)
class AcceptanceRefused:
    """The office refused to accept, with a reason and remedies (art. 32 (1), (2))."""

    case_id: UUID
    ground: str
    state: str = "refused_acceptance"


@dataclass(frozen=True)
class CaseReviewed:
    """An official gave an opinion (art. 34)."""

    case_id: UUID
    verdict: str
    state: str = "in_review"


@dataclass(frozen=True)
class CaseGranted:
    """What was asked for is granted (art. 38): by a decision, or `instant`, by a `rule`, by `silence` (art. 50).

    `clock` is the one that begins to run with it (art. 44); empty in facts from before that clock was kept.
    """

    case_id: UUID
    item_code: str
    way: str = "decision"
    state: str = "granted"
    clock: str = ""


@dataclass(frozen=True)
class CaseAwaitsApplicant:
    """It is granted, and the applicant's turn: `fees`, `pickup` or `returned`. The clock of delivery stands still."""

    case_id: UUID
    reason: str
    state: str


@dataclass(frozen=True)
class CaseGoesOn:
    """The applicant has done their part; the clock of delivery goes on with what was left."""

    case_id: UUID
    state: str


@dataclass(frozen=True)
class CaseRefused:
    """The office refused, with reasons and remedies (art. 38)."""

    case_id: UUID
    item_code: str
    state: str = "refused"


@dataclass(frozen=True)
class CaseIssued:
    """The certificate or letter is sealed."""

    case_id: UUID
    state: str = "issued"


@dataclass(frozen=True)
class CaseDelivered:
    """The result lies in the applicant's account."""

    case_id: UUID
    state: str = "delivered"


@dataclass(frozen=True)
class CaseClosed:
    """All is done; it may be rated."""

    case_id: UUID
    item_code: str
    office_code: str
    state: str = "closed"


@dataclass(frozen=True)
class CaseWithdrawn:
    """The applicant took the case back before the decision."""

    case_id: UUID
    state: str = "withdrawn"


@dataclass(frozen=True)
class ClockReckoned:
    """The running clock of a case was worked out anew, because the calendar changed."""

    case_id: UUID
    clock_kind: str


@dataclass(frozen=True)
class CaseClaimed:
    """An official took a case into their own hands (a deputy: into those of the absent one)."""

    case_id: UUID
    staff_id: UUID


@dataclass(frozen=True)
class CaseHandedOver:
    """A case was handed to another official of the office."""

    case_id: UUID
    staff_id: UUID


@dataclass(frozen=True)
class CaseNotNeeded:
    """The applicant was told at once that no permit is needed (art. 32 (1))."""

    case_id: UUID
    state: str = "not_needed"


@dataclass(frozen=True)
class CaseCorrectedAtOnce:
    """The applicant corrected on the spot what could be corrected there (art. 32 (3))."""

    case_id: UUID
    count: int
    state: str = "submitted"


@dataclass(frozen=True)
class CaseDeemedAccepted:
    """Five working days went by in silence: accepted from the day of receipt (art. 32 (4))."""

    case_id: UUID
    state: str = "accepted"


@dataclass(frozen=True)
class CaseAcceptedDeferred:
    """The office accepted the case with materials to follow (容缺受理)."""

    case_id: UUID
    count: int
    state: str = "accepted"


@dataclass(frozen=True)
class DeferredSupplied:
    """Materials that were to follow have come; `left` are still awaited."""

    case_id: UUID
    count: int
    left: int
    state: str


@dataclass(frozen=True)
class CaseAcceptedOnPromise:
    """The office accepted the case on the applicant's promise (告知承诺)."""

    case_id: UUID
    state: str = "accepted"


@dataclass(frozen=True)
class PromiseWitnessed:
    """Somebody signed the promise of an item before an official, on the screen or on paper."""

    case_id: UUID
    way: str


@dataclass(frozen=True)
class PromiseVerified:
    """The office verified a promise: true, to be mended, or false."""

    case_id: UUID
    result: str


@dataclass(frozen=True)
class MoreRequested:
    """More was asked for after acceptance, on a named legal basis."""

    case_id: UUID
    count: int
    state: str


@dataclass(frozen=True)
class MoreSupplied:
    """What was asked for after acceptance has come."""

    case_id: UUID
    state: str


@dataclass(frozen=True)
class SpecialProcedureOpened:
    """A special procedure began; the decision clock stands still (art. 45), but not for a hearing after the legal end."""

    case_id: UUID
    procedure_kind: str
    state: str = "suspended"
    is_late: bool = False


@dataclass(frozen=True)
class SpecialProcedureClosed:
    """A special procedure ended; the decision clock goes on with what was left."""

    case_id: UUID
    procedure_kind: str
    outcome: str
    state: str = "in_review"


@dataclass(frozen=True)
class CaseExtended:
    """The head extended the time of the decision, once (art. 42)."""

    case_id: UUID
    workdays: int
    state: str


@dataclass(frozen=True)
class InterestedTold:
    """An interested party was told of their right to be heard (art. 36, 47)."""

    case_id: UUID
    party_id: UUID
    state: str


@dataclass(frozen=True)
class InterestedHeard:
    """An interested party was heard, or asked for a hearing."""

    case_id: UUID
    party_id: UUID
    wants_hearing: bool


@dataclass(frozen=True)
class HearingAskedFor:
    """The applicant asked for a hearing of their own (art. 47)."""

    case_id: UUID
    party_id: UUID


@dataclass(frozen=True)
class CaseTerminated:
    """The procedure ended without a decision: what it was about, or who asked, is no more."""

    case_id: UUID
    ground: str
    state: str = "terminated"


@dataclass(frozen=True)
class CaseVoided:
    """A test, or a case that is there twice, was made void; it is counted."""

    case_id: UUID
    ground: str
    state: str = "voided"


@dataclass(frozen=True)
class OpinionGiven:
    """An office that was asked gave its opinion (art. 26, 35)."""

    case_id: UUID
    office_code: str
    verdict: str


@dataclass(frozen=True)
class VisitArranged:
    """The offices will look at the place together."""

    case_id: UUID
    visit_on: date


@dataclass(frozen=True)
class VisitRecorded:
    """The offices have looked at the place."""

    case_id: UUID
    officials: int


@dataclass(frozen=True)
class CaseNoted:
    """An official wrote a note for colleagues; the applicant does not see it."""

    case_id: UUID
    note_id: UUID


@dataclass(frozen=True)
class CasesExported:
    """A list of an office's cases left the platform as a file; `in_full` with the names of people."""

    export_id: UUID
    office_code: str
    part: str
    in_full: bool
