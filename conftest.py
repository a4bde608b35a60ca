"""What every test stands on, beside the code and under tests/ alike."""

import contextvars
import datetime as dt
import json
import os
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

IN_CI = bool(os.environ.get("CI"))
LONG_FORMS = bool(os.environ.get("YIWANG_ASSURE"))
SHARE = float(os.environ.get("YIWANG_ASSURE_SHARE") or 1)
"""How much of the way from the short form to the full one `make assure` goes; 1 is all of it."""
FIGURES = Path(__file__).resolve().parent / "var" / "assure-figures"

DATABASE_FIXTURES = {
    "db", "transactional_db", "django_db_reset_sequences", "live_server", "admin_client", "admin_user", "at_once",
}  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Keep a test run out of anybody's data, and quick: its own folder, cheap password hashes, no mail."""
    from django.conf import settings
    from django.test import TransactionTestCase

    from tests import databases
    from yiwang.foundation import files, keys

    folder = Path(tempfile.mkdtemp(prefix="yiwang-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    settings.YIWANG_DIR = folder
    settings.YIWANG_LIMITS = False
    keys.make_keys(folder / "keys")
    keys.use_keys(folder / "keys")
    files.configure(folder / "files")
    if not on_postgres():  # pytest-django knows Django's own SQLite backend only, and would name a file for ours
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = ":memory:"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    TransactionTestCase._fixture_teardown = lambda self: databases.empty()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Begin from the migrated database that scripts/test.py made for all workers."""
    from tests import databases

    with django_db_blocker.unblock():
        databases.start_from_template()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: the same on every worker, also where a test makes them up."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


LONG = (
    "tests/journeys/test_pages.py", "tests/faults/", "tests/bad_input/test_demo_forms.py", "tests/kills/",
    "tests/journeys/", "tests/bad_input/", "tests/deliveries/", "tests/openapi/", "src/yiwang/domains/search/",
)  # fmt: skip
"""What takes long and what waits for others is begun first, side by side, so that no core has nothing to do at the end."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what a test needs, before tests are chosen by marks; then put the long files first (scripts/test.py keeps it)."""
    _mark(items)
    yield
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: next((n for n, at in enumerate(LONG) if item.nodeid.startswith(at)), len(LONG)))


def _mark(items: list[pytest.Item]) -> None:
    """Mark what uses the database, so that it runs on both; mark what drives a browser; leave out what cannot run here."""
    no_postgres = pytest.mark.skip(reason="needs PostgreSQL: make test brings one")
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES or _is_database_test_case(item):
            item.add_marker("database")
        if "browser" in fixtures:
            item.add_marker("browser")
        if fixtures & {"trials", "figures"}:
            item.add_marker("assurance")
            if "tests/bad_input" in item.nodeid:
                item.add_marker("bad_input")
        if item.get_closest_marker("postgres") and not on_postgres():
            item.add_marker(no_postgres)


def _is_database_test_case(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    cls = getattr(item, "cls", None)
    return cls is not None and issubclass(cls, TransactionTestCase)


def on_postgres() -> bool:
    """Whether this run is the one on PostgreSQL."""
    return os.environ.get("YIWANG_DATABASE_URL", "").startswith("postgres")


@pytest.fixture(autouse=True)
def _constraints_hold_at_once(request: pytest.FixtureRequest) -> None:
    """On PostgreSQL let no test rely on a foreign key being checked later: distributed, it would not be."""
    mark = request.node.get_closest_marker("django_db")
    fixtures = set(request.fixturenames)
    transactional = bool(mark and mark.kwargs.get("transaction")) or bool(
        fixtures & {"transactional_db", "live_server", "at_once"}
    )
    if not on_postgres() or transactional or not (mark or "db" in fixtures):
        return
    request.getfixturevalue("db")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture(autouse=True)
def _nothing_kept_in_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forget what a process keeps of the database: after a test the rows behind it are gone."""
    yield
    if not (request.node.get_closest_marker("django_db") or set(request.fixturenames) & DATABASE_FIXTURES):
        return
    from yiwang.channels.ui.keeping import Kept
    from yiwang.domains.cases.queries import forget_demand
    from yiwang.domains.catalogue.queries import forget_edition
    from yiwang.domains.regions.queries import forget_regions
    from yiwang.domains.search.queries import forget_weights
    from yiwang.foundation.clock.queries import forget_calendar
    from yiwang.foundation.numbers.taking import forget_blocks

    for forget in (
        Kept.forget_everything,
        forget_demand,
        forget_edition,
        forget_regions,
        forget_weights,
        forget_calendar,
        forget_blocks,
    ):
        forget()


@pytest.fixture
def at_once(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list]]:
    """Give `at_once(work, 8)`: call `work(0)` … `work(7)` in threads that start together, each with its own connection.

    Returns what each returned or raised, in order. SQLite's database in memory cannot be shared like that, so the whole
    test works on a copy of it on disk, as a real installation does.
    """
    from django.db import connections

    def together(work: Callable[[int], Any], times: int) -> list:
        start = threading.Barrier(times)

        def one(number: int) -> Any:
            try:
                start.wait(30)
                return work(number)
            except Exception as problem:
                return problem
            finally:
                connections.close_all()

        contexts = [contextvars.copy_context() for _ in range(times)]  # they take a moved clock along
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda n: contexts[n].run(one, n), range(times)))

    memory = connections["default"]
    if memory.vendor != "sqlite":
        yield together
        return
    memory.ensure_connection()
    with closing(sqlite3.connect(tmp_path / "at_once.sqlite3")) as disk:
        memory.connection.backup(disk)
    with monkeypatch.context() as for_now:
        for_now.setitem(connections.settings["default"], "NAME", str(tmp_path / "at_once.sqlite3"))
        connections["default"] = connections.create_connection("default")
        yield together
        connections["default"].close()
    connections["default"] = memory


@pytest.fixture
def at_noon() -> Iterator[dt.datetime]:
    """Hold the clock at a quiet working day, 2026-03-18 12:00 in Shanghai, and return it."""
    from zoneinfo import ZoneInfo

    from yiwang.foundation.clock import moved_to

    noon = dt.datetime(2026, 3, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with moved_to(noon):
        yield noon


@pytest.fixture(scope="session")
def trials() -> Callable[[int, int], int]:
    """Give `trials(20, 200)`: how many trials a test makes, 20 in `make test` and 200 in `make assure`."""
    return lambda short, full: round(short + (full - short) * SHARE) if LONG_FORMS else short


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Give `figures(inputs=515, unexpected_5xx=0)`: what a trial counted, for scripts/assure.py to add up.

    What it adds: acknowledged, inputs, lives; what must be 0: lost, doubled, unexpected_5xx, verify; longest_s is the
    longest anybody waited. Written only in the long forms, to var/assure-figures/, one file a trial and worker.
    """

    def write(**counted: float) -> None:
        if not LONG_FORMS:
            return
        FIGURES.mkdir(parents=True, exist_ok=True)
        name = request.node.nodeid.rpartition("/")[2]
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        text = json.dumps({"trial": name, **counted}, ensure_ascii=False)
        file = f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)[:150]}-{worker}.json"
        (FIGURES / file).write_text(text + "\n", encoding="utf-8")

    return write
