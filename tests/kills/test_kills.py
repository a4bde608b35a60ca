"""Nothing acknowledged is lost or doubled, whatever is killed when: the short form of `make assure`.

One process at a time, at moments by chance, on the whole demo province; on the database of the run. The named points, the
network and the disk are in tests/faults.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import database_of_this_run, fresh_database
from tests.faults.load import Ledger, proved
from tests.province import Province, shared_by

ITEM = "11339900YW0000020T3332099001000"
"""异地就医备案: decided at once, so that every submission goes all the way to a sealed letter."""

CLIENTS = 6
PERIOD = (0.4, 1.2)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """Give a province of this module's own, for it is going to be hurt."""
    with fresh_database(database_of_this_run()) as database:
        found = Province(tmp_path_factory.mktemp("kills") / "store", database_url=database)
        found.build(shared_by(tmp_path_factory))
        yield found
        found.remove()


def submit_until(store: Province, token: str, answers: dict[str, Any], ledger: Ledger, over: threading.Event) -> None:
    """Submit again and again, each with its key, and the same key again until it is acknowledged."""
    while not over.is_set():
        key = str(uuid.uuid4())
        while not over.is_set():
            try:
                body = {"item": ITEM, "answers": answers}
                status, answer = store.ask("POST", "/cases", body, token=token, key=key, seconds=5)
            except OSError:
                time.sleep(0.05)
                continue
            if status == 201:
                ledger.note({"key": key, "number": answer["number"]})
                break
            assert status in {429, 503}, (status, answer)
            time.sleep(0.1)


def hurt(store: Province, name: str, times: int, dice: random.Random) -> None:
    """Kill one process again and again, and start it anew each time."""
    for _ in range(times):
        time.sleep(dice.uniform(*PERIOD))
        store.kill(name)
        store.start(name)
        if name == "web":
            store.wait()


@pytest.mark.parametrize("name", ["worker", "web"])
def test_kill_9_under_load_loses_and_doubles_nothing(
    store: Province, name: str, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """Every acknowledged submission is there exactly once after 4 (200) kills, sealed and proved."""
    token = store.token("shenjianguo")
    answers = store_answers(store)
    ledger, over = Ledger(tmp_path / "ledger.jsonl"), threading.Event()
    store.start("web")
    store.start("worker")
    store.wait()
    arguments = (store, token, answers, ledger, over)
    clients = [threading.Thread(target=submit_until, args=arguments) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        hurt(store, name, trials(4, 200), random.Random(7))
    finally:
        time.sleep(1)
        over.set()
        for client in clients:
            client.join()
    wait_until_quiet(store)
    store.stop()
    result = proved(store, ledger.path)
    print(f"{ledger.acknowledged} acknowledged submissions, {trials(4, 200)} kills of the {name}")
    figures(
        kills=trials(4, 200), acknowledged=ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=0, verify=result["code"],
    )  # fmt: skip
    assert ledger.acknowledged > trials(8, 20)
    assert result["code"] == 0, result["text"]


def store_answers(store: Province) -> dict[str, Any]:
    """Return answers that hold for the item."""
    today = time.strftime("%Y-%m-%d")
    return {
        "for_whom": "self",
        "patient_name": "沈建国",
        "patient_id": "339901194903180152",
        "phone": "+8619900000102",
        "reason": "retired_there",
        "place": "330802",
        "from_date": today,
        "truth": True,
    }


def wait_until_quiet(store: Province, patience: float = 60) -> None:
    """Wait until the worker has nothing left to do: everything delivered, sealed and in the tree.

    How long that takes grows with what was handed in, so only standing still is a failure.
    """
    before: dict[str, int] = {}
    moved_at = time.monotonic()
    while time.monotonic() < moved_at + patience:
        found = counted(store)
        behind = found["yiwang_journal_newest_entry"] - found["yiwang_journal_sequencer_position"]
        if found != before:
            before, moved_at = found, time.monotonic()
        elif found["yiwang_jobs_waiting"] == 0 and behind <= 0:
            return
        time.sleep(1)
    raise AssertionError(f"nothing moved for {patience} s: {counted(store)}")


def counted(store: Province) -> dict[str, int]:
    """Return the figures of /metrics."""
    import urllib.request

    with urllib.request.urlopen(f"{store.address}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {line.split()[0]: int(line.split()[1]) for line in lines if line and not line.startswith("#")}
