"""Hand in one part of a joint case (一件事): a case like any other, on the version that the merged form was made of."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.entering import desired
from yiwang.domains.cases.actions.submission import _acknowledged, _hand_in
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import may_submit
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor


@action
def submit_part(
    *,
    item_code: str,
    version_id: UUID,
    answers: dict[str, Any],
    key: str,
    joint_reference: str,
    by: Actor,
) -> Case:
    """Hand in one part of what was asked for with one form; the same key is the same case.

    Raises:
        InvalidInput: with the problems of each field, by the keys of the item's own form.
        Refused: where the item takes no applications now (`not_open`).
    """
    require(may_submit(by))
    item, used = desired(item_code, key, by)
    if used is not None:
        return _acknowledged(key, "", by)
    if item is None:
        raise NotVisible
    if not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。"), code="not_open")
    case, _new = _hand_in(item, version_id, answers, key=key, body_hash="", joint_reference=joint_reference, by=by)
    return case
