"""Ten million cases, written straight into the tables: a benchmark's licence, and nobody else's.

    .venv/bin/python benchmarks/many_cases.py --cases 10000000

Nothing here goes through an action, nothing is sealed or signed: such a store is for measuring lists and submissions only,
and `yiwang verify` rightly finds it broken. The database makes the rows itself, from the number of the case alone, so the
same numbers give the same rows. They are spread as real cases are: some people and firms apply often and most seldom, one
office has a tenth of everything, nineteen of twenty cases are closed, and what is open is mostly new. Ids are made from the
moment of submission, as the platform makes them. With each case come its number, the key of its submission, a clock and
an entry of the journal.

On PostgreSQL indexes and foreign keys are taken off first and put back afterwards, every one of them, and the keys are
checked then. On SQLite everything stays in place.
"""

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

OFFICE = "11339900YW0000055D"
"""The demo's own office of market regulation: its official opens the queue that is measured."""

AT_ONCE = 500_000
YEARS = 3
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红建国文博雨欣子涵思远嘉宁"


@dataclass(frozen=True)
class Dialect:
    """How one database writes what the other writes differently."""

    series: str
    identifier: str
    moment: str
    day: str
    same_id: str
    true: str
    blob: str


POSTGRESQL = Dialect(
    series="SELECT n FROM generate_series({low}::bigint, {high}::bigint) n",
    identifier="(lpad(to_hex({ms}), 12, '0') || '7{kind}8000' || lpad(to_hex({n}), 12, '0'))::uuid",
    moment="to_timestamp(({ms}) / 1000.0)",
    day="to_timestamp(({ms}) / 1000.0)::date",
    same_id="replace({id}::text, '-', '')",
    true="TRUE",
    blob="decode('{hex}', 'hex')",
)
SQLITE = Dialect(
    series="SELECT value AS n FROM (WITH RECURSIVE s(value) AS (SELECT {low} UNION ALL SELECT value + 1 FROM s WHERE value < {high}) SELECT value FROM s)",
    identifier="printf('%%012x7{kind}8000%%012x', {ms}, {n})",
    moment="strftime('%%Y-%%m-%%d %%H:%%M:%%f', ({ms}) / 1000.0, 'unixepoch')",
    day="date(({ms}) / 1000.0, 'unixepoch')",
    same_id="{id}",
    true="1",
    blob="x'{hex}'",
)  # fmt: skip


def case_rows(d: Dialect, count: int, sizes: dict[str, int], low: int, high: int) -> str:
    """Return the statement that makes cases number `low` to `high` of `count`."""
    end = int(dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    span = YEARS * 365 * 86_400_000
    people, firms = sizes["people"], sizes["firms"]
    closed = "CASE WHEN mix %% 100 < 85 THEN 'closed' WHEN mix %% 100 < 93 THEN 'withdrawn' WHEN mix %% 100 < 98 THEN 'refused_acceptance' ELSE 'lapsed' END"
    opened = "CASE WHEN mix2 %% 100 < 20 THEN 'submitted' WHEN mix2 %% 100 < 50 THEN 'accepted' WHEN mix2 %% 100 < 90 THEN 'in_review' ELSE 'correction' END"
    name = f"substr('{SURNAMES}', CAST(1 + person %% 30 AS integer), 1) || substr('{GIVEN}', CAST(1 + person / 30 %% 40 AS integer), 1) || substr('{GIVEN}', CAST(1 + person / 1200 %% 40 AS integer), 1)"
    firm_name = f"'演示' || substr('{GIVEN}', CAST(1 + firm %% 40 AS integer), 1) || '第' || firm || '商行'"
    later, due = "ms + (1 + mix %% 15) * 86400000", f"{end} + (mix2 %% 30 - 5) * 86400000"
    return f"""
INSERT INTO cases_case (id, number, query_code, item_id, version_id, office_id, applicant_id, firm_id, item_name, item_name_en,
 applicant_name, state, outcome, revision, is_open, answers_sealed, channel, submitted_at, accepted_at, decided_at,
 closed_at, due_on, legal_due_on, assignee_id)
SELECT {d.identifier.format(ms="ms", n="n", kind="000")}, i.office_id || '2026' || n, 'BENCHBENCH', i.code, i.version_id, i.office_id,
 {d.identifier.format(ms="1600000000000", n="person", kind="001")},
 CASE WHEN mix2 %% 8 = 0 THEN {d.identifier.format(ms="1600000000000", n="firm", kind="002")} END, i.name, i.name_en,
 CASE WHEN mix2 %% 8 = 0 THEN {firm_name} ELSE {name} END, state,
 CASE WHEN is_open THEN '' WHEN state <> 'closed' THEN CASE state WHEN 'refused_acceptance' THEN 'not_accepted' ELSE state END
 WHEN mix2 %% 20 = 0 THEN 'refused' ELSE 'granted' END,
 1, is_open, {d.blob.format(hex="5a" * 220)}, 'bench', {d.moment.format(ms="ms")},
 CASE WHEN state IN ('accepted', 'in_review', 'closed') THEN {d.moment.format(ms="ms + 18000000")} END,
 CASE WHEN state = 'closed' THEN {d.moment.format(ms=later)} END, CASE WHEN NOT is_open THEN {d.moment.format(ms=later)} END,
 CASE WHEN is_open AND mix %% 50 > 0 THEN {d.day.format(ms=due)} END,
 CASE WHEN is_open AND mix %% 50 > 0 THEN {d.day.format(ms=due + " + 864000000")} END,
 CASE WHEN is_open AND n %% 10 = 0 AND mix2 %% 2 = 0 THEN w.id END
FROM (SELECT b.*, CASE WHEN is_open THEN {opened} ELSE {closed} END AS state FROM (
 SELECT a.*, a.n >= {int(count * 0.96)} OR a.mix %% 100 = 7 AS is_open,
 {people} * mix * mix / 1000006000009 AS person, {firms} * mix * mix / 1000006000009 AS firm,
 CASE WHEN a.n %% 10 = 0 THEN mix2 %% {sizes["own"]} ELSE {sizes["own"]} + mix2 %% {sizes["others"]} END AS item FROM (
 SELECT n, (n * 7919 + 12345) %% 1000003 AS mix, (n * 104729 + 777) %% 999983 AS mix2,
 CAST({end - span} AS bigint) + n * CAST({span} AS bigint) / {count} AS ms FROM ({d.series.format(low=low, high=high)}) s) a) b) c
JOIN bench_item i ON i.k = c.item JOIN bench_staff w ON w.k = c.mix %% {sizes["staff"]}
"""


def following(d: Dialect) -> dict[str, tuple[str, str]]:
    """Return part → (table, the statement that makes its rows out of the cases)."""
    case_id = d.same_id.format(id="id")
    fact = """('{"case_id": "' || id || '", "item_code": "' || item_id || '"}')""" + (
        "::jsonb" if d is POSTGRESQL else ""
    )
    of_cases = "FROM cases_case WHERE channel = 'bench'"
    salt, digest = d.blob.format(hex="5a" * 16), d.blob.format(hex="5a" * 32)
    made = {
        "numbers": "INSERT INTO cases_casenumber (number, case_id) SELECT number, id",
        "keys": f"""INSERT INTO cases_submitkey (key, case_id, body_hash, submitted_at)
 SELECT {d.same_id.format(id="applicant_id")} || ':' || {case_id}, id, '{"5a" * 32}', submitted_at""",
        "clocks": f"""INSERT INTO cases_caseclock (id, case_id, kind, sequence, started_on, legal_unit, promised_unit,
 is_provisional, legal_due_on, promised_due_on, ended_on) SELECT id, id, CASE WHEN accepted_at IS NULL
 THEN 'acceptance' ELSE 'decision' END, 1, date(submitted_at), '', '', NOT {d.true}, legal_due_on, due_on,
 CASE WHEN is_open THEN NULL ELSE date(closed_at) END""",
        "journal": f"""INSERT INTO journal_entry (kind, fact, case_id, actor_kind, actor_id, office, channel, recorded_at,
 salt, digest) SELECT 'CaseSubmitted', {fact}, id, 'person', applicant_id, '', 'bench', submitted_at, {salt}, {digest}""",
    }
    tables = ("cases_casenumber", "cases_submitkey", "cases_caseclock", "journal_entry")
    return {
        name: (table, f"{statement} {of_cases}") for table, (name, statement) in zip(tables, made.items(), strict=True)
    }


@contextmanager
def bare(table: str) -> Iterator[None]:
    """Take indexes and foreign keys of a table off, and put every one of them back; on PostgreSQL only."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("BEGIN IMMEDIATE")
            yield
            cursor.execute("COMMIT")
            return
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        of_table = f"regclass = '{table}'::regclass"
        cursor.execute(
            f"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid::{of_table}"
        )
        keys = cursor.fetchall()
        cursor.execute(
            f"SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::{of_table}"
            " AND NOT indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = indexrelid)"
        )
        indexes = cursor.fetchall()
        for name, _ in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:  # whatever goes wrong, they are there afterwards
            for _, definition in indexes:
                cursor.execute(definition)
            for name, definition in keys:
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(f"ANALYZE {table}")


def forget(cursor: Any) -> None:
    """Delete what an earlier run made, so that ten thousand can become ten million."""
    made = "SELECT id FROM cases_case WHERE channel = 'bench'"
    for table, column in (("journal_entry", "case_id"), ("cases_caseclock", "case_id"), ("cases_submitkey", "case_id"), ("cases_casenumber", "case_id"), ("cases_case", "id")):  # fmt: skip
        cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({made})")


def surroundings(cursor: Any, d: Dialect, count: int) -> dict[str, int]:
    """Make people and firms, and the lists that cases draw from; return how many there are of each."""
    sizes = {"people": max(200, count // 8), "firms": max(20, count // 200)}
    cursor.execute("CREATE TEMPORARY TABLE bench_item (k integer PRIMARY KEY, code text, office_id text, name text, name_en text, version_id {})".format("uuid" if d is POSTGRESQL else "text"))  # fmt: skip
    cursor.execute("CREATE TEMPORARY TABLE bench_staff (k integer PRIMARY KEY, id {})".format("uuid" if d is POSTGRESQL else "text"))  # fmt: skip
    fields = "code, office_id, name, name_en, current FROM catalogue_item"
    for name, where in (("own", f"office_id = '{OFFICE}'"), ("others", f"office_id <> '{OFFICE}' AND imported_hash < '03'")):  # fmt: skip
        cursor.execute("SELECT count(*) FROM bench_item")
        start = cursor.fetchone()[0]
        cursor.execute(f"INSERT INTO bench_item SELECT {start} - 1 + row_number() OVER (ORDER BY code), {fields} WHERE {where} LIMIT 5000")  # fmt: skip
        sizes[name] = cursor.rowcount
    cursor.execute(f"INSERT INTO bench_staff SELECT row_number() OVER (ORDER BY id) - 1, id FROM identity_staff WHERE office_id = '{OFFICE}'")  # fmt: skip
    sizes["staff"] = cursor.rowcount
    for kind, most in (("people", sizes["people"]), ("firms", sizes["firms"])):
        series = d.series.format(low=0, high=most)
        if kind == "people":
            made = d.identifier.format(ms="1600000000000", n="n", kind="001")
            name = f"substr('{SURNAMES}', CAST(1 + n %% 30 AS integer), 1) || substr('{GIVEN}', CAST(1 + n / 30 %% 40 AS integer), 1) || substr('{GIVEN}', CAST(1 + n / 1200 %% 40 AS integer), 1)"
            cursor.execute(f"INSERT INTO identity_person (id, name, id_kind, sex, level) SELECT {made}, {name}, '', '', 1 FROM ({series}) s WHERE {d.true} ON CONFLICT DO NOTHING", [])  # fmt: skip
        else:
            made = d.identifier.format(ms="1600000000000", n="n", kind="002")
            cursor.execute(f"INSERT INTO identity_firm (id, name, credit_code, legal_representative, address) SELECT {made}, '演示' || substr('{GIVEN}', CAST(1 + n %% 40 AS integer), 1) || '第' || n || '商行', '91BENCH' || n, '某人', '' FROM ({series}) s WHERE {d.true} ON CONFLICT DO NOTHING", [])  # fmt: skip
    return sizes


def make(count: int) -> dict[str, float]:
    """Fill the tables; return seconds for each."""
    from django.db import connection

    d = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    took: dict[str, float] = {}

    def timed(name: str, began: float) -> None:
        took[name] = round(time.monotonic() - began, 1)
        print(json.dumps({name: took[name]}), file=sys.stderr, flush=True)

    with connection.cursor() as cursor:
        began = time.monotonic()
        cursor.execute("SET statement_timeout = 0" if d is POSTGRESQL else "SELECT 1")
        forget(cursor)
        sizes = surroundings(cursor, d, count)
        timed("people and firms", began)
        began = time.monotonic()
        with bare("cases_case"):
            for low in range(0, count, AT_ONCE):
                cursor.execute(case_rows(d, count, sizes, low, min(low + AT_ONCE, count) - 1), [])
        timed("cases", began)
        for name, (table, statement) in following(d).items():
            began = time.monotonic()
            with bare(table):
                cursor.execute(statement.replace("%%", "%"))
            timed(name, began)
        # Nobody is to act on these entries.
        cursor.execute("UPDATE journal_cursor SET position = (SELECT max(id) FROM journal_entry)")
    return took


def main() -> int:
    """Fill the store that YIWANG_DATABASE_URL names."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--cases", type=int, default=1_000_000)
    asked = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    import django

    django.setup()
    from yiwang.foundation.deadlines import as_long_as_it_takes

    with as_long_as_it_takes():
        print(json.dumps(make(asked.cases)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
