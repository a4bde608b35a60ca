"""Enter the life events; renew the pages where something beside the items changed."""

from collections.abc import Iterable

from yiwang.domains.catalogue.actions.storing import turn_edition
from yiwang.domains.catalogue.events import LifeEventsLoaded
from yiwang.domains.catalogue.models import LifeEvent
from yiwang.domains.catalogue.policies import may_publish
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record


@action
def load_life_events(*, events: Iterable[LifeEvent], by: Actor) -> int:
    """Enter or change the stages of a life and of a firm; return how many there are."""
    require(may_publish(by))
    wanted = list(events)
    LifeEvent.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name_zh", "name_en", "icon", "audience", "position"],
    )
    turn_edition()
    record(LifeEventsLoaded(keys=tuple(e.key for e in wanted)), by=by)
    return len(wanted)


@action(silent="what changed is recorded where it changed; here only caches of pages are told")
def renew_pages(*, by: Actor) -> None:
    """Have every cache of public pages begin anew."""
    require(may_publish(by))
    turn_edition()
