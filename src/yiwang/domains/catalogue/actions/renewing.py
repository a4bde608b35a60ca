"""Bundles follow their items: a new version of one of them is a new version of the merged form."""

from collections.abc import Sequence

import msgspec

from yiwang.domains.catalogue.actions.bundling import fitted, mentions
from yiwang.domains.catalogue.actions.publishing import amend_item, change_item_state
from yiwang.domains.catalogue.models import Item
from yiwang.domains.catalogue.policies import may_publish
from yiwang.domains.catalogue.queries import bundle_codes, guide
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor


@action(silent="each bundle that changes is recorded as it is published or suspended")
def renew_bundles(*, item_codes: Sequence[str], by: Actor) -> list[str]:
    """Publish anew the bundles that one of these items is part of; return their codes.

    A bundle that its items no longer fit is suspended until somebody mends it: nobody should fill in a form whose answers
    an office would not understand. What was begun on its old version goes on.
    """
    require(may_publish(by))
    changed = []
    for code in bundle_codes():
        found = guide(code)
        if found is None or not mentions(found.content, item_codes):
            continue
        content, faults = fitted(found.content)
        if faults and found.state == Item.State.PUBLISHED:
            change_item_state(item_code=code, state=Item.State.SUSPENDED, by=by)
            changed.append(code)
        elif not faults and content != found.content:
            parts = {key: msgspec.to_builtins(getattr(content, key)) for key in ("bundle", "form", "materials")}
            amend_item(item_code=code, changes=parts, by=by)
            changed.append(code)
    return changed
