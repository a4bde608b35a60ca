"""Rule 14: what a machine granted rests on a published version of a rule that nobody changed; every verdict has its fact."""

import hashlib

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import keyed, parsed, side_by_side, uid

VERSIONS = "SELECT id, rule_id, number, content, content_hash, jdm FROM rules_ruleversion ORDER BY rule_id, number"
RULES = "SELECT id, current, key FROM rules_rule WHERE current IS NOT NULL ORDER BY id"
VERDICTS = """
SELECT d.case_id, d.outcome, d.version_id, d.failure, c.state FROM rules_automaticdecision d
LEFT JOIN cases_case c ON c.id = d.case_id ORDER BY d.case_id
"""
FACTS = "SELECT case_id, fact FROM journal_entry WHERE kind = 'CasePutToRule' AND case_id IS NOT NULL ORDER BY case_id"
GRANTS = "SELECT case_id, fact FROM journal_entry WHERE kind = 'CaseGranted' AND case_id IS NOT NULL ORDER BY case_id"


def check(evidence: Evidence, found: Findings) -> None:
    """Compare verdicts with their facts and with the grants that say they rest on a rule; hash every version."""
    store = evidence.store
    versions = _versions(evidence, found)
    for case_id, (verdicts, facts, grants) in side_by_side(
        keyed(store.rows(VERDICTS)), keyed(store.rows(FACTS)), keyed(store.rows(GRANTS))
    ):
        by_rule = [fact for _, raw in grants if (fact := parsed(raw)).get("way") == "rule"]
        if not (verdicts or facts or by_rule):
            continue
        found.checked += 1
        label = f"case {case_id}"
        found.require(len(verdicts) == len(facts) == 1, f"{label}: {len(verdicts)} verdicts, {len(facts)} facts of one")
        granted = any(row[1] == "grant" for row in verdicts)
        found.require(granted == bool(by_rule), f"{label} was granted by a rule and no verdict says so, or the reverse")
        for (_, outcome, version, failure, state), (_, raw) in zip(verdicts, facts, strict=False):
            fact = parsed(raw)
            said = (fact.get("outcome"), uid(fact.get("version_id")))
            found.require(said == (outcome, uid(version)), f"{label}: its verdict is not that of its fact")
            found.require(state is not None, f"{label} has a verdict and is not there")
            known = uid(version) in versions
            found.require(outcome != "grant" or (known and not failure), f"{label} was granted by no version")


def _versions(evidence: Evidence, found: Findings) -> set[str]:
    """Hash every version; return their ids. Those in force have to be among them."""
    known: dict[str, str] = {}
    last: dict[str, int] = {}
    for version_id, rule_id, number, content, digest, jdm in evidence.store.rows(VERSIONS):
        found.checked += 1
        label, rule = f"version {number} of rule {uid(rule_id)}", uid(rule_id)
        found.require(hashlib.sha256(content.encode()).hexdigest() == digest, f"{label} was changed")
        found.require(number == last.get(rule, 0) + 1, f"{label} follows version {last.get(rule, 0)}")
        ends = parsed(jdm)["nodes"][1]["content"]["rules"][-1] if jdm.startswith("{") else {}
        found.require(ends.get("o") == '"person"', f"{label} does not end with a person")
        known[uid(version_id)], last[rule] = rule, number
    for rule_id, current, key in evidence.store.rows(RULES):
        found.require(known.get(uid(current)) == uid(rule_id), f"rule {key} stands on a version that is not its own")
    return set(known)
