"""Rule 16: every card that was shown is there, says what its fact says, and has lived as its facts tell."""

from collections import Counter
from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, keyed, parsed, side_by_side, uid

STEPS = {
    "CardRaised": "raised",
    "CardAssigned": "assigned",
    "CardExplained": "explained",
    "CardEscalated": "escalated",
    "CardAnnotated": "annotated",
    "CardClosed": "closed",
}
CARDS = "SELECT id, case_id, case_number, office_id, rule_key, colour, state, finding FROM supervision_card ORDER BY id"
TAKEN = "SELECT card_id, kind FROM supervision_cardstep ORDER BY card_id, id"
FACTS = "SELECT kind, fact FROM journal_entry WHERE kind IN ({}) ORDER BY id"


def check(evidence: Evidence, found: Findings) -> None:
    """Compare each card and its steps with its facts; a fact without its card is a card that was taken away."""
    store = evidence.store
    told: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for kind, raw in store.rows(FACTS.format(", ".join(f"'{kind}'" for kind in STEPS))):
        fact = parsed(raw)
        told.setdefault(uid(fact.get("card_id")), []).append((kind, fact))
    for card_id, (cards, steps) in side_by_side(keyed(store.rows(CARDS)), keyed(store.rows(TAKEN))):
        found.checked += 1
        facts = told.pop(card_id, [])
        for problem in _problems(cards, steps, facts):
            found.breach(f"card {card_id}: {problem}")
    for card_id in told:
        found.breach(f"card {card_id} was shown and is gone")


def _problems(cards: list[Row], steps: list[Row], facts: list[tuple[str, dict[str, Any]]]) -> list[str]:
    if not cards:
        return [f"it has {len(steps)} steps and is not there"]
    _, case_id, _, office, rule, colour, state, finding = cards[0]
    problems = []
    shown = [fact for kind, fact in facts if kind == "CardRaised"]
    said = [(uid(f.get("case_id")), f.get("office_code"), f.get("rule_key"), f.get("colour")) for f in shown]
    if said != [(uid(case_id), office, rule, colour)]:
        problems.append("it is not what its fact says, or was shown by no fact")
    kinds = [kind for kind, _ in facts]
    if kinds[1:2] == ["CardAssigned"]:  # whom it was shown to first stands in the step that showed it
        del kinds[1]
    if Counter(row[1] for row in steps) != Counter(STEPS[kind] for kind in kinds):
        problems.append("its steps are not those of its facts")
    closed = [fact.get("finding") for kind, fact in facts if kind == "CardClosed"]
    if (state == "closed") != bool(closed) or (closed and closed[-1] != finding):
        problems.append("it is closed in one place and not in another, or with another finding")
    explained = any(kind == "CardExplained" for kind, _ in facts)
    if state == "explained" and not explained:
        problems.append("it is explained without a fact of it")
    return problems
