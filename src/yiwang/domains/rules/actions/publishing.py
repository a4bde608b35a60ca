"""Try a table on past cases, publish it, stop it."""

from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.domains.rules.actions.editing import locked_draft
from yiwang.domains.rules.events import RuleDryRunFinished, RulePublished, RuleStopped
from yiwang.domains.rules.models import DryRun, Rule, RuleDraft, RuleVersion
from yiwang.domains.rules.policies import may_decide_automatically, may_edit_rules
from yiwang.domains.rules.queries import draft_table, faults_in, obstacles_to
from yiwang.domains.rules.tables import Table, to_jdm
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import record

GRANTED_AGAINST_PEOPLE = "grant-refused"
"""What a dry run counts of cases that people refused and the table would grant."""


def _sound_table(draft: RuleDraft) -> Table:
    """Return the table of a draft that may be tried and published.

    Raises:
        InvalidInput: something in it does not hold; `errors` are all faults.
        Refused: no machine may decide this item.
    """
    rule, language = draft.rule, get_language() or "zh"
    if obstacles := obstacles_to(rule):
        raise Refused(obstacles[0].in_(language), code="not_for_machines")
    table = draft_table(rule)
    if faults := faults_in(rule, table):
        raise InvalidInput(_("有 {n} 处要改。").format(n=len(faults)), code="invalid", errors=faults)
    return table


@action(silent="a dry run decides nothing; its end is a fact")
def ask_for_dry_run(*, rule_id: UUID, revision: int, by: Actor) -> DryRun:
    """Have the worker put a draft to past cases; it says what would have come of them."""
    draft = locked_draft(rule_id, revision, by)
    _sound_table(draft)
    run = DryRun.objects.create(
        id=uuid7(),
        rule=draft.rule,
        content=draft.content,
        content_hash=draft.content_hash,
        asked_at=now(),
        asked_by_id=by.id if by.is_staff else None,
    )
    enqueue("dry_run_rule", {"dry_run": str(run.pk)}, key=str(run.pk))
    return run


@action
def note_dry_run(
    *,
    dry_run_id: UUID,
    state: str,
    looked: int,
    counts: dict[str, int],
    differences: list[str],
    error: str = "",
    by: Actor,
) -> None:
    """Keep how far a dry run has come, and what it found; its end is told."""
    require(may_decide_automatically(by))
    values: dict[str, Any] = {
        "state": state,
        "looked": looked,
        "counts": counts,
        "differences": differences,
        "error": error,
    }
    ended = state in {DryRun.State.DONE, DryRun.State.FAILED}
    DryRun.objects.filter(pk=dry_run_id).update(**values, finished_at=now() if ended else None)
    if ended:
        rule_id = DryRun.objects.values_list("rule_id", flat=True).get(pk=dry_run_id)
        record(RuleDryRunFinished(rule_id=rule_id, looked=looked), by=by)


@action
def publish_rule(*, rule_id: UUID, revision: int, differences_seen: bool = False, by: Actor) -> RuleVersion:
    """Let a table decide from now on, as a new version that never changes.

    Raises:
        InvalidInput: where it fails, goes round, or one of its examples comes out otherwise; `errors` are the faults.
        Refused: where this very table was not tried on past cases (`no_dry_run`), or would have granted what people
            refused and nobody says to have looked at that (`differences`).
    """
    draft = locked_draft(rule_id, revision, by)
    rule = Rule.objects.select_for_update(of=("self",)).get(pk=rule_id)
    table = _sound_table(draft)
    tried = DryRun.objects.filter(rule=rule, content_hash=draft.content_hash, state=DryRun.State.DONE)
    run = tried.order_by("-id").first()
    if run is None:
        raise Refused(_("这张表还没有在过去的件上试运行过。先试运行，看过结果再发布。"), code="no_dry_run")
    if run.counts.get(GRANTED_AGAINST_PEOPLE) and not differences_seen:
        raise Refused(_("有的件当时没有准予，这张表会准予。逐件看过以后，勾选“已看过”再发布。"), code="differences")
    newest = RuleVersion.objects.filter(rule=rule).order_by("-number").first()
    if newest and newest.pk == rule.current and newest.content_hash == draft.content_hash:
        raise Refused(_("和现在用的版本一样，没有改动。"), code="nothing_changed")
    version = RuleVersion.objects.create(
        id=uuid7(),
        rule=rule,
        number=newest.number + 1 if newest else 1,
        content=draft.content,
        content_hash=draft.content_hash,
        jdm=to_jdm(table),
        published_at=now(),
        published_by_id=by.id if by.is_staff else None,
    )
    rule.current = version.pk
    rule.save(update_fields=["current"])
    record(RulePublished(rule_id=rule.pk, item_code=rule.item_code, number=version.number), by=by)
    return version


@action
def stop_rule(*, rule_id: UUID, by: Actor) -> None:
    """Let people decide from now on. What was decided stays; publishing starts it again."""
    rule = Rule.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=rule_id).first()
    if rule is None:
        raise NotVisible
    require(may_edit_rules(by, rule.office_id))
    if rule.current is None:
        raise Refused(_("这条规则没有在用。"), code="not_in_force")
    rule.current = None
    rule.save(update_fields=["current"])
    record(RuleStopped(rule_id=rule.pk, item_code=rule.item_code), by=by)
