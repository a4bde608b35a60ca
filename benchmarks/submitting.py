"""What handing in costs, beside a floor: the same SQL by the bare driver, with the same checks and the same encryption.

    .venv/bin/python benchmarks/submitting.py [--rounds 7] [--times 100] [--profile]

The floor is a WSGI callable of one function, without any framework: it reads the JSON, finds the token's owner, validates
with jsonschema-rs, encrypts, signs the journal entry's digest and writes the same rows with the same statements in one
transaction. Both are asked in turn, in one process; the CPU of the database server's process is added on PostgreSQL
(YIWANG_BENCH_DATABASE_URL). On SQLite both write with synchronous=FULL.
"""

import argparse
import cProfile
import hashlib
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import store

Submit = Callable[[str], tuple[int, bytes]]


class Floor:
    """Hands an application in with nothing between it and the driver."""

    def __init__(self, body: bytes, token: str) -> None:
        """Prepare what a program would have ready: connection, key, validator, statements."""
        import jsonschema_rs
        from django.db import connection

        from yiwang.domains.cases.actions import entering
        from yiwang.domains.cases.models import Case
        from yiwang.domains.catalogue.queries import form_of
        from yiwang.domains.certificates.queries import holding as certificates
        from yiwang.domains.identity import queries as identity
        from yiwang.foundation import vault
        from yiwang.foundation.ids import as_uuid, uuid7

        self.body, self.token = body, token
        self.is_postgres, self.new_id = connection.vendor == "postgresql", uuid7
        self.connection = _bare_connection()
        self.seal = vault.seal
        item = json.loads(body)["item"]
        self.by_token = self._own(identity._BY_TOKEN)
        self.desired = self._own(entering._DESIRED)
        self.claim = self._own(entering._CLAIM)
        self.person_id = self.connection.execute(
            self.by_token, [hashlib.sha256(token.encode()).hexdigest(), self._moment()]
        ).fetchone()[5]
        found = self.connection.execute(self.desired, [self.person_id, None, "", item]).fetchone()
        version_id = as_uuid(found[5])
        form = form_of(version_id)
        self.validator = jsonschema_rs.Draft202012Validator(form.json_schema())
        self.types = _certificate_types(version_id)
        marks = ", ".join(["%s"] * len(self.types))
        self.held = self._own(
            certificates._HELD.format(whose="c.holder_person_id = %s", marks=marks) + " ORDER BY issued_on, id"
        )
        self.number = time.time_ns()
        self.inserts: dict[int, Any] = {}
        self.blank = {field.column: field.get_default() for field in Case._meta.local_concrete_fields}
        self.connection.commit()  # the server ends who sits in a transaction and does nothing

    def _own(self, statement: str) -> str:
        return statement if self.is_postgres else statement.replace("%s", "?")

    def _moment(self) -> Any:
        at = datetime.now(UTC)
        return at if self.is_postgres else at.strftime("%Y-%m-%d %H:%M:%S.%f")

    def _id(self) -> Any:
        found = self.new_id()
        return found if self.is_postgres else found.hex

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer one submission."""
        sent = json.loads(environ["wsgi.input"].read())
        token = environ["HTTP_AUTHORIZATION"][7:]
        run_sql, at, day = self.connection.execute, self._moment(), self._day()
        who = run_sql(self.by_token, [hashlib.sha256(token.encode()).hexdigest(), at]).fetchone()
        if not self.validator.is_valid(sent["answers"]):
            raise ValueError("the answers do not hold")
        digest = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
        key = f"{who[5]}:{environ['HTTP_IDEMPOTENCY_KEY']}"
        case_id = self._id()
        if not self.is_postgres:
            run_sql("BEGIN IMMEDIATE")
        item = run_sql(self.desired, [who[5], None, key, sent["item"]]).fetchone()
        run_sql(self.claim, [key, case_id, digest, at])
        held = run_sql(self.held, [who[5], day, *self.types]).fetchall()
        self.number += 1
        number = str(self.number)
        self._write(self._rows(sent, item, who, case_id, held, number, at, day))
        self.connection.commit()
        answer = {"number": number, "query_code": "ABCDEFGH", "submitted_at": str(at), "receipt": {"number": number}}
        start_response("201 Created", [("Content-Type", "application/json")])
        return [json.dumps(answer, ensure_ascii=False).encode()]

    def _day(self) -> Any:
        day = datetime.now(UTC).date()
        return day if self.is_postgres else str(day)

    def _rows(
        self, sent: Any, item: Any, who: Any, case_id: Any, held: list[Any], number: str, at: Any, day: Any
    ) -> list[list[Any]]:
        answers = self.seal(json.dumps(sent["answers"], ensure_ascii=False), f"cases_case:{UUID(str(case_id))}:answers")
        data = json.dumps({"number": number, "item": item[0], "held": len(held), "addressee": who[6]})
        document, salt = self._id(), os.urandom(16)
        fact = json.dumps({"case_id": str(case_id), "item_code": sent["item"], "office_code": item[6]})
        journal = hashlib.sha256(salt + fact.encode()).digest()
        case = self.blank | {
            "id": case_id, "number": number, "query_code": "ABCDEFGH", "item_id": sent["item"], "version_id": item[5],
            "office_id": item[6], "applicant_id": who[5], "item_name": item[0], "item_name_en": item[1],
            "applicant_name": who[6], "state": "submitted", "answers_sealed": answers, "channel": "api", "submitted_at": at,
            "due_on": day, "legal_due_on": day,
        }  # fmt: skip
        papers = [[self._id(), case_id, "material", None, one[1], at] for one in held]
        return [
            [*case.values()],
            [number, case_id],
            [self._id(), case_id, "acceptance", 1, day, 5, "workday", day, None, "", None, False, None],
            [one for paper in papers for one in paper],
            [
                document, case_id, "receipt", number, item[6], self.seal(data, f"documents_document:{UUID(str(document))}:data"),
                hashlib.sha256(data.encode()).hexdigest(), "ABCDEFGH", at, None, None, "",
            ],
            [self._id(), "seal_document", str(document), json.dumps({"document": str(document)}), "waiting", at, 0, at, None, ""],
            ["CaseSubmitted", fact, case_id, "person", who[5], "", None, "api", at, salt, journal],
        ]  # fmt: skip

    def _write(self, rows: list[list[Any]]) -> None:
        """Write the rows with the statements of the application."""
        papers = len(rows[3]) // 6
        statements = self.inserts.get(papers) or self.inserts.setdefault(papers, _statements(papers, self._own))
        values = rows if papers else [row for row in rows if row]
        if self.is_postgres:
            self.connection.execute(statements[0], [one for row in values for one in row])
            return
        for statement, row in zip(statements, values, strict=True):
            self.connection.execute(statement, row)


def _statements(papers: int, own: Callable[[str], str]) -> list[str]:
    """Return the INSERTs of the application for so many materials that the state holds already."""
    from django.db import connection

    from yiwang.domains.cases.models import Case, CaseClock, CaseNumber, CasePaper
    from yiwang.domains.documents.models import Document
    from yiwang.foundation import inserting
    from yiwang.foundation.jobs.models import Job
    from yiwang.foundation.journal.models import Entry

    one = [(Case, False, 1), (CaseNumber, False, 1), (CaseClock, False, 1)]
    one += [(CasePaper, False, papers)] if papers else []
    one += [(Document, False, 1), (Job, True, 1), (Entry, False, 1)]
    if connection.vendor == "postgresql":
        return [inserting._one_statement(tuple(one))]
    return [own(inserting._statement(*part, connection.vendor)) for part in one]


def _certificate_types(version_id: Any) -> list[str]:
    from yiwang.domains.catalogue.queries import content_of

    content = content_of(version_id)
    assert content is not None
    return [m.certificate_type for m in content.materials or [] if m.certificate_type]


def _bare_connection() -> Any:
    """Return a connection of the driver alone, as durable as the application's."""
    from django.db import connection

    if connection.vendor == "postgresql":
        import psycopg

        connection.ensure_connection()
        return psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"] or None)
    import sqlite3

    bare = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, cached_statements=128)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000", "foreign_keys=ON"):
        bare.execute(f"PRAGMA {pragma}")
    return bare


def measure(both: dict[str, Submit], clock: store.Clock, rounds: int, times: int) -> dict[str, float]:
    """Return the median CPU of one submission in milliseconds for each, asked in turn."""
    costs: dict[str, list[float]] = {name: [] for name in both}
    for turn in range(rounds + 1):
        for name, submit in both.items():
            started = clock()
            for _ in range(times):
                status, answer = submit(str(uuid4()))
                assert status == 201, answer
            if turn:  # the first round warms up
                costs[name].append((clock() - started) / times * 1000)
    return {name: statistics.median(found) for name, found in costs.items()}


def statements_of(submit: Submit) -> list[str]:
    """Return the statements that one submission sends."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        submit(str(uuid4()))
    return [" ".join(query["sql"].split())[:90] for query in captured.captured_queries]


def contenders() -> tuple[dict[str, Submit], list[Any]]:
    """Return the application, its action alone, and the floor; and the connections that they use."""
    from django.db import connection

    from yiwang.config.wsgi import application
    from yiwang.domains.cases.actions import submit_case
    from yiwang.domains.identity.queries import identify_token

    token, body = store.applicant()
    sent = json.loads(body)
    floor = Floor(body, token)
    ask, ask_floor = store.asker(application), store.asker(floor)
    by = identify_token(token).actor
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def whole(key: str) -> tuple[int, bytes]:
        return ask("/api/v1/cases", method="POST", body=body, HTTP_IDEMPOTENCY_KEY=key, **bearer)

    def action(key: str) -> tuple[int, bytes]:
        submit_case(item_code=sent["item"], answers=sent["answers"], key=key, by=by)
        return 201, b""

    def bare(key: str) -> tuple[int, bytes]:
        return ask_floor("/api/v1/cases", method="POST", body=body, HTTP_IDEMPOTENCY_KEY=key, **bearer)

    return {"submit": whole, "the action alone": action, "floor": bare}, [connection.connection, floor.connection]


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--profile", action="store_true")
    chosen = options.parse_args()
    store.open_store()
    from django.db import connection

    both, connections = contenders()
    for submit in both.values():
        submit(str(uuid4()))
    listed = statements_of(both["submit"])
    found = measure(both, store.Clock(connections), chosen.rounds, chosen.times)
    print(f"{connection.vendor}: {len(listed)} statements")
    for name, cost in found.items():
        print(f"{name:<17} {cost:6.3f} ms CPU  {cost / found['floor']:.2f} x the floor")
    if chosen.profile:
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(300):
            both["submit"](str(uuid4()))
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    return 0


if __name__ == "__main__":
    sys.exit(main())
