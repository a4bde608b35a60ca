"""Floods and guesses are held up for the one who makes them, and for nobody else; whose address it is, proxies say."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.test import Client, RequestFactory

from yiwang.channels.ui import limits
from yiwang.channels.ui.addresses import visitor_address, whose_limit
from yiwang.config import settings as configured
from yiwang.domains.cases.tests.factories import make_case
from yiwang.domains.identity.tests.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER, OWNER = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def _on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.YIWANG_LIMITS = True
    cache.clear()
    caches["process"].clear()
    for purpose in limits.FLOODS.keys() - {"page_write"}:
        monkeypatch.setitem(limits.FLOODS, purpose, limits.Limit(3, 3600))


def is_told_to_wait(answer: Any) -> bool:
    return answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", "/search?q=x"), ("GET", "/api/v1/items"), ("POST", "/api/v1/verify"), ("POST", "/sign-in"), ("POST", "/sign-up")],
)  # fmt: skip
def test_a_flood_stops_the_one_who_makes_it(client: Client, method: str, address: str) -> None:
    def ask(whence: str) -> Any:
        return client.generic(
            method, address, b"", content_type="application/x-www-form-urlencoded", REMOTE_ADDR=whence
        )

    answers = [ask(STRANGER) for _ in range(5)]
    assert [is_told_to_wait(a) for a in answers] == [False, False, False, True, True]
    words = answers[-1].content.decode()
    assert ("请过" in words) or ("太快了" in words)
    assert ask(OWNER).status_code != 429
    assert client.get("/", REMOTE_ADDR=STRANGER).status_code == 200, "the rest stays open"


def test_a_flood_does_not_flood_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "yiwang.access"):
        statuses = [client.get("/search?q=x", REMOTE_ADDR=STRANGER).status_code for _ in range(20)]
    assert statuses.count(429) == 17
    assert len([r for r in caplog.records if r.name == "yiwang.access"]) == 1


def test_limits_can_be_switched_off_for_load_tests(client: Client, settings: Any) -> None:
    settings.YIWANG_LIMITS = False
    assert {client.get("/api/v1/items").status_code for _ in range(6)} == {200}


def test_guesses_at_one_case_lock_nobody_else_out(client: Client) -> None:
    case = make_case()
    wrong = {"number": case.number, "query_code": "AAAAAAAA"}
    found = [client.post("/progress", wrong, REMOTE_ADDR=STRANGER).status_code for _ in range(32)]
    assert (found[0], found[-1]) == (422, 429)
    right = {"number": case.number, "query_code": case.query_code}
    assert [client.post("/progress", right, REMOTE_ADDR=OWNER).status_code for _ in range(40)] == [200] * 40


def test_guessing_passwords_behind_a_proxy_locks_nobody_else_out(client: Client, settings: Any) -> None:
    settings.YIWANG_TRUSTED_PROXIES, settings.YIWANG_LIMITS = 1, False
    make_person(email="who@demo.example")

    def give(password: str, whence: str) -> Any:
        form = {"login": "who@demo.example", "password": password}
        return client.post("/sign-in", form, headers={"x-forwarded-for": f"6.6.6.6, {whence}"})

    statuses = [give("wrong password", STRANGER).status_code for _ in range(7)]
    assert 429 in statuses
    assert give("a quiet river 9", OWNER).status_code == 302


@pytest.mark.parametrize(
    ("trusted", "forwarded", "near", "found"),
    [
        ("0", "6.6.6.6", "127.0.0.1", "127.0.0.1"),
        ("1", "6.6.6.6, 198.51.100.7", "127.0.0.1", "198.51.100.7"),
        ("2", "6.6.6.6, 198.51.100.7, 10.0.0.5", "127.0.0.1", "198.51.100.7"),
        ("1", "", "127.0.0.1", "127.0.0.1"),
        ("1", "nonsense", "127.0.0.1", "127.0.0.1"),
        ("10.0.0.0/8,127.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.5", "127.0.0.1", "198.51.100.7"),
        ("10.0.0.5", "6.6.6.6", "203.0.113.9", "203.0.113.9"),
        ("::1", "2001:db8::7", "::1", "2001:db8::7"),
        ("1", "6.6.6.6, 198.51.100.7:4711", "127.0.0.1", "198.51.100.7"),
        ("1", "6.6.6.6, [2001:db8::7]:4711", "127.0.0.1", "2001:db8::7"),
        ("1", "6.6.6.6, unknown", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1,10.0.0.0/8", "6.6.6.6, unknown, 10.0.0.5", "127.0.0.1", "10.0.0.5"),
        ("2", "6.6.6.6", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_whose_address_it_is(
    settings: Any, trusted: str, forwarded: str, near: str, found: str
) -> None:
    settings.YIWANG_TRUSTED_PROXIES = configured.proxies(trusted)
    assert visitor_address(RequestFactory().get("/", REMOTE_ADDR=near, HTTP_X_FORWARDED_FOR=forwarded)) == found


def test_one_customer_is_one_address() -> None:
    assert whose_limit("2001:db8:1:2:3::4") == whose_limit("2001:db8:1:2::9") != whose_limit("2001:db8:1:3::9")
    assert whose_limit(OWNER) == OWNER and whose_limit("") == ""


def test_settings_that_mean_nothing_are_refused() -> None:
    for wrong in ("proxy.example", "10.0.0.999"):
        with pytest.raises(ValueError):
            configured.proxies(wrong)
    with pytest.raises(ValueError):
        configured.cache("redis://x")


def test_figures_stay_inside(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 200
    for more in ({"x-forwarded-for": "6.6.6.6"}, {"forwarded": "for=6.6.6.6"}, {"via": "1.1 proxy"}):
        assert client.get("/metrics", headers=more).status_code == 403
        assert client.get("/metrics", headers=more | {"authorization": "Bearer "}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR=STRANGER).status_code == 403
    settings.YIWANG_METRICS_TOKEN = "a long secret of the collector"
    token = {"authorization": "Bearer a long secret of the collector"}
    assert client.get("/metrics", REMOTE_ADDR=STRANGER, headers=token).status_code == 200
    assert client.get("/metrics", REMOTE_ADDR=STRANGER, headers={"authorization": "Bearer no"}).status_code == 403


def test_processes_count_together_in_the_table(settings: Any, tmp_path: Path) -> None:
    settings.CACHES = {**settings.CACHES, "default": configured.cache("db")}
    call_command("createcachetable", verbosity=0)
    request = RequestFactory().get("/", REMOTE_ADDR=STRANGER)
    most = limits.GUESSES["verify"].most
    waits = [limits.guessed(request, "verify") for _ in range(most + 2)]
    assert [bool(wait) for wait in waits] == [False] * most + [True] * 2
    assert not limits.guessed(RequestFactory().get("/", REMOTE_ADDR=OWNER), "verify")
