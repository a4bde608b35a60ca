"""秒批: put a case to the table of its item. What the table grants is granted at once; whatever it misses a person decides."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.domains.cases.actions.acceptance import begin_decision
from yiwang.domains.cases.actions.outcome import grant_now
from yiwang.domains.cases.actions.steps import take_step
from yiwang.domains.cases.events import CaseAccepted
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_content
from yiwang.domains.cases.queries.rule_inputs import UNREADABLE, case_values
from yiwang.domains.cases.queries.rule_subjects import obstacles_of
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.organisations.models import Office
from yiwang.domains.rules.actions import keep_verdict
from yiwang.domains.rules.queries import RuleInForce, Verdict, decision_of, evaluate, load_version, rule_in_force
from yiwang.domains.rules.tables import GRANT, PERSON, Said
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import as_uuid
from yiwang.foundation.inserting import together
from yiwang.foundation.journal.recording import database_uuid, record
from yiwang.foundation.reads.actions import record_read

READ_REASON = gettext_noop("秒批，由系统按规则自动办理")
_SPECIAL_WAY = Said("申请了容缺或者作了承诺，由工作人员办理", "Something was deferred or promised: goes to a person")
_DOUBTFUL = Said(
    "申请人的身份人口库还没有核实，由工作人员办理", "The register has not confirmed who applies: goes to a person"
)
_NO_VALUES = Said(
    "取不到规则要看的内容，由工作人员办理", "What the rule looks at could not be fetched: goes to a person"
)


_ASKED = """
SELECT c.*, o.name AS office__name, o.number AS office__number, r.id AS rule__id, r.current AS rule__current, d.id AS kept,
 (EXISTS (SELECT 1 FROM cases_deferral WHERE case_id = c.id) OR EXISTS (SELECT 1 FROM cases_promise WHERE case_id = c.id))
 AS goes_special_way,
 (p.unconfirmed_since IS NOT NULL OR p.level < 2) AS is_doubtful
FROM cases_case c
JOIN rules_rule r ON r.key = 'decision:' || c.item_id AND r.current IS NOT NULL
JOIN organisations_office o ON o.code = c.office_id
JOIN identity_person p ON p.id = c.applicant_id
LEFT JOIN rules_automaticdecision d ON d.case_id = c.id
WHERE c.id = %s AND c.state = 'submitted'
"""
"""The case with the rule of its item, in one statement: most items have none, and then there is nothing to do."""


@action
def put_to_rule(*, case_id: UUID, by: Actor) -> bool:
    """Put a case that was just handed in to the rule of its item, and grant it where the rule says so.

    Rule version, values and the way to the verdict are kept either way. Returns False where the item has no rule in force.
    """
    require(by.kind == "system")
    case: Any = _asked(case_id)
    if case is None or case.kept is not None:
        return case is not None
    rule = load_version(as_uuid(case.rule__id), as_uuid(case.rule__current))
    values: dict[str, Any] = {}
    if case.is_doubtful:
        verdict = _to_a_person(rule, _DOUBTFUL, "unconfirmed_person")
    elif case.goes_special_way:
        verdict = _to_a_person(rule, _SPECIAL_WAY, "special_way")
    else:
        verdict, values = _verdict(case, rule)
    with together():
        record_read(person_id=case.applicant_id, what="case", reason=READ_REASON, case_id=case.pk, by=by)
        keep_verdict(case_id=case.pk, office_code=case.office_id, rule=rule, verdict=verdict, values=values, by=by)
        if verdict.outcome == GRANT:
            _accept(case, by)
    if verdict.outcome == GRANT:
        with together():
            grant_now(case, "grant_by_rule", "", by, way="rule")
    return True


def _asked(case_id: UUID) -> Case | None:
    """Return a case that waits for acceptance, locked, with its rule and its office; None where it has no rule in force."""
    lock = " FOR UPDATE OF c" if connection.vendor == "postgresql" else ""
    case = next(iter(Case.objects.raw(_ASKED + lock, [database_uuid(case_id)])), None)
    if case is not None:
        found: Any = case
        case.office = Office(code=case.office_id, name=found.office__name, number=found.office__number)
    return case


def _accept(case: Case, by: Actor) -> None:
    """Accept a case whose step was checked, as `accept_case` does."""
    _deadline, data = begin_decision(case, "accept", by)
    draw_up(kind="acceptance", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseAccepted(case_id=case.pk), by=by)


def _locked(case_id: UUID, by: Actor) -> Case:
    found = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if found is None:
        raise NotVisible
    return found


def _verdict(case: Case, rule: RuleInForce) -> tuple[Verdict, dict[str, Any]]:
    """Return what the rule says, and what it looked at. What cannot be put to a machine in law is not."""
    if obstacles := obstacles_of(case_content(case)):
        return _to_a_person(rule, Said(obstacles[0].zh, obstacles[0].en), "not_for_machines"), {}
    try:
        values = case_values(case, rule.keys)
    except UNREADABLE:
        return _to_a_person(rule, _NO_VALUES, "no_values"), {}
    return evaluate(rule, values), values


def _to_a_person(rule: RuleInForce, said: Said, failure: str) -> Verdict:
    return Verdict(PERSON, rule.version_id, (said,), failure)


@action
def grant_by_rule(*, case_id: UUID, by: Actor) -> Case:
    """Grant a case that was accepted already and that its rule grants. Only the machine does this, with a kept verdict."""
    case = take_step(case_id=case_id, event="grant_by_rule", revision=None, by=by)
    decision = decision_of(case_id)
    if decision is None or decision.outcome != GRANT:
        raise Refused(_("规则没有准予这一件，不能自动办理。"), code="not_met")
    return grant_now(case, "grant_by_rule", "", by, way="rule")


@action
def leave_to_person(*, case_id: UUID, refusal: str, by: Actor) -> None:
    """Note that a case which its rule would have granted could not be granted by the machine, and wait for a person."""
    require(by.kind == "system")
    case = _locked(case_id, by)
    rule = rule_in_force(f"decision:{case.item_id}")
    if rule is None or case.state != "submitted" or decision_of(case_id) is not None:
        return
    record_read(person_id=case.applicant_id, what="case", reason=READ_REASON, case_id=case.pk, by=by)
    said = Said("系统办到一半办不下去，转给工作人员办理", "The machine could not go through with it: goes to a person")
    verdict = _to_a_person(rule, said, refusal[:30])
    keep_verdict(case_id=case.pk, office_code=case.office_id, rule=rule, verdict=verdict, values={}, by=by)
