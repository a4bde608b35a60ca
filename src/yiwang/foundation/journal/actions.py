"""What an operator may do with facts that were set aside."""

from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.events import FactTriedAgain
from yiwang.foundation.journal.models import Retry
from yiwang.foundation.journal.recording import record


@action
def rerun_fact(*, retry_id: int, by: Actor) -> None:
    """Put a set-aside fact back on the ladder; safe to repeat, its effect happens once."""
    require(by.has_role("operator"))
    waiting = Retry.objects.select_for_update().filter(pk=retry_id).first()
    if waiting is None or waiting.state != Retry.State.DEAD:
        raise Refused("这一条已经不在搁置清单里了。", code="not_set_aside")
    waiting.state, waiting.attempts, waiting.next_try_at = Retry.State.WAITING, 1, now()
    waiting.save(update_fields=["state", "attempts", "next_try_at"])
    record(FactTriedAgain(consumer=waiting.consumer, entry_id=waiting.entry_id), by=by)
