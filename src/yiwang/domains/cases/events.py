"""What others may hear of cases: ids and codes only."""

from dataclasses import dataclass
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
    """The office granted what was asked for (art. 38)."""

    case_id: UUID
    item_code: str
    state: str = "granted"


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
    """An official took a case into their own hands."""

    case_id: UUID
    staff_id: UUID


@dataclass(frozen=True)
class CaseHandedOver:
    """A case was handed to another official of the office."""

    case_id: UUID
    staff_id: UUID
