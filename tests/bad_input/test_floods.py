"""Floods and guesses at every door: the stranger is told to wait, and the owner comes in from another address meanwhile."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache, caches
from django.test import Client

from conftest import on_postgres
from tests.bad_input.hostile_files import picture
from tests.bad_input.test_uploads import CONTENT_TYPE, multipart
from yiwang.channels.ui import limits
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.tests.issuing import issue_certificate, make_type
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import PASSWORD, make_office, make_person, sign_in
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER, OWNER = "203.0.113.9", "198.51.100.7"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.YIWANG_LIMITS = True
    cache.clear()
    caches["process"].clear()


def waits(answer: Any) -> bool:
    """Whether somebody is told to come back later, and when."""
    return answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 3600


def test_whoever_guesses_passwords_from_many_addresses_locks_nobody_out(
    settings: Any, trials: Any, figures: Any
) -> None:
    """Each address is stopped after some tries; the owner signs in from their own in the middle of it."""
    settings.YIWANG_TRUSTED_PROXIES = 1
    person = make_person(email="who@demo.example")
    sent, held_up = 0, 0
    for at in range(trials(6, 60)):
        whence = {"x-forwarded-for": f"{OWNER}, 203.0.113.{at}"}
        form = {"login": "who@demo.example", "password": f"wrong password {at}"}
        statuses = [Client().post("/sign-in", form, headers=whence).status_code for _ in range(8)]
        sent += len(statuses)
        held_up += 429 in statuses
    assert held_up == trials(6, 60)
    right = {"login": "who@demo.example", "password": PASSWORD}
    assert Client().post("/sign-in", right, headers={"x-forwarded-for": OWNER}).status_code == 302
    assert person.account
    figures(inputs=sent, unexpected_5xx=0)


def test_a_code_that_was_sent_cannot_be_guessed(settings: Any) -> None:
    """Three wrong tries end a code for a new password; the right one then opens nothing, and the old password still does."""
    make_person(email="who@demo.example")
    guesser = Client(REMOTE_ADDR=STRANGER)
    guesser.post("/password/reset", {"email": "who@demo.example"})
    sent = mail.outbox[-1].body if mail.outbox else ""
    statuses = [guesser.post("/password/reset/code", {"code": f"{n:06d}"}).status_code for n in range(6)]
    assert 500 not in statuses and statuses[-1] in (302, 429), statuses
    code = next(
        (word for word in sent.split() if len(word.strip("。.")) >= 6 and word.isascii() and word.isalnum()), ""
    )
    assert guesser.post("/password/reset/code", {"code": code}).status_code in (302, 429)
    new = {"password1": "another quiet river", "password2": "another quiet river", "password": "another quiet river"}
    guesser.post("/password/reset/new", new)
    form = {"login": "who@demo.example", "password": PASSWORD}
    assert Client(REMOTE_ADDR=OWNER).post("/sign-in", form).status_code == 302


def test_numbers_of_certificates_cannot_be_tried_out_through_the_api() -> None:
    kind, office = make_type(), make_office()
    issue_seal(office_code=office.code, by=SYSTEM)
    certificate = issue_certificate(kind, person=make_person(), office=office)
    work_until_idle()

    def ask(text: str, whence: str) -> Any:
        body = json.dumps({"text": text})
        return Client().generic("POST", "/api/v1/verify", body, content_type="application/json", REMOTE_ADDR=whence)

    most = limits.GUESSES["verify"].most
    answers = [ask(f"{certificate.number}{n}", STRANGER) for n in range(most + 3)]
    assert [waits(a) for a in answers] == [False] * most + [True] * 3
    assert ask(certificate.identifier, OWNER).json()["verdict"] == "valid"
    right = [ask(certificate.identifier, OWNER).status_code for _ in range(most + 3)]
    assert set(right) == {200}, "whoever checks what is real is never held up"


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_flood_of_uploads_stops(monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    for purpose in ("page_write", "api_write"):
        monkeypatch.setitem(limits.FLOODS, purpose, limits.Limit(4, 3600))
    item, person = make_item(), make_person()
    client = sign_in(Client(), person)
    assert person.account_id
    token = {"authorization": f"Bearer {issue_token(account_id=person.account_id, by=SYSTEM)}"}
    client.get(f"/items/{item.code}/apply")
    at, field = ("/api/v1/papers", "file") if door == "api" else (f"/items/{item.code}/apply/papers", "plan-file")

    def send(whence: str) -> Any:
        body = multipart({}, field, "a.png", picture())
        asker, headers = (Client(), token) if door == "api" else (client, {})
        return asker.generic("POST", at, body, content_type=CONTENT_TYPE, headers=headers, REMOTE_ADDR=whence)

    assert [waits(send(STRANGER)) for _ in range(6)] == [False] * 4 + [True] * 2
    assert send(OWNER).status_code != 429


GUESS = """
import sys, django
django.setup()
from django.core.management import call_command
from django.test import RequestFactory
from yiwang.channels.ui import limits
if sys.argv[1] == "make":
    call_command("createcachetable", verbosity=0)
    sys.exit()
limits.GUESSES["verify"] = limits.Limit(30, 3600)
request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")
print(sum(not limits.guessed(request, "verify") for _ in range(25)))
"""


def test_several_processes_count_guesses_together(tmp_path: Path) -> None:
    """Four processes try 25 times each at once, of 30 tries in all: no try is lost between them, none is given twice."""
    if on_postgres():
        pytest.skip("on PostgreSQL by the same row lock: test_threads_count_guesses_together")
    environment = os.environ | {
        "YIWANG_DIR": str(tmp_path), "YIWANG_DATABASE_URL": f"sqlite:///{tmp_path / 'y.sqlite3'}", "YIWANG_CACHE_URL": "db",
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings", "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    command = [sys.executable, "-c", GUESS]
    subprocess.run([*command, "make"], env=environment, check=True, capture_output=True)
    running = [subprocess.Popen([*command, "go"], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    given = [int(one.communicate(timeout=120)[0]) for one in running]
    assert sum(given) == 30, given


def test_threads_count_guesses_together(settings: Any, at_once: Callable[..., list], rf: Any) -> None:
    from django.core.management import call_command

    from yiwang.config import settings as configured

    settings.CACHES = {**settings.CACHES, "default": configured.cache("db")}
    call_command("createcachetable", verbosity=0)
    most = limits.GUESSES["progress"].most

    def guess(_: int) -> int:
        request = rf.get("/", REMOTE_ADDR=STRANGER)
        return sum(not limits.guessed(request, "progress") for _ in range(10))

    given = at_once(guess, 5)
    assert sum(given) == most, given
