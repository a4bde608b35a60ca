"""PostgreSQL behind a bad network (F8): nobody waits longer than five seconds, nothing is lost, all of it recovers unaided."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.faults.installation import Town, database_of_this_run
from tests.faults.load import ANSWER_WITHIN, Crowd, proved, submitting
from tests.faults.proxy import FAULTS, Proxy

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

LASTING = {"half_open": 6.0, "slow": 6.0, "paused": 6.0, "refused": 3.0}
"""Seconds that a fault goes on; the others strike within one."""

RECOVERED_WITHIN = 15.0


@pytest.fixture
def behind_a_proxy(town: Town, trials: Callable[[int, int], int]) -> Iterator[tuple[Town, Proxy]]:
    """Give the town running, with a proxy between it and its database."""
    parts = urlsplit(database_of_this_run())
    proxy = Proxy(str(parts.hostname), int(parts.port or 5432))
    proxy.start()
    town.through = proxy.address
    town.extra["YIWANG_LEASE_SECONDS"] = str(trials(8, 45))
    town.start_all()
    yield town, proxy
    town.stop()
    town.through = ""
    proxy.stop()


def strike(town: Town, proxy: Proxy, fault: str, crowd: Crowd) -> dict[str, Any]:
    """Let one fault happen and end; return what machines were told meanwhile and how long recovery took."""
    crowd.during = fault
    proxy.set(fault)
    end = time.monotonic() + LASTING.get(fault, 1.0)
    alive, ready = [], []
    while time.monotonic() < end:
        alive.append(town.probe("/healthz"))
        ready.append(town.probe("/readyz"))
        time.sleep(0.3)
    proxy.set("")
    ended = time.monotonic()
    while crowd.last_at < ended:
        assert time.monotonic() < ended + RECOVERED_WITHIN, (
            f"{fault}: no case for {RECOVERED_WITHIN} s\n{town.log('web')}"
        )
        time.sleep(0.05)
    seen = {status for status, _, _ in ready}
    assert seen <= {200, 503}, (fault, ready)
    if fault in {"half_open", "refused", "paused"}:  # a slow database is one that answers
        assert 503 in seen, (fault, ready)
        assert ready[-1][0] == 503, (fault, ready)
    assert {status for status, _, _ in alive} == {200}, (fault, alive)
    longest = max(seconds for _, _, seconds in alive + ready)
    assert longest <= ANSWER_WITHIN, (fault, alive, ready)
    return {"fault": fault, "recovered_s": round(crowd.last_at - ended, 1), "longest_s": longest}


def test_whatever_the_network_does_nobody_waits_long_and_nothing_is_lost(
    behind_a_proxy: tuple[Town, Proxy],
    trials: Callable[[int, int], int],
    figures: Callable[..., None],
    tmp_path: Path,
) -> None:
    """Every fault once (twelve times) under load, then everything is found there once and proved."""
    town, proxy = behind_a_proxy
    ledger, rounds, met = tmp_path / "ledger.jsonl", trials(1, 12), []
    with submitting(town, ledger, clients=6, pause=0.3) as crowd:
        time.sleep(1)
        for _ in range(rounds):
            for fault in FAULTS:
                met.append(strike(town, proxy, fault, crowd))
                time.sleep(0.5)
    quiet = town.wait_until_quiet()
    result = proved(town, ledger)
    longest = max([crowd.longest, *(m["longest_s"] for m in met)])
    print(
        f"{len(met)} faults, {crowd.ledger.acknowledged} acknowledged, lost {result['lost']}, doubled {result['doubled']}, "
        f"answers {dict(crowd.statuses)}, none {crowd.no_answer}, longest {longest:.1f} s, quiet after {quiet:.0f} s, "
        f"{proxy.cut_commits} cut at COMMIT, slowest recovery {max(m['recovered_s'] for m in met)} s, "
        f"longest of each {crowd.longest_by}"
    )
    figures(
        faults=len(met), acknowledged=crowd.ledger.acknowledged, lost=result["lost"], doubled=result["doubled"],
        unexpected_5xx=crowd.unexpected_5xx(), longest_s=longest, verify=result["code"],
    )  # fmt: skip
    assert crowd.strange == []
    assert crowd.no_answer == 0
    assert longest <= ANSWER_WITHIN
    assert proxy.cut_commits >= 1
    assert result["code"] == 0, result["text"]


def test_a_page_says_what_happened_and_when_to_come_back(behind_a_proxy: tuple[Town, Proxy]) -> None:
    """A citizen reads plain words with 503 and Retry-After, not a blank page and not 500."""
    import http.client

    town, proxy = behind_a_proxy
    proxy.set("refused")
    told = []
    for path, accept in (("/me/", "text/html"), ("/api/v1/cases", "application/json")):
        there = http.client.HTTPConnection("127.0.0.1", town.port, timeout=6)
        headers = {"Accept": accept, "Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
        headers |= {"Authorization": f"Bearer {town.told['person0']}"} if "api" in path else {}
        there.request("GET", path, headers=headers)
        answer = there.getresponse()
        told.append((answer.status, answer.getheader("Retry-After"), answer.getheader("Content-Type"), answer.read()))
    proxy.set("")
    page, problem = told
    assert page[0] == problem[0] == 503
    assert page[1] and problem[1]
    assert "再交一次不会重复".encode() in page[3]
    assert problem[2] == "application/problem+json"
