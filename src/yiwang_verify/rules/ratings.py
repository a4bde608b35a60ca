"""Rule 10: one rating for a finished case, each with its fact, each counted once for item and office."""

from collections import Counter

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import keyed, parsed, side_by_side, uid

FINISHED = {"closed", "refused_acceptance", "not_needed", "terminated"}
RATINGS = """
SELECT r.case_id, r.grade, r.item_code, r.office_code, c.state, c.number FROM ratings_rating r
LEFT JOIN cases_case c ON c.id = r.case_id ORDER BY r.case_id
"""
FACTS = "SELECT case_id, fact FROM journal_entry WHERE kind = 'CaseRated' AND case_id IS NOT NULL ORDER BY case_id"
COUNTED = """
SELECT DISTINCT e.id, e.fact FROM journal_entry e JOIN journal_effect f ON f.entry_id = e.id
WHERE e.kind IN ('CaseRated', 'JointRated') AND f.consumer LIKE 'domains.ratings.%'
"""


def check(evidence: Evidence, found: Findings) -> None:
    """Compare ratings with facts, and the public figures with the facts that were counted."""
    store = evidence.store
    for case_id, (ratings, facts) in side_by_side(keyed(store.rows(RATINGS)), keyed(store.rows(FACTS))):
        found.checked += 1
        label = f"case {ratings[0][5] if ratings else case_id}"
        found.require(len(ratings) <= 1, f"{label} has {len(ratings)} ratings")
        found.require(len(ratings) == len(facts), f"{label}: {len(ratings)} ratings, {len(facts)} facts of one")
        for _, grade, item, office, state, _ in ratings:
            found.require(state in FINISHED, f"{label} is rated and not finished")
            for _, raw in facts:
                fact = parsed(raw)
                said = (uid(fact.get("case_id")), fact.get("grade"), fact.get("item_code"), fact.get("office_code"))
                found.require(said == (case_id, grade, item, office), f"{label}: its rating is not that of its fact")
    _figures(evidence, found)


def _figures(evidence: Evidence, found: Findings) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in evidence.store.rows(
        COUNTED if evidence.store.is_sqlite else COUNTED.replace("DISTINCT", "DISTINCT ON (e.id)")
    ):
        fact = parsed(row[1])
        if "bundle_code" in fact:  # 一件事: its cases have facts of their own
            sums["item", fact["bundle_code"], fact["grade"]] += 1
            continue
        for subject in ("item", "office"):
            sums[subject, fact[f"{subject}_code"], fact["grade"]] += 1
    has: Counter[tuple[str, str, str]] = Counter()
    for kind, subject, grade, count in evidence.store.rows(
        "SELECT subject_kind, subject, grade, count FROM ratings_ratingcount"
    ):
        found.checked += 1
        has[kind, subject, grade] += count
    for key in sorted(set(sums) | set(has)):
        found.require(has[key] == sums[key], f"{' '.join(key)} is counted {has[key]} times, {sums[key]} ratings say so")
