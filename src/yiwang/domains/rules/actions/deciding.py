"""Keep what a rule made of a case, and what the official found who looked at it."""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.rules.events import AutomaticDecisionChecked, CasePutToRule
from yiwang.domains.rules.models import AutomaticDecision
from yiwang.domains.rules.policies import may_check, may_decide_automatically
from yiwang.domains.rules.queries import RuleInForce, Verdict, decision_by_id
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.journal.recording import record


def sealed(values: Any, place: str) -> bytes:
    """Return values as an encrypted JSON column."""
    return vault.seal(json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str), place)


@action
def keep_verdict(
    *, case_id: UUID, office_code: str, rule: RuleInForce, verdict: Verdict, values: Mapping[str, Any], by: Actor
) -> None:
    """Store an automatic decision: rule version, what it looked at, and how it came about; some are drawn for a check."""
    require(may_decide_automatically(by))
    decision_id = uuid7()
    place = f"rules_automaticdecision:{decision_id}"
    percent = rule.table.sample_percent if rule.table else 0
    decision = row(
        AutomaticDecision,
        id=decision_id,
        case_id=case_id,
        rule_id=rule.rule_id,
        version_id=None if verdict.failure == "no_version" else verdict.version_id,
        office_id=office_code,
        outcome=verdict.outcome,
        failure=verdict.failure,
        inputs_sealed=sealed(dict(values), f"{place}:inputs"),
        trace_sealed=sealed([[one.zh, one.en, one.met] for one in verdict.trace], f"{place}:trace"),
        decided_at=now(),
        is_sampled=verdict.outcome == "grant" and secrets.randbelow(100) < percent,
    )
    insert(decision)
    record(CasePutToRule(case_id=case_id, version_id=verdict.version_id, outcome=verdict.outcome), by=by)


@action
def check_decision(*, decision_id: UUID, is_right: bool, note: str, by: Actor) -> AutomaticDecision:
    """抽查: say whether an automatic decision was right. A wrong one is told; what becomes of it the head decides in law."""
    decision = decision_by_id(by, decision_id)
    require(may_check(by, decision))
    decision = AutomaticDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.checked_at is not None:
        raise Refused(_("这一件已经有同事看过了。"), code="checked_already")
    if not is_right and not note.strip():
        raise InvalidInput(_("写清楚哪里不对。"), code="no_note")
    decision.checked_at, decision.checked_by_id = now(), by.known_id
    decision.check_verdict = "right" if is_right else "wrong"
    decision.check_note_sealed = vault.seal(note.strip(), f"rules_automaticdecision:{decision.pk}:check_note")
    decision.save(update_fields=["checked_at", "checked_by", "check_verdict", "check_note_sealed"])
    record(
        AutomaticDecisionChecked(case_id=decision.case_id, decision_id=decision.pk, verdict=decision.check_verdict),
        by=by,
    )
    return decision
