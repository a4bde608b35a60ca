"""Change the rules. They are data: each change makes a new version, and old cards keep the one that showed them."""

from django.utils.translation import gettext as _

from yiwang.domains.supervision.events import CardRuleChanged
from yiwang.domains.supervision.models import CardRule
from yiwang.domains.supervision.policies import may_change_rules
from yiwang.domains.supervision.queries.rules import all_rules
from yiwang.foundation.actions import InvalidInput, NotVisible, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record

TOLD = ("head", "supervisor")
MOST_WORKDAYS = 60
KEPT = ("key", "position", "name", "name_en", "trigger", "clock", "fact", "colour")
"""What a rule is about: another matter would be another rule."""


@action
def change_card_rule(
    *, key: str, share: int, workdays: int, explain_workdays: int, duty: str, told: list[str], is_on: bool, by: Actor
) -> CardRule:
    """Set the thresholds of a rule, who explains and who is told; from the next look on it is this version that counts.

    Raises:
        InvalidInput: where a threshold cannot be met, or a duty is unknown.
    """
    require(may_change_rules(by))
    rule = next((one for one in all_rules() if one.key == key), None)
    if rule is None:
        raise NotVisible
    if not 0 <= share <= 100 or not 0 <= workdays <= MOST_WORKDAYS:
        raise InvalidInput(
            _("剩余时间在 0 到 100% 之间，工作日在 0 到 {n} 之间。").format(n=MOST_WORKDAYS), code="threshold"
        )
    if not 1 <= explain_workdays <= MOST_WORKDAYS:
        raise InvalidInput(_("说明的期限在 1 到 {n} 个工作日之间。").format(n=MOST_WORKDAYS), code="explain_workdays")
    if duty not in CardRule.Duty.values or any(one not in TOLD for one in told):
        raise InvalidInput(_("选谁来说明、还要告诉谁。"), code="duty")
    wanted = {
        "share": share, "workdays": workdays, "explain_workdays": explain_workdays, "duty": duty,
        "told": sorted(set(told)), "is_on": is_on,
    }  # fmt: skip
    if all(getattr(rule, name) == value for name, value in wanted.items()):
        return rule
    kept = {name: getattr(rule, name) for name in KEPT}
    changed = CardRule.objects.create(
        **kept, **wanted, version=rule.version + 1, changed_by_id=by.known_id, changed_at=now()
    )
    record(CardRuleChanged(rule_key=key, version=changed.version), by=by)
    return changed
