"""Watch every clock that begins to run, show cards at facts that ask for one, and keep the public figures."""

from typing import Any

from yiwang.domains.cases.events import (
    AcceptanceRefused,
    CaseAccepted,
    CaseAcceptedDeferred,
    CaseAcceptedOnPromise,
    CaseClosed,
    CaseDeemedAccepted,
    CaseGoesOn,
    CaseGranted,
    CaseLapsed,
    CaseNotNeeded,
    CaseRefused,
    CaseSubmitted,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    ClockReckoned,
    CorrectionRequested,
    CorrectionSupplied,
    SpecialProcedureClosed,
)
from yiwang.domains.supervision.actions import count_step, look_at_case, look_soon, raise_for_fact
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


@on(CaseSubmitted)
@on(CorrectionSupplied)
@on(CaseAccepted)
@on(CaseAcceptedDeferred)
@on(CaseAcceptedOnPromise)
@on(CaseDeemedAccepted)
@on(SpecialProcedureClosed)
def watch_the_clock(fact: Any) -> None:
    """Look at a case whose clock has just begun to run; a clock that ends needs no look."""
    look_at_case(case_id=fact.case_id, by=SYSTEM)


@on(CaseGranted)
@on(CaseGoesOn)
def watch_the_delivery_clock(fact: Any) -> None:
    """Look at a case whose clock of issue and delivery (art. 44) has begun to run, or goes on."""
    look_at_case(case_id=fact.case_id, by=SYSTEM)


@on(ClockReckoned)
def look_again_after_the_calendar(fact: ClockReckoned) -> None:
    """A change of the calendar moves all clocks at once: the timed job looks at them, so that no fact waits behind them."""
    look_soon(case_id=fact.case_id, by=SYSTEM)


@on(CaseDeemedAccepted)
def show_a_card_for_silence(fact: CaseDeemedAccepted) -> None:
    """Five working days without an answer made the case accepted (art. 32 (4)): that shows a red card at once."""
    raise_for_fact(case_id=fact.case_id, fact_kind="CaseDeemedAccepted", clock_kind="acceptance", by=SYSTEM)


MEASURES = {
    CaseSubmitted: "submitted",
    CorrectionRequested: "corrected",
    CaseAccepted: "accepted",
    CaseAcceptedDeferred: "accepted",
    CaseAcceptedOnPromise: "accepted",
    CaseDeemedAccepted: "deemed",
    AcceptanceRefused: "not_accepted",
    CaseNotNeeded: "not_needed",
    CaseGranted: "granted",
    CaseRefused: "refused",
    CaseWithdrawn: "withdrawn",
    CaseLapsed: "lapsed",
    CaseTerminated: "terminated",
    CaseVoided: "voided",
    CaseClosed: "closed",
}
"""Fact → the public figure that it counts up. What silence accepted stands beside what was accepted in earnest."""


@on(CaseSubmitted)
@on(CorrectionRequested)
@on(CaseAccepted)
@on(CaseAcceptedDeferred)
@on(CaseAcceptedOnPromise)
@on(CaseDeemedAccepted)
@on(AcceptanceRefused)
@on(CaseNotNeeded)
@on(CaseGranted)
@on(CaseRefused)
@on(CaseWithdrawn)
@on(CaseLapsed)
@on(CaseTerminated)
@on(CaseVoided)
@on(CaseClosed)
def count_for_the_public(fact: Any) -> None:
    """Count a step for its office and for all of them."""
    count_step(case_id=fact.case_id, measure=MEASURES[type(fact)], by=SYSTEM)
