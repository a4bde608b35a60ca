"""The floor: what a request cannot cost less than. The same SQL by the bare driver, the same template, no framework.

`Floor` is one WSGI callable without middleware, routes, sessions, translations or checks: it takes for granted what the
platform has to find out. What stays the same for a version or a state is worked out once and kept, as the platform does.
`benchmarks/submitting.py` has the floor of a submission.

    granian … floor:application      serves it in the process model of the platform (`benchmarks/wire.py` does)
"""

import hashlib
import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "src")]

Start = Callable[[str, list[tuple[str, str]]], Any]


class Floor:
    """Answers the hot reads with nothing between granian, the driver and minijinja."""

    def __init__(self) -> None:
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection
        from django.template import engines

        from yiwang.channels.portal import cases
        from yiwang.channels.ui import backend, sessions
        from yiwang.domains.cases.queries import drafts, lists
        from yiwang.domains.catalogue import queries as catalogue
        from yiwang.domains.identity import queries as identity

        self.is_postgres = connection.vendor == "postgresql"
        self.settings, self.here = connection.settings_dict, threading.local()
        self.cookie = settings.SESSION_COOKIE_NAME
        own = self._own
        self.guide_sql, self.session_sql = own(catalogue._GUIDE), own(sessions._READ)
        self.account_sql, self.token_sql = own(identity._BY_ACCOUNT), own(identity._BY_TOKEN)
        self.cases_sql = own(lists._MINE.format(mine="c.applicant_id = %s AND c.firm_id IS NULL", later=""))
        self.drafts_sql = own(drafts._OWN)
        self.engine = next(e for e in engines.all() if isinstance(e, backend.Minijinja))
        self.standing = cases._standing
        self.faces: dict[Any, dict[str, Any]] = {}
        self.words: dict[str, Any] = {}
        self.searches: dict[str, tuple[list[tuple[str, Any]], dict[str, Any]]] = {}
        self.static = b""

    def _own(self, sql: str) -> str:
        return sql if self.is_postgres else sql.replace("%s", "?")

    def run(self, sql: str, values: Iterable[Any]) -> Any:
        """Send one statement on this thread's own connection."""
        connection = getattr(self.here, "connection", None)
        if connection is None:
            connection = self.here.connection = self._connect()
        return connection.execute(sql, values)

    def _connect(self) -> Any:
        if self.is_postgres:
            import psycopg

            names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
            given = {ours: self.settings[theirs] for ours, theirs in names.items() if self.settings[theirs]}
            return psycopg.connect(autocommit=True, **given)
        bare = sqlite3.connect(self.settings["NAME"], isolation_level=None, cached_statements=128)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000"):
            bare.execute(f"PRAGMA {pragma}")
        return bare

    # -- what is asked ---------------------------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path.startswith("/items/"):
            return self._page(start, self.guide(path[7:]))
        if path == "/me/cases":
            return self._page(start, self.my_cases(environ["HTTP_COOKIE"].partition(f"{self.cookie}=")[2]))
        if path == "/search":
            return self._page(start, self.search(parse_qs(environ["QUERY_STRING"])["q"][0]))
        if path == "/api/v1/cases":
            body = self.listed(environ["HTTP_AUTHORIZATION"][7:])
            start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(self.static)))])
        return [self.static]

    def _page(self, start: Start, body: bytes) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    def render(self, name: str, context: dict[str, Any], here: str, **values: Any) -> bytes:
        """Return a page in Chinese, drawn by the platform's own engine and template."""
        from yiwang.channels.ui.context import _fixed
        from yiwang.channels.ui.looks import DEFAULT
        from yiwang.channels.ui.wording import drawing

        who = {"person": None, "staff": None, "place": None, "request": None, "look": DEFAULT, "here": here}
        with drawing(english=False):
            values = {**_fixed(False, True), **who, **context, **values}
            found: str = self.engine.environment.render_template(name, **values)
        return found.encode()

    def guide(self, code: str) -> bytes:
        """One statement, one template."""
        row = self.run(self.guide_sql, [code]).fetchone()
        face = self.faces.get(row[13])
        if face is None:
            face = self.faces[row[13]] = self._face(code)
        return self.render("portal/guide.html", face, f"/items/{code}")

    def _face(self, code: str) -> dict[str, Any]:
        from django.utils import translation

        from yiwang.channels.portal import guides
        from yiwang.domains.catalogue.queries import guide

        found = guide(code)
        assert found is not None
        with translation.override("zh-hans"):
            return guides._face(found, found.can_apply) | {"ratings": guides._ratings(code)}

    def my_cases(self, key: str) -> bytes:
        """Four statements: the session, whose it is, the cases, the drafts; one template.

        The platform asks once more what a case that is being worked on waits for from its applicant; the floor does not.
        """
        moment = datetime.now(UTC) if self.is_postgres else datetime.now(UTC).isoformat(" ")[:26]
        data = self.run(self.session_sql, [key, moment]).fetchone()[0]
        account = json.loads(data)["_auth_user_id"]
        row = self.run(self.account_sql, [account if self.is_postgres else account.replace("-", "")]).fetchone()
        cases = [
            {
                "url": f"/me/cases/{c[1]}",
                "name": c[3],
                "number": c[1],
                "submitted_at": self._moment(c[9]),
                "office": c[-2],
                "is_urgent": c[6] == "correction",
                **self._standing(c[6], c[7], c[11], c[12]),
            }
            for c in self.run(self.cases_sql, [row[5], 21]).fetchall()
        ]
        drafts = [
            {"name": d[1], "url": f"/items/{d[0]}/apply", "discard_url": "", "saved_at": self._moment(d[3])}
            for d in self.run(self.drafts_sql, [row[5]]).fetchall()
        ]
        pages = {"next_url": "", "first_url": "", "firm_name": ""}
        if len(cases) > 20:
            pages["next_url"] = "/me/cases?before=" + "0" * 36
        person = {"name": row[6], "firm_name": ""}
        context = {"cases": cases[:20], "drafts": drafts, **pages}
        return self.render("portal/cases/list.html", context, "/me/cases", person=person)

    def _standing(self, state: str, outcome: str, due_on: Any, legal_due_on: Any) -> dict[str, str]:
        known = self.words.get((state, outcome, due_on, legal_due_on))
        if known is None:
            due = tuple(date.fromisoformat(one) if isinstance(one, str) else one for one in (due_on, legal_due_on))
            name, headline, color = self.standing(state, outcome, due, False, False, date.today())  # noqa: DTZ011
            known = self.words[state, outcome, due_on, legal_due_on] = {
                "state": name, "headline": headline, "color": color,
            }  # fmt: skip
        return known

    @staticmethod
    def _moment(value: Any) -> datetime:
        return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)

    def listed(self, token: str) -> bytes:
        """Two statements: whose token, the cases; JSON."""
        from yiwang.channels.openapi.case_view import state_words
        from yiwang.foundation.clock import ZONE

        moment = datetime.now(UTC) if self.is_postgres else datetime.now(UTC).isoformat(" ")[:26]
        row = self.run(self.token_sql, [hashlib.sha256(token.encode()).hexdigest(), moment]).fetchone()
        found = self.run(self.cases_sql, [row[5], 21]).fetchall()
        items = [
            {
                "number": c[1],
                "applicant_name": c[5],
                "outcome": c[7],
                "is_open": bool(c[8]),
                "submitted_at": self._moment(c[9]).astimezone(ZONE).isoformat(timespec="seconds"),
                "closed_at": self._moment(c[10]).astimezone(ZONE).isoformat(timespec="seconds") if c[10] else None,
                "due_on": c[11],
                "item": {"code": c[2], "name": {"zh": c[3], "en": c[4]}},
                "state": self.words.setdefault(c[6], state_words(c[6])),
            }
            for c in found[:20]
        ]
        return msgspec.json.encode({"items": items, "next": "x" * 43 if len(found) > 20 else None})

    def search(self, query: str) -> bytes:
        """The statements that the platform sent for this search, and its template; nothing is ranked."""
        statements, context = self.searches[query]
        for sql, values in statements:
            self.run(sql, values).fetchall()
        return self.render("portal/search.html", context, "/search")


def prepared(queries: Iterable[str], item: str) -> Floor:
    """Return a floor that knows what the platform reads for these searches, and the page that is served as it is."""
    from urllib.parse import quote

    import store

    floor = Floor()
    from django.db import connection

    from yiwang.channels.ui import backend
    from yiwang.config.wsgi import in_time

    ask = store.asker(in_time)
    kept: dict[str, Any] = {}
    sent: list[tuple[str, Any]] = []
    render = backend.Template.render

    def watched(self: Any, context: Any = None, request: Any = None) -> str:
        kept.update(context=dict(context or {}))
        return render(self, context, request)

    def noted(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append((floor._own(sql), tuple(values or ())))
        return execute(sql, values, many, context)

    backend.Template.render = watched  # type: ignore[method-assign]
    try:
        for query in queries:
            ask(f"/search?q={quote(query)}")  # what is kept a while is kept now
            sent.clear()
            with connection.execute_wrapper(noted):
                ask(f"/search?q={quote(query)}")
            floor.searches[query] = list(sent), kept["context"]
    finally:
        backend.Template.render = render  # type: ignore[method-assign]
    floor.static = floor.guide(item)
    return floor


_serving: Floor | None = None
_here = threading.local()


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Serve the floor; made at the first request, in the worker's own process. A submission has one for each thread."""
    global _serving
    if environ["REQUEST_METHOD"] == "POST":
        return _submission(environ, start)
    if _serving is None:
        import run

        _serving = prepared(run.QUERIES, run.ITEM)
    return _serving(environ, start)


def _submission(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    floor = getattr(_here, "floor", None)
    if floor is None:
        import store
        import submitting

        token, body = store.applicant()
        floor = _here.floor = submitting.Floor(body, token)
    found: Iterable[bytes] = floor(environ, start)
    return found
