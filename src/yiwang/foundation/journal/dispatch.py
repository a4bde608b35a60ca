"""Bring facts to those who asked for them: each effect exactly once, whatever is killed when."""

import datetime as dt
import logging
import traceback

from django.db import transaction

from yiwang.foundation.clock import now
from yiwang.foundation.journal.models import Cursor, Effect, Entry, Retry
from yiwang.foundation.journal.recording import Handler, handlers, revive
from yiwang.foundation.masking import scrub

logger = logging.getLogger(__name__)

LADDER = (10, 60, 300, 3600, 4 * 3600)
"""Seconds before each new try; after the last the fact is set aside for an operator."""

GAP_PATIENCE = dt.timedelta(minutes=10)
"""How long a missing number may still appear: longer than any transaction may stay open."""

GAPS_KEPT = 1_000


def consumers() -> dict[str, dict[str, Handler]]:
    """Return consumer name → {kind of fact: handler}."""
    found: dict[str, dict[str, Handler]] = {}
    for kind, listening in handlers.items():
        for consumer, handler in listening:
            found.setdefault(consumer, {})[kind] = handler
    return found


def deliver(limit: int = 200) -> int:
    """Let every consumer read on by at most `limit` entries; return how many effects took place."""
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    positions = {c.consumer: c for c in Cursor.objects.all()}
    done = 0
    for consumer, wanted in consumers().items():
        known = positions.get(consumer)
        if known is None or known.position < newest or known.gaps:
            done += deliver_to(consumer, wanted, limit=limit)
    return done + retry_due()


def deliver_to(consumer: str, wanted: dict[str, Handler], *, limit: int) -> int:
    """Read on for one consumer: its effects and its position commit together."""
    with transaction.atomic():
        Cursor.objects.get_or_create(consumer=consumer)
        cursor = Cursor.objects.select_for_update().get(consumer=consumer)
        entries = advance(cursor, limit=limit)
        facts = Entry.objects.filter(id__in=[id_ for id_, kind in entries if kind in wanted]).order_by("id")
        done = sum(_apply(consumer, wanted[e.kind], e) for e in facts)
        cursor.save(update_fields=["position", "gaps"])
    return done


def advance(cursor: Cursor, *, limit: int) -> list[tuple[int, str]]:
    """Move a locked cursor over the next entries; return (number, kind) of those to be read now, late ones included."""
    late = list(Entry.objects.filter(id__in=[int(g) for g in cursor.gaps]).values_list("id", "kind"))
    following = Entry.objects.filter(id__gt=cursor.position).order_by("id").values_list("id", "kind")
    ahead = list(following[:limit])
    gaps = {g: missed for g, missed in cursor.gaps.items() if int(g) not in {id_ for id_, _ in late}}
    oldest = (now() - GAP_PATIENCE).timestamp()
    gaps = {g: missed for g, missed in gaps.items() if missed > oldest}
    position = cursor.position
    for id_, _ in ahead:
        missing = range(max(position + 1, id_ - GAPS_KEPT), id_)
        gaps |= {str(g): now().timestamp() for g in missing}
        position = id_
    cursor.position, cursor.gaps = position, gaps
    return sorted(late) + ahead


def _apply(consumer: str, handler: Handler, entry: Entry) -> int:
    try:
        _effect(consumer, handler, entry)
    except Exception:
        logger.warning("handler %s could not take entry %s", consumer, entry.pk, exc_info=True)
        Retry.objects.create(
            consumer=consumer,
            entry_id=entry.pk,
            first_failed_at=now(),
            next_try_at=now() + dt.timedelta(seconds=LADDER[0]),
            error=scrub(traceback.format_exc(limit=-3))[-2000:],
        )
        return 0
    return 1


def _effect(consumer: str, handler: Handler, entry: Entry) -> None:
    with transaction.atomic():
        Effect.objects.create(consumer=consumer, entry_id=entry.pk)
        handler(revive(entry.kind, entry.fact))


def retry_due() -> int:
    """Try again what is due; return how many effects took place. After the ladder a fact is dead until re-run."""
    wanted = consumers()
    done = 0
    due = Retry.objects.filter(state=Retry.State.WAITING, next_try_at__lte=now(), consumer__in=list(wanted))
    due = due.order_by("next_try_at")
    for pk in list(due.values_list("pk", flat=True)[:50]):
        with transaction.atomic():
            waiting = Retry.objects.select_for_update().filter(pk=pk, state=Retry.State.WAITING).first()
            if waiting is None:
                continue
            entry = Entry.objects.get(pk=waiting.entry_id)
            handler = wanted.get(waiting.consumer, {}).get(entry.kind)
            if handler is None:
                continue
            try:
                _effect(waiting.consumer, handler, entry)
            except Exception:
                _climb(waiting)
            else:
                waiting.delete()
                done += 1
    return done


def _climb(waiting: Retry) -> None:
    waiting.error = scrub(traceback.format_exc(limit=-3))[-2000:]
    if waiting.attempts >= len(LADDER):
        waiting.state = Retry.State.DEAD
        logger.error("set aside for an operator: %s, entry %s", waiting.consumer, waiting.entry_id)
    else:
        waiting.next_try_at = now() + dt.timedelta(seconds=LADDER[waiting.attempts])
    waiting.attempts += 1
    waiting.save()
