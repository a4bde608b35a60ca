"""Bring facts to those who asked for them: each effect exactly once, whatever is killed when."""

import datetime as dt
import logging
import traceback
from bisect import bisect_right
from collections.abc import Callable
from operator import itemgetter
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
    reading = consumers()
    behind = [c for c in positions.values() if c.consumer in reading and (c.position < newest or c.gaps)]
    passed = _pass_over(reading, behind, limit)
    done = 0
    for consumer, wanted in reading.items():
        known = positions.get(consumer)
        if consumer not in passed and (known is None or known.position < newest or known.gaps):
            done += deliver_to(consumer, wanted, limit=limit)
    return done + retry_due()


def _pass_over(reading: dict[str, dict[str, Handler]], behind: list[Cursor], limit: int) -> set[str]:
    """Move on, all in one transaction, those whom none of the next entries concerns; return who need not read now.

    Most facts concern few consumers: a transaction for each of the others would cost more than all effects. Where a
    late number has appeared, each consumer that waited for it looks for itself.
    """
    ahead = _ahead([c.position for c in behind], limit)
    awaited = {int(number) for cursor in behind for number in cursor.gaps}
    late = set(Entry.objects.filter(id__in=awaited).values_list("id", flat=True)) if awaited else set()
    idle: dict[tuple[int, frozenset[str]], list[Cursor]] = {}
    for cursor in behind:
        concerned = any(kind in reading[cursor.consumer] for _, kind in ahead[cursor.position])
        if not concerned and late.isdisjoint(map(int, cursor.gaps)):
            idle.setdefault((cursor.position, frozenset(cursor.gaps)), []).append(cursor)
    for (position, numbers), cursors in idle.items():
        _move_together(position, numbers, cursors, [id_ for id_, _ in ahead[position]])
    return {cursor.consumer for cursors in idle.values() for cursor in cursors}


def _move_together(position: int, numbers: frozenset[str], cursors: list[Cursor], following: list[int]) -> None:
    """Move cursors that stand at one place and wait for the same numbers; where another worker has one, that one does."""
    waiting = {number: max(c.gaps[number] for c in cursors) for number in numbers}
    gaps = _still_awaited(waiting) | _missing(position, following)
    if not following and gaps.keys() == waiting.keys():
        return
    with transaction.atomic():
        may_skip = connection.features.has_select_for_update_skip_locked
        names = [c.consumer for c in cursors]
        there = Cursor.objects.select_for_update(skip_locked=may_skip).filter(consumer__in=names, position=position)
        still = [c.consumer for c in there if frozenset(c.gaps) == numbers]
        Cursor.objects.filter(consumer__in=still).update(position=following[-1] if following else position, gaps=gaps)


def _ahead(positions: list[int], limit: int) -> dict[int, list[tuple[int, str]]]:
    """Return position → (number, kind) of the next entries, at most `limit` beyond the furthest behind."""
    if not positions:
        return {}
    following = Entry.objects.filter(id__gt=min(positions)).order_by("id").values_list("id", "kind")
    entries = list(following[:limit])
    return {at: entries[bisect_right(entries, at, key=itemgetter(0)) :] for at in set(positions)}


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
    following_ids = [id_ for id_, _ in ahead]
    cursor.gaps = _still_awaited(gaps) | _missing(cursor.position, following_ids)
    cursor.position = following_ids[-1] if following_ids else cursor.position
    return sorted(late) + ahead


def _still_awaited(gaps: dict[str, float]) -> dict[str, float]:
    oldest = (now() - GAP_PATIENCE).timestamp()
    return {number: missed for number, missed in gaps.items() if missed > oldest}


def _missing(position: int, following: list[int]) -> dict[str, float]:
    """Return the numbers that are not there between a position and the next entries, each with the time of now."""
    found: dict[str, float] = {}
    for id_ in following:
        found |= {str(number): now().timestamp() for number in range(max(position + 1, id_ - GAPS_KEPT), id_)}
        position = id_
    return found


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
