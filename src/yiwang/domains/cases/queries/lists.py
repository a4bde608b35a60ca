"""Read lists of cases: one's own, an office's queue, what it finished.

Hot reads, as statements of their own: each follows one index in its order and stops at the page, so that they cost among
ten million cases what they cost among ten thousand. Nothing is counted and no page is skipped over. What an actor may see
here is what `Case.objects.visible_to` says; a test holds the two together.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.models.cases import HANDING_OUT
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.cases.queries.procedure import granted_by_silence
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import database_uuid
from yiwang.foundation.prepared import prepared_cursor
from yiwang.foundation.rows import date, moment

_MINE = """
SELECT c.*, o.name AS office__name, o.name_en AS office__name_en FROM (
 SELECT c.id, c.number, c.item_id, c.item_name, c.item_name_en, c.applicant_name, c.state, c.outcome, c.is_open,
 c.submitted_at, c.closed_at, c.due_on, c.legal_due_on, c.about_certificate_id, c.office_id FROM cases_case c
 WHERE {mine}{later} ORDER BY c.submitted_at DESC, c.id DESC LIMIT %s
) c JOIN organisations_office o ON o.code = c.office_id ORDER BY c.submitted_at DESC, c.id DESC
"""
"""The page is cut before its offices are looked up: PostgreSQL would else read all cases of whoever has hundreds."""
_LATER = " AND (c.submitted_at, c.id) < ((SELECT b.submitted_at FROM cases_case b WHERE b.id = %s), %s)"


def my_cases(actor: Actor, *, limit: int = 20, before: UUID | None = None) -> list[dict[str, Any]]:
    """Return one's cases, the newest first, from one statement without a count; `before` is the last id of a page.

    What one may see is what `visible_to` says: one's own, or those of the firm acted for. `by_silence` says of a renewal
    that is on its way out that the law granted it (art. 50).
    """
    if not actor.is_person:
        return []
    mine = "c.firm_id = %s" if actor.on_behalf_of else "c.applicant_id = %s AND c.firm_id IS NULL"
    values: list[Any] = [database_uuid(actor.on_behalf_of or actor.known_id)]
    if before:
        values += [database_uuid(before)] * 2
    rows = _rows(_MINE.format(mine=mine, later=_LATER if before else ""), [*values, limit], of_one=True)
    handing_out = [row["id"] for row in rows if row["state"] in HANDING_OUT and row["about_certificate_id"]]
    silent = granted_by_silence(handing_out) if handing_out else set()
    for row in rows:
        row["by_silence"] = row["id"] in silent
        del row["office_id"], row["about_certificate_id"]
    return rows


def _rows(sql: str, values: Sequence[Any], *, of_one: bool = False) -> list[dict[str, Any]]:
    """Return rows as the ORM's `values()` would, at the cost of their statement.

    A question about one applicant (`of_one`) is planned once for all; an office's depends on how much it has to do.
    """
    with prepared_cursor() if of_one else connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if connection.vendor == "sqlite":
        typed = [(name, _TYPES[name]) for name in names if name in _TYPES]
        for row in rows:
            for name, type_of in typed:
                value = row[name]
                if value is not None:
                    row[name] = type_of(value)
    return rows


_TYPES: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "firm_id", "assignee_id", "applicant_id"), UUID),
    **dict.fromkeys(("submitted_at", "accepted_at", "closed_at"), moment),
    **dict.fromkeys(("due_on", "legal_due_on"), date),
    "is_open": bool,
}
"""Column → what gives it its type, which SQLite does not know."""


NEWEST = 2_000
KEEP_SECONDS = 60
_demanded: tuple[float, list[tuple[str, dt.datetime]]] | None = None


def most_submitted(*, days: int = 90, limit: int = 8) -> list[str]:
    """Return the items applied for most among the newest cases of all people; a figure of nobody's own.

    Only so many of the newest are looked at, once a minute in a process: the home page must not count ten million.
    """
    global _demanded
    if _demanded is None or time.monotonic() - _demanded[0] > KEEP_SECONDS:
        newest = Case.objects.order_by("-id").values_list("item_id", "submitted_at")[:NEWEST]
        _demanded = (time.monotonic(), list(newest))
    since = now() - dt.timedelta(days=days)
    times = Counter(code for code, at in _demanded[1] if at > since)
    return [code for code, _ in sorted(times.items(), key=lambda row: (-row[1], row[0]))[:limit]]


def forget_demand() -> None:
    """Look anew at what is applied for at the next question."""
    global _demanded
    _demanded = None


@dataclass(frozen=True)
class QueueRow:
    """One case in the queue of an office."""

    case: dict[str, Any]
    days_left: int | None
    legal_days_left: int | None


_QUEUE = """
SELECT c.id, c.number, c.item_name, c.item_name_en, c.applicant_name, c.state, c.submitted_at, c.due_on, c.legal_due_on,
 c.assignee_id, s.name AS assignee__name, c.channel, c.firm_id{more}
FROM cases_case c LEFT JOIN identity_staff s ON s.id = c.assignee_id
WHERE {where} ORDER BY {order} LIMIT %s
"""
_PARTS = {
    "all": "",
    "mine": " AND c.assignee_id = %s",
    "unclaimed": " AND c.assignee_id IS NULL",
    "acceptance": " AND c.state = 'submitted'",
    "review": " AND c.state = 'accepted'",
    "decision": " AND c.state = 'in_review'",
    "waiting": " AND c.state = 'correction'",
    "overdue": " AND c.due_on < %s AND c.state <> 'correction'"
    " AND (c.legal_due_on IS NOT NULL OR c.state NOT IN ('granted', 'issued'))",
    "today": " AND c.due_on = %s",
}
"""Part of the queue → what its cases have beside being open cases of the office. Each has an index in order of due date."""

_DATED = {"overdue", "today"}

NEAREST = 1_000
NAMED = 200

After = tuple[dt.date | None, UUID]
"""The due date and the id of the last case of a page."""


def queue(
    actor: Actor,
    *,
    which: str = "all",
    search: str = "",
    limit: int = 30,
    after: After | None = None,
    colleague: UUID | None = None,
    due_by: dt.date | None = None,
    item: str = "",
) -> list[QueueRow]:
    """Return the open cases of one's office, the most urgent first: one statement, in the order of an index.

    `which`: all, mine, unclaimed, acceptance, review, decision, waiting (for the applicant), overdue, today; of these
    only what a `colleague` has in hand, what is due until a day, or what asks for one `item`.
    `search` finds a number, the beginning of an applicant's name (the first 200), and any part of the names of
    applicant or item among the 1,000 most urgent; more of them would be a walk through the whole office.
    """
    if not _may_read_queue(actor):
        return []
    rows = queue_rows(actor, Asked(which, search, colleague, due_by, item), limit=limit, after=after)
    days, day = calendar(), today()
    return [
        QueueRow(
            row,
            workdays_left(day, row["due_on"], days) if row["due_on"] else None,
            workdays_left(day, row["legal_due_on"], days) if row["legal_due_on"] else None,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Asked:
    """What part of a queue is asked for."""

    which: str = "all"
    words: str = ""
    colleague: UUID | None = None
    due_by: dt.date | None = None
    item: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether only cases with a date can be in it."""
        return self.which in _DATED or self.due_by is not None


def queue_rows(
    actor: Actor, asked: Asked, *, limit: int, after: After | None = None, more: str = ""
) -> list[dict[str, Any]]:
    """Return rows of the queue in its order; `more` are further columns. Whoever calls has asked `visible_to`'s question."""
    if asked.words:
        return _found(actor, asked, after, limit, more)
    due, last = after or (None, None)
    has_date = " AND c.due_on IS NOT NULL"
    rows = _queued(actor, asked, has_date, after, limit, more) if last is None or due else []
    if len(rows) < limit and not asked.is_dated:  # those without a date come last
        rows += _queued(actor, asked, " AND c.due_on IS NULL", None if due else after, limit - len(rows), more)
    return rows


def _queued(actor: Actor, asked: Asked, where: str, after: After | None, limit: int, more: str) -> list[dict[str, Any]]:
    """Read on in an index of the queue: cases with a date, or those without."""
    part, values = _part(actor, asked)
    which = asked.which
    if after:
        due, last = after
        many = due is not None and which != "today"
        where += " AND (c.due_on, c.id) > (%s, %s)" if many else " AND c.id > %s"
        values = [*values, *([_stored_date(due)] if many else []), database_uuid(last)]
    sql = _QUEUE.format(more=more, where=f"c.office_id = %s AND c.is_open{part}{where}", order="c.due_on, c.id")
    return _rows(sql, [actor.office, *values, limit])


def _may_read_queue(actor: Actor) -> bool:
    """As `visible_to`: whoever handles cases, those of their office."""
    return actor.is_staff and actor.has_role("window", "reviewer", "head") and bool(actor.office)


def _part(actor: Actor, asked: Asked) -> tuple[str, list[Any]]:
    """Return the condition of a part; for a deputy "mine" is what the absent one has in hand."""
    known = {
        "mine": [database_uuid(actor.on_behalf_of or actor.id)],
        "overdue": [_stored_date(today())],
        "today": [_stored_date(today())],
    }
    part, values = _PARTS.get(asked.which, ""), known.get(asked.which, [])
    if asked.colleague:
        part, values = f"{part} AND c.assignee_id = %s", [*values, database_uuid(asked.colleague)]
    if asked.due_by:
        part, values = f"{part} AND c.due_on <= %s", [*values, _stored_date(asked.due_by)]
    if asked.item:
        part, values = f"{part} AND c.item_id = %s", [*values, asked.item]
    return part, values


def _stored_date(day: dt.date | None) -> Any:
    return connection.ops.adapt_datefield_value(day)


_LOOKS = f"""
SELECT c.id, c.due_on FROM (
 SELECT n.id, n.due_on, n.state, n.assignee_id, n.item_id FROM cases_case n
 WHERE n.id = (SELECT case_id FROM cases_casenumber WHERE number = %s) AND n.office_id = %s AND n.is_open
 UNION SELECT * FROM (SELECT a.id, a.due_on, a.state, a.assignee_id, a.item_id FROM cases_case a
 WHERE a.office_id = %s AND a.is_open AND {{named}} ORDER BY a.applicant_name{{in_order}} LIMIT {NAMED}) b
 UNION SELECT q.id, q.due_on, q.state, q.assignee_id, q.item_id FROM (SELECT u.id, u.due_on, u.state, u.assignee_id,
 u.item_id, u.applicant_name, u.item_name FROM cases_case u WHERE u.office_id = %s AND u.is_open ORDER BY u.due_on, u.id LIMIT {NEAREST}) q
 WHERE q.applicant_name {{like}} %s ESCAPE '\\' OR q.item_name {{like}} %s ESCAPE '\\') c WHERE 1 = 1{{part}}
"""  # noqa: S608  (our own words)


def _found(actor: Actor, asked: Asked, after: After | None, limit: int, more: str) -> list[dict[str, Any]]:
    """Return what the words find: three looks, each of them bounded, put in order here, and then one page read."""
    part, values = _part(actor, asked)
    words = asked.words
    like = connection.ops.prep_for_like_query(words)
    if connection.vendor == "postgresql":
        # In the order of the index, which is that of bytes; in any other, all that begin so would be read to be sorted.
        named, begins = "a.applicant_name LIKE %s", [f"{like}%"]
        sql = _LOOKS.format(named=named, in_order=" USING ~<~", like="ILIKE", part=part)
    else:
        named = "a.applicant_name >= %s AND a.applicant_name < %s"
        sql = _LOOKS.format(named=named, in_order="", like="LIKE", part=part)
        begins = [words, words + chr(0x10FFFF)]
    office = actor.office
    with connection.cursor() as cursor:
        cursor.execute(sql, [words.upper(), office, office, *begins, office, f"%{like}%", f"%{like}%", *values])
        found = sorted((str(due or "9999"), str(case_id)) for case_id, due in cursor.fetchall())
    if after:
        due, last = after
        behind = str(due or "9999"), str(last) if connection.vendor == "postgresql" else last.hex
        found = [place for place in found if place > behind]
    ids = [case_id for _, case_id in found[:limit]]
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    rows = _rows(_QUEUE.format(more=more, where=f"c.id IN ({marks})", order="c.due_on, c.id"), [*ids, limit])
    return sorted(rows, key=lambda row: (row["due_on"] is None, row["due_on"] or dt.date.max, row["id"]))


def finished_cases(
    actor: Actor, *, limit: int = 30, before: tuple[dt.datetime, UUID] | None = None, more: str = ""
) -> list[dict[str, Any]]:
    """Return what one's office finished last; `before` is the closing time and the id of the last one of a page."""
    if not _may_read_queue(actor):
        return []
    where = "c.office_id = %s AND NOT c.is_open"
    values: list[Any] = [actor.office]
    if before:
        where += " AND (c.closed_at, c.id) < (%s, %s)"
        values += [connection.ops.adapt_datetimefield_value(before[0]), database_uuid(before[1])]
    sql = _QUEUE.format(more=f", c.outcome, c.closed_at{more}", where=where, order="c.closed_at DESC, c.id DESC")
    return _rows(sql, [*values, limit])


def queue_sizes(actor: Actor, most: int = 100) -> dict[str, int]:
    """Return how many cases wait in each part of the queue, up to `most`: no part is walked any further."""
    if not _may_read_queue(actor):
        return {}
    looks, values = [], []
    for name in _PARTS:
        part, more = _part(actor, Asked(name))
        looks.append(f"SELECT * FROM (SELECT '{name}' AS part FROM cases_case c WHERE c.office_id = %s AND c.is_open{part} LIMIT %s) {name}_")  # noqa: S608  (our own names)  # fmt: skip
        values += [actor.office, *more, most]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks), values)
        found = Counter(row[0] for row in cursor.fetchall())
    return {name: found[name] for name in _PARTS}
