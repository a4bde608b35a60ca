"""Run the rule that is in force. Whatever goes wrong with it, the answer is: a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from yiwang.domains.rules.models import Rule, RuleVersion
from yiwang.domains.rules.tables import (
    PERSON,
    RuleFailed,
    Said,
    Table,
    content_hash,
    explain,
    from_json,
    run,
    to_jdm,
)
from yiwang.foundation.ids import as_uuid


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """The version of a rule that decides now. `table` is None where what is stored cannot be trusted: `failure` says why."""

    rule_id: UUID
    version_id: UUID
    table: Table | None
    jdm: str
    failure: str = ""
    finds: bool = False
    """It looks for people who qualify, and decides no case."""

    @property
    def keys(self) -> frozenset[str]:
        """What the table looks at; nothing else has to be fetched."""
        return frozenset(column.input for column in self.table.columns) if self.table else frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one set of values, how it came to that, and under which version."""

    outcome: Literal["grant", "person"]
    version_id: UUID | None
    trace: tuple[Said, ...]
    failure: str = ""


_CURRENT = "SELECT id, current FROM rules_rule WHERE key = %s AND current IS NOT NULL"


def rule_in_force(rule_key: str) -> RuleInForce | None:
    """Return the rule of `decision:<item code>` or `entitlement:<item code>` that decides now; None where people do."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, [rule_key])
        row = cursor.fetchone()
    return load_version(as_uuid(row[0]), as_uuid(row[1])) if row else None


def items_with_rules() -> frozenset[str]:
    """Return the codes of the items whose cases a published rule decides now."""
    kind = Rule.Kind.DECISION
    return frozenset(Rule.objects.filter(kind=kind, current__isnull=False).values_list("item_code", flat=True))


MOST_KEPT = 500
_kept: dict[UUID, RuleInForce] = {}
"""Versions that were found sound: they never change. What is not sound is looked at again each time."""


def load_version(rule_id: UUID, version_id: UUID) -> RuleInForce:
    """Return a version ready to run. It is run only as it was published: the hash holds, and the graph is that of the table."""
    kept = _kept.get(version_id)
    if kept is not None and kept.rule_id == rule_id:
        return kept
    found = _load(rule_id, version_id)
    if found.table is not None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[version_id] = found
    return found


def forget_versions() -> None:
    """Read every version anew at the next question."""
    _kept.clear()


def _load(rule_id: UUID, version_id: UUID) -> RuleInForce:
    version = RuleVersion.objects.select_related("rule").filter(pk=version_id, rule_id=rule_id).first()
    if version is None:
        return RuleInForce(rule_id, version_id, None, "", "no_version")
    if content_hash(version.content.encode()) != version.content_hash:
        return RuleInForce(rule_id, version_id, None, "", "altered")
    try:
        table = from_json(version.content)
        same = to_jdm(table) == version.jdm
    except ValueError:  # what is no table, and what is no value
        return RuleInForce(rule_id, version_id, None, "", "not_readable")
    if not same:
        return RuleInForce(rule_id, version_id, None, "", "altered")
    return RuleInForce(rule_id, version_id, table, version.jdm, finds=version.rule.kind == Rule.Kind.ENTITLEMENT)


def evaluate(rule: str | RuleInForce | None, values: Mapping[str, Any]) -> Verdict:
    """Return what a rule, or the rule in force under a key, says of these values (by input).

    Never raises and never goes on for ever: where there is no rule, or it fails or takes too long, a person decides.
    """
    found = rule_in_force(rule) if isinstance(rule, str) else rule
    if found is None:
        return Verdict(PERSON, None, (), "no_rule")
    if found.table is None:
        return Verdict(PERSON, found.version_id, (_FAILED,), found.failure)
    try:
        hit = run(found.jdm, found.table, values)
        return Verdict(hit.outcome, found.version_id, tuple(explain(found.table, values, hit, finds=found.finds)))
    except RuleFailed as failed:
        return Verdict(PERSON, found.version_id, (_FAILED,), failed.code)


_FAILED = Said("规则没能运行，转给工作人员办理", "The rule could not be run: goes to a person")
