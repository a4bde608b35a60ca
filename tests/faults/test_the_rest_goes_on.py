"""One thing is broken and all else goes on: no signing key, a poisoned job, a backup under load (F17, F18, F20)."""

import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import Town, database_of_this_run, fresh_database
from tests.faults.load import Crowd, Ledger, proved, submitting

pytestmark = pytest.mark.slow


def hand_in(town: Town, crowd: Crowd, item: str = "licence") -> str:
    """Hand one application in and note it; return its number."""
    key = str(uuid.uuid4())
    body = {"item": town.told[item], "answers": {"shop_name": "小满面馆"}}
    end = time.monotonic() + 90
    while True:
        status, answer = crowd.ask(town.told["person0"], body, key)
        if status == 201:
            crowd.ledger.note({"key": key, "number": answer["number"]})
            return str(answer["number"])
        assert status in {429, 503} and time.monotonic() < end, (status, answer)
        time.sleep(0.2)


def test_without_its_key_an_office_issues_nothing_and_others_do(
    town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """F18: no unsigned certificate leaves, the other office is not held up, and with the key back all is signed."""
    crowd = Crowd(town, Ledger(tmp_path / "ledger.jsonl"))
    town.start_all()
    try:
        hand_in(town, crowd, "licence_of_other")
        town.wait_until_quiet()
        for _ in range(trials(1, 20)):
            issued = town.count("certificates_certificate", "signed_at IS NOT NULL")
            town.stop()
            hidden = hide_newest_key(town)
            town.start_all()
            stuck = hand_in(town, crowd, "licence_of_other")
            free = hand_in(town, crowd)
            end = time.monotonic() + 90
            while state_of(town, free) != "closed":
                assert time.monotonic() < end, town.log()
                time.sleep(0.3)
            assert town.count("certificates_certificate", "signed_at IS NOT NULL") == issued + 1
            listed = town.ask("GET", "/certificates?limit=100", token=town.told["person0"])[1]["items"]
            assert len(listed) == issued + 1
            assert state_of(town, stuck) != "closed"
            hidden.rename(hidden.with_suffix(".pem"))
            town.wait_until_quiet(150)
            assert town.count("certificates_certificate", "signed_at IS NULL") == 0
            assert town.count("certificates_certificate") == issued + 2
    finally:
        for hidden in (town.folder / "authority" / "seals").glob("*.hidden"):
            hidden.rename(hidden.with_suffix(".pem"))
        town.stop()
    result = proved(town, crowd.ledger.path)
    figures(
        faults=trials(1, 20), acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), verify=result["code"],
    )  # fmt: skip
    assert result["code"] == 0, result["text"]


def state_of(town: Town, number: str) -> str:
    """Return where a case stands, as its applicant is told; empty where nobody answers just now."""
    status, case = town.ask("GET", f"/cases/{number}", token=town.told["person0"])[:2]
    return str(case["state"]["code"]) if status == 200 else ""


def hide_newest_key(town: Town) -> Path:
    """Take the key of the office that got its seal last out of the authority's hands; return where it is kept."""
    newest = max((town.folder / "authority" / "seals").glob("*.pem"), key=lambda path: path.stat().st_mtime_ns)
    return newest.rename(newest.with_suffix(".hidden"))


POISON = """
import uuid
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import LADDER
for n in range({count}):
    Job.objects.create(kind="sign_certificate", key=f"poison {{uuid.uuid4()}}", payload={{"certificate": "no such thing"}},
                       run_at=now(), created_at=now(), attempts=len(LADDER))
"""


def test_a_poisoned_job_is_set_aside_and_the_others_go_on(
    town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """F20: jobs that can never succeed end in the operators' list after their last try; every other is done."""
    crowd, count = Crowd(town, Ledger(tmp_path / "ledger.jsonl")), trials(5, 50)
    town.start_all()
    try:
        before = town.figures()["yiwang_jobs_dead"]
        done = town.run("manage", "shell", "--verbosity", "0", "-c", POISON.format(count=count))
        assert done.returncode == 0, done.stderr
        for _ in range(count):
            hand_in(town, crowd)
        town.wait_until_quiet()
        assert town.figures()["yiwang_jobs_dead"] == before + count
    finally:
        town.stop()
    result = proved(town, crowd.ledger.path)
    figures(
        faults=count, acknowledged=count, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
    )  # fmt: skip
    assert result["code"] == 0, result["text"]


def test_a_backup_made_under_load_proves_elsewhere(
    town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """F17: what was acknowledged before the backup began is in it, whole; the restored store proves as the first one does."""
    town.start_all()
    try:
        for turn in range(trials(1, 10)):
            ledger, before = tmp_path / f"ledger-{turn}.jsonl", tmp_path / f"before-{turn}.jsonl"
            with submitting(town, ledger, clients=3, pause=0.05) as crowd:
                while crowd.ledger.acknowledged < 10:
                    time.sleep(0.05)
                shutil.copy(ledger, before)
                made = town.run("backup", str(tmp_path / f"backup-{turn}.tar"))
                assert made.returncode == 0, made.stderr
            result = restored(tmp_path / f"backup-{turn}.tar", tmp_path / f"elsewhere-{turn}", before)
            held = len(before.read_text().splitlines())
            figures(
                acknowledged=held, lost=result["lost"], doubled=result["doubled"],
                unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
            )  # fmt: skip
            assert held > 0
            assert crowd.strange == []
            assert result["code"] == 0, result["text"]
    finally:
        town.stop()


def restored(backup: Path, folder: Path, ledger: Path) -> dict[str, Any]:
    """Put a backup back on another installation and prove it there."""
    with fresh_database(database_of_this_run()) as database:
        elsewhere = Town(folder, database_url=database)
        done = elsewhere.run("restore", str(backup))
        assert done.returncode == 0, done.stderr
        result = proved(elsewhere, ledger)
        shutil.rmtree(folder, ignore_errors=True)
    return result
