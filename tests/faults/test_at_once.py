"""Many at once, the same thing twice, and clients that go away (F12 to F15)."""

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import Town
from tests.faults.load import Crowd, Ledger, proved

pytestmark = [pytest.mark.database, pytest.mark.slow]

AT_ONCE = 50


@pytest.fixture(scope="module")
def open_town(town: Town) -> Iterator[Town]:
    """Give the town with all its processes running."""
    town.start_all()
    yield town
    town.stop()


def application(town: Town, name: str = "小满面馆", item: str = "licence") -> dict[str, Any]:
    """Return the body of an application."""
    return {"item": town.told[item], "answers": {"shop_name": name}}


def until_answered(crowd: Crowd, body: dict[str, Any], key: str) -> tuple[int, Any]:
    """Submit with one key until there is an answer that is no "come back later"."""
    end = time.monotonic() + 60
    while True:
        status, answer = crowd.ask(crowd.town.told["person0"], body, key)
        if status not in {0, 429, 503} or time.monotonic() > end:
            return status, answer
        time.sleep(0.2)


def together(times: int, work: Callable[[int], Any]) -> list[Any]:
    """Return what `work(0)` … came to, all begun at one moment."""
    start = threading.Barrier(times)

    def one(number: int) -> Any:
        start.wait(30)
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_fifty_at_once_with_one_key_make_one_case(
    open_town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """F12: all get the same answer; there is one case. F13: the same key with another body changes nothing, and is told so."""
    crowd = Crowd(open_town, Ledger(tmp_path / "ledger.jsonl"))
    before, keys = open_town.count("cases_case"), trials(2, 200)
    for _ in range(keys):
        key, body = str(uuid.uuid4()), application(open_town)
        answers = together(AT_ONCE, lambda _, body=body, key=key: until_answered(crowd, body, key))
        assert {status for status, _ in answers} == {201}, answers[:3]
        numbers = {answer["number"] for _, answer in answers}
        assert len(numbers) == 1
        crowd.ledger.note({"key": key, "number": numbers.pop()})
        for other in range(trials(5, 5)):
            status, told = until_answered(crowd, application(open_town, f"另一家{other}"), key)
            assert (status, told["type"]) == (422, "urn:yiwang:problem:idempotency_key_reused")
    assert open_town.count("cases_case") == before + keys
    open_town.wait_until_quiet()
    result = proved(open_town, crowd.ledger.path)
    print(
        f"{keys} keys × {AT_ONCE}, lost {result['lost']}, doubled {result['doubled']}, answers {dict(crowd.statuses)}"
    )
    figures(
        acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
    )  # fmt: skip
    assert result["code"] == 0, result["text"]


def test_a_client_that_goes_away_after_sending_finds_one_case(
    open_town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """F14: whoever sent and hung up finds, with the same key, exactly one case."""
    crowd, gone = Crowd(open_town, Ledger(tmp_path / "ledger.jsonl")), trials(10, 500)
    before = open_town.count("cases_case")
    for n in range(gone):
        key, body = str(uuid.uuid4()), application(open_town)
        send_and_leave(open_town, body, key, pause=(0, 0.005, 0.02)[n % 3])
        status, answer = until_answered(crowd, body, key)
        assert status == 201, answer
        crowd.ledger.note({"key": key, "number": answer["number"]})
    assert open_town.count("cases_case") == before + gone
    open_town.wait_until_quiet()
    result = proved(open_town, crowd.ledger.path)
    figures(
        acknowledged=gone, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=crowd.longest, verify=result["code"],
    )  # fmt: skip
    assert result["code"] == 0, result["text"]


def send_and_leave(town: Town, body: dict[str, Any], key: str, *, pause: float) -> None:
    """Send a whole request and close the connection without reading the answer."""
    import json

    content = json.dumps(body).encode()
    head = (
        f"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1:{town.port}\r\nAuthorization: Bearer {town.told['person0']}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", town.port), timeout=5) as there:
        there.sendall(head.encode() + content)
        time.sleep(pause)


def test_of_two_officials_at_once_one_wins_and_the_other_is_told(
    open_town: Town, trials: Callable[[int, int], int], figures: Callable[..., None], tmp_path: Path
) -> None:
    """F15: both decide on what they saw; one step is taken, the other official gets a plain 409, and no update is lost."""
    crowd, races = Crowd(open_town, Ledger(tmp_path / "ledger.jsonl")), trials(5, 500)
    codes = set()
    for _ in range(races):
        key = str(uuid.uuid4())
        status, answer = until_answered(crowd, application(open_town, item="reviewed"), key)
        assert status == 201, answer
        crowd.ledger.note({"key": key, "number": answer["number"]})
        number = answer["number"]
        seen = open_town.ask("GET", f"/desk/cases/{number}", token=open_town.told["staff0"])[1]
        body = {"revision": seen["revision"]}
        answers = together(
            2,
            lambda n, number=number, body=body: open_town.ask(
                "POST", f"/desk/cases/{number}/acceptance", body, token=open_town.told[f"staff{n}"]
            ),
        )
        assert sorted(status for status, _ in answers) == [200, 409], answers
        loser = next(told for status, told in answers if status == 409)
        assert loser["detail"]
        codes.add(loser["type"].rpartition(":")[2])
        after = open_town.ask("GET", f"/desk/cases/{number}", token=open_town.told["staff0"])[1]
        assert after["revision"] == seen["revision"] + 1
    assert codes == {"stale"}
    open_town.wait_until_quiet()
    result = proved(open_town, crowd.ledger.path)
    figures(
        acknowledged=races, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), verify=result["code"],
    )  # fmt: skip
    assert result["code"] == 0, result["text"]
