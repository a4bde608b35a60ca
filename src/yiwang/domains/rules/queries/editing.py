"""Read rules as those who edit them see them."""

from collections import Counter
from uuid import UUID

from yiwang.domains.rules.models import AutomaticDecision, DryRun, Rule, RuleVersion
from yiwang.domains.rules.ports import Subject, subjects
from yiwang.domains.rules.tables import Fault, Input, Table, faults_of, from_json
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.forms.texts import Text

LATELY = 1_000


def rules_of(actor: Actor, limit: int = 200) -> list[Rule]:
    """Return the rules that an official may see, by the name of the item."""
    found = Rule.objects.visible_to(actor).select_related("office", "draft")
    return list(found.order_by("item_name", "kind")[:limit])


def rule_by_id(actor: Actor, rule_id: UUID) -> Rule:
    """Return one rule with its draft.

    Raises:
        NotVisible: where there is none, or it is another office's.
    """
    found = Rule.objects.visible_to(actor).select_related("office", "draft__edited_by").filter(pk=rule_id).first()
    if found is None:
        raise NotVisible
    return found


def draft_table(rule: Rule) -> Table:
    """Return the table as it is being edited."""
    return from_json(rule.draft.content)


def table_of(version: RuleVersion) -> Table:
    """Return the table of a version."""
    return from_json(version.content)


def versions_of(rule: Rule, limit: int = 50) -> list[RuleVersion]:
    """Return the versions of a rule, the newest first."""
    return list(RuleVersion.objects.filter(rule=rule).select_related("published_by").order_by("-number")[:limit])


def version_of(rule: Rule, number: int) -> RuleVersion:
    """Return one version.

    Raises:
        NotVisible: where there is none of that number.
    """
    found = RuleVersion.objects.filter(rule=rule, number=number).select_related("published_by").first()
    if found is None:
        raise NotVisible
    return found


def latest_dry_run(rule: Rule) -> DryRun | None:
    """Return the last trial on past cases."""
    return DryRun.objects.filter(rule=rule).order_by("-id").first()


def inputs_for(rule: Rule) -> list[Input]:
    """Return what the table of a rule may look at."""
    return subjects().inputs(rule.item_code, rule.kind)


def subject_of(item_code: str) -> Subject | None:
    """Return the item of a rule, as those above know it."""
    return subjects().subject(item_code)


def obstacles_to(rule: Rule) -> list[Text]:
    """Return why no machine may decide the item of a rule; none where it may."""
    found = subject_of(rule.item_code)
    return list(found.obstacles) if found else [Text("没有这个事项", "there is no such item")]


def faults_in(rule: Rule, table: Table) -> list[Fault]:
    """Return what is wrong with a table of a rule."""
    return faults_of(table, inputs_for(rule))


def decided_lately(rule: Rule) -> dict[str, int]:
    """Return how the newest cases of a rule went, up to 1,000: grant, person, failed, and how many checks found it wrong."""
    rows = (
        AutomaticDecision.objects.filter(rule=rule).order_by("-id").values_list("outcome", "failure", "check_verdict")
    )
    found: Counter[str] = Counter()
    for outcome, failure, verdict in rows[:LATELY]:
        found[outcome] += 1
        found["failed"] += bool(failure)
        found["wrong"] += verdict == "wrong"
    return {key: found[key] for key in ("grant", "person", "failed", "wrong")}
