"""A town with several web processes and several workers, on the database of this test run, ready to be hurt."""

import http.client
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.province import COMMAND, Province, migrated
from yiwang.foundation import keys

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("worker-1", "worker-2")


def children_of(parent: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


@dataclass
class Town(Province):
    """An installation of two web processes behind one port and two workers; `told` holds tokens and item codes."""

    told: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    through: str = ""
    """Where its processes reach the database instead, such as a proxy: host:port."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: as a demonstration, with the address of the database that they are to use."""
        found = super().environment | {
            "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
            "YIWANG_LOG_LEVEL": "WARNING",
            **self.extra,
        }
        if self.through:
            parts = urlsplit(found["YIWANG_DATABASE_URL"])
            netloc = f"{parts.username}:{parts.password}@{self.through}"
            found["YIWANG_DATABASE_URL"] = urlunsplit(parts._replace(netloc=netloc))
        return found

    @property
    def mines(self) -> Path:
        """The folder in which a file named like a fail point kills who passes it first."""
        return self.folder / "mines"

    def found(self) -> None:
        """Make keys, tables, people and items."""
        keys.make_keys(self.folder / "keys")
        if not self.database_url:
            migrated(self.folder)
        self.mines.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.founding"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        self.told = json.loads(done.stdout)

    def start(self, name: str, *arguments: str) -> None:
        """Start `web` (two processes) or a worker; the web and the workers have mines of their own."""
        kind = name.partition("-")[0]
        command = {"web": ["serve", "--port", str(self.port), "--workers", "2"], "worker": ["worker"]}[kind]
        place = self.mines / kind
        place.mkdir(parents=True, exist_ok=True)
        environment = self.environment | {"YIWANG_FAIL_AT": str(place)}
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [*COMMAND, *command, *arguments], env=environment, start_new_session=True, stderr=log, stdout=log
        )

    def start_all(self) -> None:
        """Start everything and wait until it answers."""
        for name in ("web", *WORKERS):
            self.start(name)
        try:
            self.wait(60)
        except AssertionError:
            raise AssertionError(f"the town does not start\n{self.log()}") from None

    def revive(self) -> None:
        """Start anew what has died, as systemd would; web processes are started anew by their own parent."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # children that outlived it
                self.start(name)

    def web_processes(self) -> list[int]:
        """Return the processes that answer requests: the children of the web server."""
        return children_of(self.processes["web"].pid)

    def probe(self, path: str, seconds: float = 6) -> tuple[int, str, float]:
        """Ask a machine's address; return status (0: no answer), body and how long it took."""
        began = time.monotonic()
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=seconds) as answer:
                return answer.status, answer.read().decode(), time.monotonic() - began
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(errors="replace"), time.monotonic() - began
        except (OSError, http.client.HTTPException) as problem:
            return 0, str(problem), time.monotonic() - began

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Return how many rows a table has, read past the platform."""
        sql = f"SELECT count(*) FROM {table} WHERE {where}"
        if self.database_url:
            with psycopg.connect(self.database_url) as connection:
                row = connection.execute(sql).fetchone()
        else:
            with closing(sqlite3.connect(self.folder / "yiwang.sqlite3", timeout=20)) as disk:
                row = disk.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def figures(self) -> dict[str, int]:
        """Return the figures of /metrics; empty where it does not answer."""
        status, text, _ = self.probe("/metrics")
        if status != 200:
            return {}
        lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
        return {name: int(float(value)) for name, value in lines}

    def wait_until_quiet(self, seconds: float = 180) -> float:
        """Wait until nothing is left to do: everything delivered, signed, sealed, in the tree; return how long it took."""
        began = time.monotonic()
        calm = 0
        while time.monotonic() - began < seconds:
            self.revive()
            now = self.figures()
            is_done = bool(now) and now["yiwang_jobs_waiting"] == 0 and now["yiwang_documents_unsealed_over_5s"] == 0
            behind = not now or now["yiwang_journal_newest_entry"] > now["yiwang_journal_sequencer_position"]
            calm = calm + 1 if is_done and not behind else 0
            if calm == 3:
                return time.monotonic() - began
            time.sleep(0.4)
        raise AssertionError(f"not quiet after {seconds} s: {self.figures()}; {self.log()}")

    def log(self, name: str = "") -> str:
        """Return the end of what the processes said."""
        names = [name] if name else ["web", *WORKERS]
        found = [(self.folder / f"{n}.log") for n in names]
        return "\n".join(f"== {p.name}\n{p.read_text(errors='replace')[-1500:]}" for p in found if p.exists())


def on_postgres() -> bool:
    """Return whether this run has PostgreSQL."""
    return bool(database_of_this_run())


def database_of_this_run() -> str:
    """Return the address of the PostgreSQL that this run has; empty on SQLite."""
    url = os.environ.get("YIWANG_DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@contextmanager
def fresh_database(url: str, template: str = "template1") -> Iterator[str]:
    """Give a database beside that of the run, empty or like another, dropped afterwards; nothing on SQLite."""
    if not url:
        yield ""
        return
    parts = urlsplit(url)
    name = f"faults_{secrets.token_hex(4)}"
    elsewhere = urlunsplit(parts._replace(path="/postgres"))  # nobody may be connected to a template
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        drop_database(elsewhere, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database with whoever is still connected to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg.errors.InsufficientPrivilege:  # autovacuum is at work there: only without FORCE is it sent away
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def a_town(folder: Path, url: str | None = None) -> Iterator[Town]:
    """Give a founded town, nothing of it running; all gone afterwards."""
    migrated_one = os.environ.get("YIWANG_TEST_TEMPLATE", "template1")
    with fresh_database(database_of_this_run() if url is None else url, migrated_one) as database:
        town = Town(folder / "town", database_url=database)
        try:
            town.found()
            yield town
        finally:
            town.remove()
