"""Bring facts to those who asked for them: each effect exactly once, whatever is killed when."""

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from django.db import connection, transaction

from yiwang.foundation.clock import now
from yiwang.foundation.failpoints import fail_at
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.journal.models import Cursor, Effect, Entry, Retry
from yiwang.foundation.journal.recording import Handler, handlers, revive
from yiwang.foundation.masking import scrub

logger = logging.getLogger(__name__)

LADDER = (10, 60, 300, 3600, 4 * 3600)
"""Seconds before each new try; after the last the fact is set aside for an operator."""

GAP_PATIENCE = dt.timedelta(minutes=10)
"""How long a missing number may still appear: longer than any transaction may stay open."""

GAPS_KEPT = 1_000

TURN_SECONDS = 0.25
"""How long one transaction of effects may go on: what it has locked, on SQLite everything, others wait for."""


def consumers() -> dict[str, dict[str, Handler]]:
    """Return consumer name → {kind of fact: handler}."""
    found: dict[str, dict[str, Handler]] = {}
    for kind, listening in handlers.items():
        for consumer, handler in listening:
            found.setdefault(consumer, {})[kind] = handler
    return found


def deliver(limit: int = 500) -> int:
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
    """Read on for one consumer: its effects and its position commit together. Where another worker does so, do nothing."""
    with transaction.atomic():
        Cursor.objects.get_or_create(consumer=consumer)
        may_skip = connection.features.has_select_for_update_skip_locked
        cursor = Cursor.objects.select_for_update(skip_locked=may_skip).filter(consumer=consumer).first()
        if cursor is None:
            return 0
        before, end = cursor.position, monotonic() + TURN_SECONDS
        entries = advance(cursor, limit=limit)
        facts = _facts([id_ for id_, kind in entries if kind in wanted])
        taken, done = _take(consumer, wanted, facts, lambda fact: fact.pk > before and monotonic() > end)
        if taken < len(facts):
            _go_back(cursor, facts[taken - 1].pk)
        fail_at("cursor.before")
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


def _go_back(cursor: Cursor, position: int) -> None:
    """Let a cursor end earlier than it was moved to: what lies between is read in the next turn."""
    cursor.position = position
    cursor.gaps = {g: missed for g, missed in cursor.gaps.items() if int(g) < position}


class Fact(NamedTuple):
    """What a handler is told: the number of an entry, its kind and what it says."""

    pk: int
    kind: str
    fact: dict[str, Any]


def _facts(numbers: list[int]) -> list[Fact]:
    if not numbers:
        return []
    found = Entry.objects.filter(id__in=numbers).order_by("id").values_list("id", "kind", "fact")
    return [Fact(*row) for row in found]


def _take(
    consumer: str, wanted: dict[str, Handler], facts: list[Fact], is_over: Callable[[Fact], bool]
) -> tuple[int, int]:
    """Let a consumer take facts until time is over; return how many it was given, and how many effects took place.

    All of them under one savepoint and with one statement for the effects. Where a handler cannot take one, what was done
    is undone and each is given to it alone, so that only that one is set aside.
    """
    if len(facts) > 1:
        try:
            taken = _take_together(consumer, wanted, facts, is_over)
        except Exception:
            logger.info("consumer %s could not take %s entries together", consumer, len(facts), exc_info=True)
        else:
            return taken, taken
    taken = done = 0
    for fact in facts:
        taken += 1
        done += _apply(consumer, wanted[fact.kind], fact)
        if is_over(fact):
            break
    return taken, done


def _take_together(
    consumer: str, wanted: dict[str, Handler], facts: list[Fact], is_over: Callable[[Fact], bool]
) -> int:
    taken = 0
    with transaction.atomic():
        for fact in facts:
            fail_at("effect.before")
            wanted[fact.kind](revive(fact.kind, fact.fact))
            taken += 1
            if is_over(fact):
                break
        insert(*(row(Effect, consumer=consumer, entry_id=fact.pk) for fact in facts[:taken]))
    return taken


def _apply(consumer: str, handler: Handler, fact: Fact) -> int:
    try:
        _effect(consumer, handler, fact)
    except Exception:
        logger.warning("handler %s could not take entry %s", consumer, fact.pk, exc_info=True)
        Retry.objects.create(
            consumer=consumer,
            entry_id=fact.pk,
            first_failed_at=now(),
            next_try_at=now() + dt.timedelta(seconds=LADDER[0]),
            error=scrub(traceback.format_exc(limit=-3))[-2000:],
        )
        return 0
    return 1


def _effect(consumer: str, handler: Handler, fact: Fact) -> None:
    with transaction.atomic():
        fail_at("effect.before")
        Effect.objects.create(consumer=consumer, entry_id=fact.pk)
        handler(revive(fact.kind, fact.fact))


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
            (fact,) = _facts([waiting.entry_id])
            handler = wanted.get(waiting.consumer, {}).get(fact.kind)
            if handler is None:
                continue
            try:
                _effect(waiting.consumer, handler, fact)
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
