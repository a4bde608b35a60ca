"""SQLite whose lock is held, whose disk is full or broken (F5, F6): refused in time, reads go on, recovers unaided."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.installation import Town, a_town, on_postgres
from tests.faults.load import ANSWER_WITHIN, Crowd, Ledger, proved, submitting

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(on_postgres(), reason="about SQLite; PostgreSQL has its own trials"),
]


@contextmanager
def running(town: Town) -> Iterator[Town]:
    """Have the town's processes run for the length of the block."""
    town.start_all()
    try:
        yield town
    finally:
        town.stop()


def submit_once(town: Town, crowd: Crowd, key: str) -> int:
    """Hand one application in; note it where it is acknowledged; return the status."""
    body = {"item": town.told["licence"], "answers": {"shop_name": "小满面馆"}}
    status, answer = crowd.ask(town.told["person0"], body, key)
    if status == 201:
        crowd.ledger.note({"key": key, "number": answer["number"]})
    return status


def test_a_lock_held_by_another_is_answered_with_503_in_time(
    town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """While somebody holds the write lock for six seconds, everybody gets 503 within five, reads go on, nothing is lost."""
    ledger, quiet_reads = tmp_path / "ledger.jsonl", []
    with running(town):
        with submitting(town, ledger, clients=6, pause=0.1) as crowd:
            for _ in range(trials(1, 20)):
                time.sleep(1)
                holder = sqlite3.connect(town.folder / "yiwang.sqlite3", isolation_level=None, timeout=30)
                holder.execute("BEGIN IMMEDIATE")
                end = time.monotonic() + 6
                while time.monotonic() < end:
                    status, _answer = town.ask("GET", "/cases", token=town.told["person0"])
                    quiet_reads.append(status)
                    time.sleep(0.5)
                holder.execute("ROLLBACK")
                holder.close()
        town.wait_until_quiet()
    result = proved(town, ledger)
    print(
        f"{crowd.ledger.acknowledged} acknowledged, lost {result['lost']}, doubled {result['doubled']}, "
        f"answers {dict(crowd.statuses)}, longest {crowd.longest:.1f} s, reads {len(quiet_reads)}"
    )
    figures(
        faults=trials(1, 20), acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
    )  # fmt: skip
    assert set(quiet_reads) == {200}
    assert crowd.strange == []
    assert crowd.statuses[503] > 0
    assert crowd.longest <= ANSWER_WITHIN
    assert result["code"] == 0, result["text"]


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Give a folder on a disk of its own with so much room; skips where this user may not mount one."""
    folder.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip(f"no small disk: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def test_a_full_disk_refuses_and_recovers(
    trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """With no room left, what cannot be stored is refused with 503 or 507 and not acknowledged; with room again, all goes on."""
    with small_disk(tmp_path / "disk", "24m") as disk, a_town(disk) as town, running(town):
        crowd = Crowd(town, Ledger(tmp_path / "ledger.jsonl"))
        reads, refused = [], 0
        for turn in range(trials(2, 20)):
            assert submit_once(town, crowd, f"room-{turn}") == 201
            fill_up(disk / "filler")
            end = time.monotonic() + 20
            before = refused
            while refused < before + 5:
                assert time.monotonic() < end, crowd.statuses
                refused += submit_once(town, crowd, f"full-{turn}") in {503, 507}
                reads.append(town.ask("GET", "/cases", token=town.told["person0"])[0])
            (disk / "filler").unlink()
            end = time.monotonic() + 20
            while submit_once(town, crowd, f"full-{turn}") != 201:
                assert time.monotonic() < end, (crowd.statuses, town.log())
                time.sleep(0.2)
        town.wait_until_quiet()
        town.stop()
        result = proved(town, crowd.ledger.path)
    print(
        f"{refused} refused, {crowd.ledger.acknowledged} acknowledged, answers {dict(crowd.statuses)}, reads {set(reads)}"
    )
    figures(
        faults=trials(2, 20), acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
    )  # fmt: skip
    assert crowd.strange == []
    assert set(reads) == {200}
    assert crowd.longest <= ANSWER_WITHIN
    assert result["code"] == 0, result["text"]


def fill_up(path: Path) -> None:
    """Take all the room that there is."""
    block = b"\0" * 4096
    with path.open("ab", buffering=0) as out:
        try:
            while True:
                out.write(block)
        except OSError:
            return


def test_a_disk_that_fails_to_sync_is_no_false_acknowledgement(
    trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """When fsync answers EIO, the submission is refused; nothing was promised, and the store opens and proves after a restart."""
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine: apt-get install strace")
    with a_town(tmp_path) as town:
        crowd = Crowd(town, Ledger(tmp_path / "ledger.jsonl"))
        for turn in range(trials(1, 20)):
            with running(town):
                assert submit_once(town, crowd, f"before-{turn}") == 201
                statuses = [hurt_once(town, crowd, f"hurt-{turn}-{n}") for n in range(3)]
                assert set(statuses) <= {201, 503, 507}, statuses
                assert {503, 507} & set(statuses), statuses
                for n in range(3):
                    assert submit_once(town, crowd, f"hurt-{turn}-{n}") == 201
                town.wait_until_quiet()
            result = proved(town, crowd.ledger.path)
            assert result["code"] == 0, result["text"]
    print(f"{crowd.ledger.acknowledged} acknowledged, answers {dict(crowd.statuses)}")
    figures(
        faults=trials(1, 20), acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
    )  # fmt: skip
    assert crowd.strange == []


def hurt_once(town: Town, crowd: Crowd, key: str) -> int:
    """Submit while every fsync and fdatasync of the web processes fails with EIO."""
    pids = [str(pid) for pid in town.web_processes()]
    calls = "fsync,fdatasync"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO"]
    for pid in pids:
        command += ["-p", pid]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    if tracer.poll() is not None:
        pytest.skip("strace may not trace processes here")
    try:
        return submit_once(town, crowd, key)
    finally:
        tracer.terminate()
        tracer.wait(10)
