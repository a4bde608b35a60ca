"""The power goes: web, workers and PostgreSQL killed at once, under load (F2)."""

import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.faults.installation import ROOT, WORKERS, Town, a_town, children_of, on_postgres
from tests.faults.load import proved, submitting

pytestmark = pytest.mark.slow

READY_WITHIN = 30


def postgres_script() -> ModuleType:
    """Return scripts/postgres.py as a module."""
    spec = importlib.util.spec_from_file_location("scripts_postgres", ROOT / "scripts" / "postgres.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[tuple[Town, Any, Any]]:
    """Give a town with a database server of its own, where there is one, for it will be killed too."""
    script = postgres_script()
    cluster = script.start() if on_postgres() else None
    try:
        with a_town(tmp_path, cluster.url if cluster else "") as town:
            yield town, script, cluster
    finally:
        if cluster:
            script.stop(cluster.folder)


def kill_database(cluster: Any) -> None:
    """Kill PostgreSQL, all its processes, as a power cut would."""
    postmaster = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    for pid in [postmaster, *children_of(postmaster)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def start_database(script: Any, cluster: Any) -> None:
    """Start PostgreSQL on what the crash left."""
    programs = script.binaries()
    end = time.monotonic() + 20
    while True:
        try:
            script._as_owner(
                cluster.folder, programs / "pg_ctl", "--pgdata", cluster.folder / "data",
                "--log", cluster.folder / "log", "--wait", "--timeout=30", "start",
            )  # fmt: skip
            return
        except script.NoPostgres:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def test_everything_killed_at_once_loses_nothing(
    doomed: tuple[Town, Any, Any], trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """After each power cut all is ready within thirty seconds; every acknowledged case is there once."""
    town, script, cluster = doomed
    town.extra["YIWANG_LEASE_SECONDS"] = str(trials(8, 45))
    dice, slowest, ledger = random.Random(11), 0.0, tmp_path / "ledger.jsonl"
    town.start_all()
    with submitting(town, ledger, clients=3, pause=0.1) as crowd:
        for _ in range(trials(2, 50)):
            time.sleep(dice.uniform(1.0, 2.0))
            if cluster:
                kill_database(cluster)
            for name in ("web", *WORKERS):
                town.kill(name)
            began = time.monotonic()
            if cluster:
                start_database(script, cluster)
            town.start_all()
            slowest = max(slowest, time.monotonic() - began)
    town.wait_until_quiet()
    result = proved(town, ledger)
    print(
        f"{trials(2, 50)} power cuts, {crowd.ledger.acknowledged} acknowledged, lost {result['lost']}, "
        f"doubled {result['doubled']}, ready after {slowest:.1f} s at most, answers {dict(crowd.statuses)}"
    )
    figures(
        kills=trials(2, 50), acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), verify=result["code"], ready_after_s=slowest,
    )  # fmt: skip
    assert crowd.strange == []
    assert slowest <= READY_WITHIN
    assert result["code"] == 0, result["text"]
