"""An upgrade killed half-way, between two migrations and within one, goes on when it is called again (F3)."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import ROOT, database_of_this_run, fresh_database
from tests.province import COMMAND
from yiwang.foundation import keys

pytestmark = pytest.mark.slow

KILLED = 137

COUNT = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
sent = 0
def counted(execute, *what):
    global sent
    sent += 1
    return execute(*what)
with connection.execute_wrapper(counted):
    call_command("migrate", verbosity=0, interactive=False)
print(sent)
"""

SHAPE = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        columns = sorted((c.name, str(c.type_code), c.null_ok) for c in connection.introspection.get_table_description(cursor, table))
        kept = connection.introspection.get_constraints(cursor, table).items()
        constraints = sorted((n, tuple(c["columns"] or ()), c["unique"]) for n, c in kept)
        print(table, columns, constraints)
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    print(cursor.fetchall())
"""


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of a new installation, with its keys made."""
    keys.make_keys(folder / "keys")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("YIWANG_")}
    return kept | {
        "YIWANG_DIR": str(folder),
        "YIWANG_DATABASE_URL": url or f"sqlite:///{folder / 'yiwang.sqlite3'}",
        "YIWANG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
    }


def told(code: str, settings: dict[str, str]) -> str:
    """Return what a piece of code prints in an installation."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_migration_killed_anywhere_goes_on(
    trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """Killed at any statement and called again, `migrate` ends in the same tables as one that nobody disturbed."""
    with fresh_database(database_of_this_run()) as undisturbed:
        settings = environment(tmp_path / "undisturbed", undisturbed)
        statements = int(told(COUNT, settings).split()[-1])
        wanted = told(SHAPE, settings)
    dice, kills = random.Random(5), 0
    while kills < trials(2, 20):
        folder = tmp_path / f"killed-{kills}"
        with fresh_database(database_of_this_run()) as database:
            settings = environment(folder, database)
            # One life is killed early and late; what is left is done by the last call.
            for at in sorted(dice.sample(range(10, statements - 10), 2)):
                trap = settings | {"YIWANG_FAIL_AT": f"migrate.statement:{at if kills % 2 == 0 else max(at // 2, 1)}"}
                done = subprocess.run([*COMMAND, "migrate"], env=trap, capture_output=True, text=True, timeout=300)
                assert done.returncode in {KILLED, 0}, done.stderr[-2000:]
                kills += done.returncode == KILLED
            done = subprocess.run([*COMMAND, "migrate"], env=settings, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, done.stderr[-2000:]
            assert told(SHAPE, settings) == wanted
    print(f"{kills} kills within {statements} statements")
    figures(kills=kills)
