"""Sessions of officials end by themselves; who came in and who was refused stands in the log, without personal data."""

import logging
import os
import re
import subprocess
import sys
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.channels.ui.people import SEEN_IN_SESSION
from yiwang.domains.cases.tests.factories import make_case
from yiwang.domains.identity.tests.factories import PASSWORD, make_office, make_person, make_staff, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def leave_alone(client: Client, seconds: int) -> None:
    session = client.session
    session[SEEN_IN_SESSION] = int(time.time()) - seconds
    session.save()


def test_an_official_who_does_nothing_for_half_an_hour_signs_in_again() -> None:
    client = sign_in(Client(), make_staff(office=make_office()))
    assert client.get("/desk/").status_code == 200
    leave_alone(client, 29 * 60)
    assert client.get("/desk/").status_code == 200
    assert time.time() - client.session[SEEN_IN_SESSION] < 5, "the half hour begins again"
    leave_alone(client, 31 * 60)
    assert client.get("/desk/").url.startswith("/sign-in")
    assert "_auth_user_id" not in client.session
    assert client.get("/desk/").url.startswith("/sign-in")


def test_after_twelve_hours_in_any_case() -> None:
    client = sign_in(Client(), make_staff(office=make_office()))
    session = client.session
    began = int(time.time()) - 12 * 3600 - 5
    session["account_authentication_methods"] = [{"method": "password", "at": began}, {"method": "mfa", "at": began}]
    session.save()
    assert client.get("/desk/").url.startswith("/sign-in")


def test_a_citizen_may_take_a_long_breath() -> None:
    client = sign_in(Client(), make_person())
    leave_alone(client, 5 * 3600)
    assert client.get("/me/").status_code == 200


def test_who_came_in_and_who_was_refused_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    owner, other = make_person(email="who@demo.example"), make_person()
    case = make_case(person=owner)
    with caplog.at_level(logging.INFO, "yiwang.access"):
        client = Client()
        client.post("/sign-in", {"login": "who@demo.example", "password": "wrong password"})
        client.post("/sign-in", {"login": "who@demo.example", "password": PASSWORD})
        client.get("/desk/")
        Client(enforce_csrf_checks=True).post("/sign-in", {})
        sign_in(Client(), other).get(f"/me/cases/{case.number}")
        Client().get("/api/v1/me", headers={"authorization": "Bearer stolen\r\nfake line"})
    lines = [r.getMessage() for r in caplog.records if r.name == "yiwang.access"]
    pattern = re.compile(r"([\w -]+) status=\S+ view=(\S+) method=[A-Z]+ actor=(\S+) from=[0-9a-f]{12}")
    found = [pattern.fullmatch(line) for line in lines]
    assert all(found), lines
    told = [(f[1], f[2], f[3].partition(":")[0]) for f in found if f]
    assert ("sign-in failed", "account_login", "anonymous") in told
    assert ("signed in", "account_login", "account") in told
    assert ("refused", "desk:queue", "person") in told
    assert ("refused", "account_login", "anonymous") in told
    assert ("not visible", "portal:case", "person") in told
    assert ("refused", "openapi:get_me", "anonymous") in told
    for secret in ("who@demo.example", case.number, PASSWORD, "127.0.0.1", owner.name):
        assert not any(secret in line for line in lines)


def test_cookies_are_bound_to_the_host_where_there_is_tls() -> None:
    """A fresh process, since settings are read once."""
    words = "from yiwang.config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    for origin, names in (
        ("https://x.example", "__Host-sessionid __Host-csrftoken True"),
        ("http://127.0.0.1:8000", "sessionid csrftoken False"),
    ):
        environment: dict[str, Any] = os.environ | {"YIWANG_ORIGIN": origin}
        done = subprocess.run(
            [sys.executable, "-c", words], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == names
