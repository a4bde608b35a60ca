"""The desk of an office with a million open cases: what its pages cost, and what a long list costs that is taken along.

    .venv/bin/python benchmarks/desk.py --cases 1000000

On a store of its own (store.py says which), filled up with cases that are written straight into the table: they have no clock,
no document and no journal, so such a store is for measuring lists only. CPU is that of this process and, with PostgreSQL, of its
server beside it; statements are counted. JSON is printed; exit 1 where a page costs more than it may or where something counts.
"""

import argparse
import json
import os
import resource
import statistics
import sys
from collections.abc import Callable
from typing import Any

import store

OFFICE = "11339900YW0000055D"
OFFICIAL = "head@demo.example"
MOST_MS = 10.0
MOST_GROWTH_MB = 20
EXPORTED = 100_000
AT_ONCE = 50_000
ROUNDS, TIMES = 7, 10

_FILL = """
INSERT INTO cases_case (id, number, query_code, item_id, version_id, office_id, applicant_id, firm_id, item_name, item_name_en,
 applicant_name, state, outcome, revision, is_open, answers_sealed, channel, submitted_at, accepted_at, due_on, legal_due_on,
 assignee_id, joint_reference)
SELECT {ids}, 'BENCH' || n, 'X', c.item_id, c.version_id, '{office}', c.applicant_id, NULL, c.item_name, c.item_name_en,
 substr('王李张刘陈杨黄赵吴周', CAST(1 + n % 10 AS integer), 1) || '演示', CASE n % 4 WHEN 0 THEN 'submitted' WHEN 1 THEN 'accepted'
 WHEN 2 THEN 'in_review' ELSE 'correction' END, '', 1, {true}, c.answers_sealed, 'bench', c.submitted_at, c.submitted_at,
 {due}, {due}, CASE n % 3 WHEN 0 THEN {staff} END, ''
FROM ({series}) s CROSS JOIN (SELECT * FROM cases_case WHERE channel <> 'bench' LIMIT 1) c
"""
SQLITE = {
    "series": "WITH RECURSIVE s(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM s WHERE n < {high}) SELECT n FROM s",
    "ids": "printf('%012x7000800000%010x', 1700000000000 + n, n)",
    "due": "date('now', ((n % 60) - 5) || ' days')",
    "true": "1",
    "staff": "'{hex}'",
}
POSTGRESQL = {
    "series": "SELECT n FROM generate_series({low}::bigint, {high}::bigint) n",
    "ids": "(lpad(to_hex(1700000000000 + n), 12, '0') || '7000800000' || lpad(to_hex(n), 10, '0'))::uuid",
    "due": "current_date + ((n % 60) - 5)::int",
    "true": "TRUE",
    "staff": "'{hex}'::uuid",
}


def fill(count: int) -> None:
    """Give the office so many open cases, some of them in one official's hands."""
    from django.db import connection, transaction

    from yiwang.domains.cases.models import Case
    from yiwang.domains.identity.models import Staff

    known = Case.objects.filter(office_id=OFFICE, channel="bench").count()
    staff = Staff.objects.get(account__email=OFFICIAL)
    words = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    for low in range(known, count, AT_ONCE):
        series = words["series"].format(low=low, high=min(low + AT_ONCE, count) - 1)
        values = {**words, "series": series, "office": OFFICE, "staff": words["staff"].format(hex=staff.pk.hex)}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FILL.format(**values), None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")


def pages(ask: store.Ask, cookie: str) -> dict[str, Callable[[], tuple[int, bytes]]]:
    """Return what is measured, by name."""
    from yiwang.domains.identity.models import Staff

    colleague = Staff.objects.get(account__email=OFFICIAL).pk
    last = "2099-01-01_ffffffff-ffff-7fff-bfff-ffffffffffff"
    asked = {
        "queue": "/desk/",
        "mine": "/desk/?show=mine",
        "overdue": "/desk/?show=overdue",
        "waiting for the applicant": "/desk/?show=waiting",
        "a colleague's": f"/desk/?colleague={colleague}",
        "due in three days": "/desk/?days=3",
        "search": "/desk/?q=%E7%8E%8B",
        "far behind": f"/desk/?after={last}",
        "list for paper": "/desk/print?show=all",
        "public figures": "/stats/",
    }
    return {name: (lambda path=path: ask(path, HTTP_COOKIE=cookie)) for name, path in asked.items()}


def measure(asked: dict[str, Callable[[], tuple[int, bytes]]], clock: store.Clock) -> dict[str, dict[str, Any]]:
    """Return milliseconds of CPU and statements of each page, the rounds interleaved."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: dict[str, dict[str, Any]] = {}
    spent: dict[str, list[float]] = {name: [] for name in asked}
    for name, function in asked.items():
        with CaptureQueriesContext(connection) as made:
            status, whole = function()
        assert status == 200, (name, status, whole[:300])
        counting = [q["sql"][:80] for q in made.captured_queries if "count(" in q["sql"].lower()]
        found[name] = {"statements": len(made), "counting": counting}
    for _ in range(ROUNDS):
        for name, function in asked.items():
            at = clock()
            for _ in range(TIMES):
                function()
            spent[name].append((clock() - at) / TIMES * 1000)
    for name in asked:
        found[name]["ms"] = round(statistics.median(spent[name]), 2)
    return found


def export(clock: store.Clock) -> dict[str, Any]:
    """Return what it costs to take a hundred thousand cases along, line after line, with and without full names."""
    from yiwang.channels.desk.exporting import _lines, _Words
    from yiwang.domains.cases.queries.lists import Asked
    from yiwang.domains.identity.models import Staff
    from yiwang.domains.identity.queries import identify

    staff = Staff.objects.get(account__email=OFFICIAL)
    actor = identify(staff.account_id, has_second_factor=True).actor
    found = {}
    for name, in_full in (("masked", False), ("with full names, each read recorded", True)):
        before, at, lines, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, clock(), 0, 0
        for part in _lines(actor, Asked(), _Words(in_full), "导出办件清单：量一量" if in_full else ""):
            lines, size = lines + part.count("\r\n"), size + len(part.encode())
            if lines > EXPORTED:
                break
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        found[name] = {
            "cases": lines - 1, "megabytes": round(size / 1e6, 1), "cpu_seconds": round(clock() - at, 2),
            "memory_grew_mb": round(grown, 1),
        }  # fmt: skip
    return found


def main() -> int:
    """Fill, measure, print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--cases", type=int, default=1_000_000)
    count = options.parse_args().cases
    store.open_store()
    from django.db import connection

    from yiwang.config.wsgi import application
    from yiwang.domains.identity.models import Account

    fill(count)
    connection.ensure_connection()
    clock = store.Clock([connection.connection])
    account = Account.objects.get(email=OFFICIAL)
    found = measure(pages(store.asker(application), store.session_cookie(account)), clock)
    taken = export(clock)
    print(json.dumps({"cases": count, "database": connection.vendor, "load": os.getloadavg()[0], "pages": found,
                      "export": taken}, ensure_ascii=False, indent=1))  # fmt: skip
    dear = [name for name, one in found.items() if one["ms"] > MOST_MS or one["counting"]]
    grown = [name for name, one in taken.items() if one["memory_grew_mb"] > MOST_GROWTH_MB]
    print(f"over the limit: {dear + grown or 'nothing'}", file=sys.stderr)
    return 1 if dear or grown else 0


if __name__ == "__main__":
    sys.exit(main())
