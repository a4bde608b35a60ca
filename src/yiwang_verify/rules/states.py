"""Rule 2: the facts of each case, followed through the published table, lead to its present state."""

import datetime as dt
from itertools import pairwise
from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, a_moment, keyed, moment, parsed, side_by_side, uid

SAME_ACT = dt.timedelta(minutes=2)
"""How far a time in a row and that of its fact, written in one transaction, may lie apart."""

CLOCK_STEP = dt.timedelta(seconds=2)
"""How far back a corrected system clock may have jumped between two facts."""

OUTCOMES = {
    "CaseGranted": "granted",
    "CaseRefused": "refused",
    "CaseWithdrawn": "withdrawn",
    "CaseLapsed": "lapsed",
    "AcceptanceRefused": "not_accepted",
    "CaseNotNeeded": "not_needed",
    "CaseTerminated": "terminated",
    "CaseVoided": "voided",
}
STAMPS = {
    "CaseSubmitted": 0, "CaseAccepted": 1, "CaseAcceptedDeferred": 1, "CaseAcceptedOnPromise": 1, "CaseDeemedAccepted": 1,
    "CaseGranted": 2, "CaseRefused": 2,
}  # fmt: skip
RECEIPTS = {"CaseSubmitted", "CorrectionSupplied"}
"""行政许可法 art. 32 (4): a case that is deemed accepted was accepted when it was received."""
REQUIRED = ("number", "query_code", "item_id", "version_id", "office_id", "applicant_id", "applicant_name", "channel")

CASES = f"""
SELECT id, number, state, outcome, is_open, revision, submitted_at, accepted_at, decided_at, closed_at,
 length(answers_sealed), {", ".join(REQUIRED)} FROM cases_case ORDER BY id
"""
FACTS = """
SELECT j.case_id, j.id, j.kind, j.fact,
 CASE WHEN j.channel = 'window' AND j.on_behalf_of = c.applicant_id THEN 'person' ELSE j.actor_kind END, j.recorded_at
FROM journal_entry j LEFT JOIN cases_case c ON c.id = j.case_id WHERE j.case_id IS NOT NULL
 AND NOT EXISTS (SELECT 1 FROM payments_charge p WHERE p.id = j.case_id) ORDER BY j.case_id, j.id
"""
"""A receipt of payment belongs to a charge. What an official at a window does on behalf of the applicant of that very case, the applicant does."""


def check(evidence: Evidence, found: Findings) -> None:
    """Replay every case."""
    store = evidence.store
    for case_id, (cases, facts) in side_by_side(keyed(store.rows(CASES)), keyed(store.rows(FACTS))):
        found.checked += 1
        if not cases:
            found.breach(f"case {case_id}: {len(facts)} facts, but no such case")
            continue
        for problem in case_problems(evidence, cases[0], facts):
            found.breach(f"case {cases[0][1]}: {problem}")


def case_problems(evidence: Evidence, case: Row, facts: list[Row]) -> list[str]:
    """Return all that is wrong with one case."""
    table = evidence.table
    _, _, state, outcome, is_open, revision, *rest = case
    moves = [fact for fact in facts if fact[2] in table.facts]
    reached, problems = _replayed(evidence, moves)
    if reached != state:
        problems.append(f"its facts lead to {reached}, it stands at {state}")
    if outcome != next((OUTCOMES[m[2]] for m in moves if m[2] in OUTCOMES), ""):
        problems.append(f"its outcome {outcome or 'none'} does not follow from its facts")
    if bool(is_open) == (state in table.final):
        problems.append(f"it is {'open' if is_open else 'closed'} at {state}")
    if revision < len(moves):
        problems.append(f"its revision is {revision} after {len(moves)} steps")
    times, size, required = [moment(t) for t in rest[:4]], rest[4], rest[5:]
    missing = [name for name, value in zip(REQUIRED, required, strict=True) if not value]
    if missing or not size:
        problems.append(f"it lacks {', '.join([*missing, *([] if size else ['answers_sealed'])])}")
    return problems + _time_problems(times, moves, table.final, state)


def _replayed(evidence: Evidence, moves: list[Row]) -> tuple[str | None, list[str]]:
    state, problems, last = None, [], None
    for case_id, entry, kind, raw, actor, recorded_at in moves:
        steps = [s for s in evidence.table.steps(state, kind) if actor in s.actors]
        if not steps:
            problems.append(f"entry {entry}: {actor} may not cause {kind} from {state or 'nothing'}")
            return state, problems
        fact = parsed(raw)
        state = steps[0].target
        if fact.get("state") != state or uid(fact.get("case_id")) != case_id:
            problems.append(f"entry {entry}: {kind} says {fact.get('state')} where the table says {state}")
        at = a_moment(recorded_at)
        if last is not None and at < last - CLOCK_STEP:
            problems.append(f"entry {entry}: {kind} is earlier than the step before it")
        last = at
    return state, problems


def _time_problems(times: list[Any], moves: list[Row], final: frozenset[str], state: str) -> list[str]:
    problems = []
    wanted: list[Any] = [None, None, None, None]
    received: Any = None
    for _, _, kind, _, _, recorded_at in moves:
        at = a_moment(recorded_at)
        received = at if kind in RECEIPTS else received
        if kind in STAMPS:
            wanted[STAMPS[kind]] = received if kind == "CaseDeemedAccepted" else at
    if moves and state in final:
        wanted[3] = a_moment(moves[-1][5])
    for name, has, should in zip(("submitted", "accepted", "decided", "closed"), times, wanted, strict=True):
        if (has is None) != (should is None):
            problems.append(f"{name}_at is {'missing' if has is None else 'set without its fact'}")
        elif has and abs(has - should) > SAME_ACT:
            problems.append(f"{name}_at is not the time of its fact")
    there = [t for t in times if t]
    if any(later < earlier for earlier, later in pairwise(there)):
        problems.append("its times are not in order")
    return problems
