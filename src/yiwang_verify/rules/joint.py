"""Rule 15: parts of a joint case (一件事) are cases of one applicant, none handed in before what it rests on was granted."""

import json
from collections.abc import Iterable

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, keyed, side_by_side

JOINTS = "SELECT id, number, applicant_id, firm_id, is_open FROM joint_cases_jointcase ORDER BY id"
PARTS = """
SELECT p.joint_id, p.key, p.state, p.needs, p.because_of, c.joint_reference, c.applicant_id, c.firm_id, c.state, c.outcome, c.is_open
FROM joint_cases_jointpart p LEFT JOIN cases_case c ON c.id = p.case_id ORDER BY p.joint_id, p.position
"""
STRAYS = """
SELECT c.number FROM cases_case c LEFT JOIN joint_cases_jointpart p ON p.case_id = c.id
WHERE c.joint_reference <> '' AND p.id IS NULL
"""
RESULT_IS_THERE = {"issued", "delivered", "closed"}


def check(evidence: Evidence, found: Findings) -> None:
    """Look at each joint case with its parts and their cases."""
    store = evidence.store
    for (number,) in store.rows(STRAYS):
        found.breach(f"case {number} says that it is part of a joint case, which does not know it")
    for joint_id, (joints, parts) in side_by_side(keyed(store.rows(JOINTS)), keyed(store.rows(PARTS))):
        found.checked += 1
        if not joints:
            found.breach(f"joint case {joint_id}: it has parts, and is not there")
            continue
        for problem in _problems(joints[0], parts):
            found.breach(f"joint case {joints[0][1]}: {problem}")


def _problems(joint: Row, parts: list[Row]) -> Iterable[str]:
    _, number, applicant, firm, is_open = joint
    by_key = {row[1]: row for row in parts}
    if not parts:
        yield "it has no part"
    for _, key, state, raw, because_of, reference, who, whose, case_state, _, _ in parts:
        needs = raw if isinstance(raw, list) else json.loads(raw)
        if state == "submitted":
            if case_state is None:
                yield f"the case of {key} is not there"
            elif (reference, who, whose) != (number, applicant, firm):
                yield f"the case of {key} is another's"
            for before in needs:
                if before not in by_key or not _is_granted(by_key[before]):
                    yield f"{key} was handed in, and {before} is not granted"
        elif state == "waiting" and not is_open:
            yield f"it is over, and {key} waits"
        if because_of and (because_of not in by_key or _is_granted(by_key[because_of])):
            yield f"{key} was stopped because of {because_of}, which was granted"
    if not is_open and any(row[10] for row in parts if row[2] == "submitted"):
        yield "it is over, and one of its cases is not"


def _is_granted(part: Row) -> bool:
    _, _, state, _, _, _, _, _, case_state, outcome, _ = part
    return state == "submitted" and (
        case_state == "not_needed" or (case_state in RESULT_IS_THERE and outcome == "granted")
    )
