"""One store for all tests of the verifier: built once by real actions, copied for each test that damages it."""

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest

import yiwang_verify
from tests import databases
from tests.faults.installation import drop_database


@dataclass
class Copy:
    """A copy of the store that a test may damage."""

    url: str
    folder: Path
    capture: Any

    def run(self, *words: str) -> tuple[int, dict[str, list[str]]]:
        """Verify it; return the exit code and rule → breaches of the rules that do not hold."""
        self.capture.readouterr()
        code = yiwang_verify.main(["--database", self.url, "--dir", str(self.folder), "--json", *words])
        report = json.loads(self.capture.readouterr().out)
        assert report["ok"] == (code == 0)
        return code, {rule["rule"]: rule["breaches"] for rule in report["rules"] if not rule["ok"]}

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement behind the platform's back; `?` stands for a value. Return the rows, if it has any."""
        if self.url.startswith("sqlite"):
            path = urlsplit(self.url).path[1:]
            with sqlite3.connect(path) as connection:
                return connection.execute(statement, values).fetchall()
        import psycopg

        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(statement.replace("%", "%%").replace("?", "%s"), values)
            return cursor.fetchall() if cursor.description else []


@dataclass
class Built:
    """Where the whole store lies, and what was acknowledged while it was made."""

    database: str
    folder: Path
    ledger: list[dict[str, str]]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Build the store in the test database, copy it out, and leave the test database empty again."""
    from django.conf import settings
    from django.db import connection

    from tests.verify.building import found_town, live
    from yiwang.foundation.clock import moved_to, now

    folder = tmp_path_factory.mktemp("store")
    with django_db_blocker.unblock():
        with moved_to(now() - dt.timedelta(days=40)):
            town = found_town()
            live(town)
        for name in ("keys", "files", "authority"):
            shutil.copytree(settings.YIWANG_DIR / name, folder / name)
        if (settings.YIWANG_DIR / "sms.jsonl").exists():
            shutil.copy(settings.YIWANG_DIR / "sms.jsonl", folder / "sms.jsonl")
        database = _copied_out(connection, folder)
        databases.empty()
        if connection.vendor == "sqlite":  # the table of tokens is no model's
            connection.cursor().execute("DELETE FROM search_terms")
        connection.close()
    yield Built(database, folder, town.ledger)
    if not database.endswith(".sqlite3"):
        drop_database(_server("postgres"), database)


def _copied_out(connection: Any, folder: Path) -> str:
    if connection.vendor == "sqlite":
        path = folder / "whole.sqlite3"
        with sqlite3.connect(path) as target:
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # whole in one file, with no log beside it
        return str(path)
    name, source = f"verify_{uuid4().hex[:12]}", connection.settings_dict["NAME"]
    connection.close()
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    _keep_tables(name)
    return name


def _keep_tables(name: str) -> None:
    """Keep every table of a PostgreSQL database beside itself: putting them back is quicker than a new database."""
    import psycopg

    with psycopg.connect(_server(name)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        connection.execute("CREATE SCHEMA kept")
        for (table,) in tables:
            connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')


GUARDED = {"supervision_card", "supervision_cardstep"}
_DIFFERS = """
SELECT '{0}' WHERE EXISTS (SELECT 1 FROM (
    (SELECT t::text FROM public."{0}" t EXCEPT ALL SELECT k::text FROM kept."{0}" k)
    UNION ALL
    (SELECT k::text FROM kept."{0}" k EXCEPT ALL SELECT t::text FROM public."{0}" t)
) AS other)"""


def _turn_card_triggers(connection: Any, word: str) -> None:
    """Cards cannot be deleted (ADR 0026): putting tables back is done without their triggers."""
    for table in sorted(GUARDED):
        connection.execute(f"ALTER TABLE public.{table} {word} TRIGGER USER")


def _put_tables_back(name: str) -> None:
    import psycopg

    with psycopg.connect(_server(name)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'").fetchall()
        connection.execute("SET LOCAL synchronous_commit = off")
        changed = [
            row[0] for row in connection.execute(" UNION ALL ".join(_DIFFERS.format(name) for (name,) in tables))
        ]
        if guarded := set(changed) & GUARDED:
            _turn_card_triggers(connection, "DISABLE")
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in changed:
            connection.execute(f'DELETE FROM public."{table}"')
            connection.execute(f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"')
    if guarded:
        with psycopg.connect(_server(name)) as connection:
            _turn_card_triggers(connection, "ENABLE")


def _server(name: str) -> str:
    import os

    parts = urlsplit(os.environ["YIWANG_DATABASE_URL"])
    return parts._replace(path="/" + name).geturl()


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(_server("postgres"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def copy(built: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Copy]:
    """Give a fresh copy of the store."""
    folder = tmp_path / "store"
    shutil.copytree(built.folder, folder, ignore=shutil.ignore_patterns("*.sqlite3"))
    if built.database.endswith(".sqlite3"):
        shutil.copy(built.database, folder / "yiwang.sqlite3")
        yield Copy(f"sqlite:///{quote(str(folder / 'yiwang.sqlite3'))}", folder, capsys)
        return
    yield Copy(_server(built.database), folder, capsys)
    _put_tables_back(built.database)


@pytest.fixture
def ledger(built: Built, tmp_path: Path) -> Callable[..., Path]:
    """Give `ledger(*more)`: a file of all acknowledged submissions and some lines more."""

    def write(*more: dict[str, str]) -> Path:
        path = tmp_path / "ledger.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in (*built.ledger, *more)))
        return path

    return write
