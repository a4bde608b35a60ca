"""Begin a table, and keep what officials make of it: right or not yet, it decides nothing."""

from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.domains.rules.events import RuleOpened
from yiwang.domains.rules.models import Rule, RuleDraft
from yiwang.domains.rules.policies import may_edit_rules
from yiwang.domains.rules.queries import subject_of
from yiwang.domains.rules.tables import Table, canonical_json, content_hash, read_jdm
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record

LONGEST_CONTENT = 200_000


@action
def open_rule(*, kind: str, item_code: str, by: Actor) -> Rule:
    """Begin the table of an item, empty; or return the one that is there."""
    subject = subject_of(item_code)
    if subject is None:
        raise InvalidInput(_("没有这个编号的事项。"), code="no_item")
    require(may_edit_rules(by, subject.office_code))
    if kind not in Rule.Kind.values:
        raise InvalidInput(_("选一种用途。"), code="no_kind")
    if subject.obstacles:
        raise Refused(subject.obstacles[0].in_(get_language() or "zh"), code="not_for_machines")
    key = f"{kind}:{item_code}"
    rule, is_new = Rule.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "item_code": item_code,
            "item_name": subject.name,
            "item_name_en": subject.name_en,
            "office_id": subject.office_code,
            "created_at": now(),
        },
    )
    if is_new:
        canonical = canonical_json(Table())
        RuleDraft.objects.create(
            rule=rule,
            content=canonical.decode(),
            content_hash=content_hash(canonical),
            edited_at=now(),
            edited_by_id=by.id if by.is_staff else None,
        )
        record(RuleOpened(rule_id=rule.pk, item_code=item_code), by=by)
    return rule


def locked_draft(rule_id: UUID, revision: int, by: Actor) -> RuleDraft:
    """Return a draft for a change, if nobody was faster.

    Raises:
        NotVisible: where it is another office's.
        Refused: where somebody else changed it meanwhile (`stale`).
    """
    if not Rule.objects.visible_to(by).filter(pk=rule_id).exists():
        raise NotVisible
    draft = RuleDraft.objects.select_for_update(of=("self",)).select_related("rule").get(pk=rule_id)
    require(may_edit_rules(by, draft.rule.office_id))
    if draft.revision != revision:
        raise Refused(_("别人刚刚改过这张表，请看最新的再改。"), code="stale")
    return draft


@action(silent="a draft decides nothing; the version that is published from it is a fact")
def save_rule_draft(*, rule_id: UUID, table: Table, revision: int, by: Actor) -> RuleDraft:
    """Keep a table as it stands. What is wrong with it is said when it is read, and holds up only publishing.

    Raises:
        Refused: where somebody else changed it meanwhile (`stale`).
    """
    draft = locked_draft(rule_id, revision, by)
    canonical = canonical_json(table)
    if len(canonical) > LONGEST_CONTENT:
        raise InvalidInput(_("这张表太大了。"), code="too_large")
    draft.content, draft.content_hash = canonical.decode(), content_hash(canonical)
    draft.revision += 1
    draft.edited_at, draft.edited_by_id = now(), by.id if by.is_staff else None
    draft.save(update_fields=["content", "content_hash", "revision", "edited_at", "edited_by"])
    return draft


@action
def import_rule_table(*, rule_id: UUID, document: str, revision: int, by: Actor) -> RuleDraft:
    """Take a table from a JDM document that this platform wrote, here or elsewhere.

    Raises:
        InvalidInput: where the graph is not one input, one table and one output in a line, goes round, or cannot be read.
    """
    locked_draft(rule_id, revision, by)
    table, faults = read_jdm(document)
    if table is None:
        raise InvalidInput(faults[0].words.in_(get_language() or "zh"), code=faults[0].code)
    return save_rule_draft(rule_id=rule_id, table=table, revision=revision, by=by)
