"""What cannot be text never reaches a view: a plain 400, as a page or as a problem, on every channel."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import make_person, sign_in
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = ["/items/{}", "/life/{}", "/offices/{}", "/me/cases/{}", "/desk/cases/{}", "/items/{}/apply", "/api/v1/items/{}",
         "/api/v1/cases/{}"]  # fmt: skip
QUERIES = ["/search?q={}", "/search?region={}", "/verify?code={}", "/progress?number={}", "/sign-in?next={}", "/?x={}",
           "/desk/?state={}", "/console/searches?q={}", "/api/v1/items?q={}", "/api/v1/regions?parent={}"]  # fmt: skip
FORMS = [("/progress", "number"), ("/verify", "code"), ("/sign-in", "login"), ("/sign-up", "phone"), ("/look", "next"),
         ("/me/real-name", "name"), ("/password/reset", "email")]  # fmt: skip
NO_TEXT = ["%00", "a%00b", "%01", "%1F", "%7F", "%FF", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80"]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def is_plain_400(answer: Any) -> bool:
    kind = answer.headers["Content-Type"].partition(";")[0]
    wanted = "application/problem+json" if "/api/v1/" in answer.request["PATH_INFO"] else "text/html"
    return answer.status_code == 400 and kind == wanted


@pytest.mark.parametrize("bad", NO_TEXT)
def test_in_paths_and_queries(client: Client, bad: str) -> None:
    answers = [client.get(address.format(bad)) for address in PATHS + QUERIES]
    assert [a.request["PATH_INFO"] for a in answers if not is_plain_400(a)] == []


@pytest.mark.parametrize("bad", ["%00", "a%00b", "%FF", "%ED%A0%80"])
def test_in_forms(client: Client, bad: str) -> None:
    sign_in(client, make_person(level=1))
    visitor = Client()
    for address, name in FORMS:
        asker = client if address.startswith("/me") else visitor
        for body in (f"{name}={bad}", f"{bad}=x"):
            answer = asker.generic("POST", address, body, content_type="application/x-www-form-urlencoded")
            assert is_plain_400(answer), (address, body)


def test_other_control_characters_are_told_at_the_field_and_real_signs_pass(client: Client) -> None:
    for typed in ("\x07", "\ufffd", "\x85"):
        assert client.post("/verify", {"code": f"A{typed}B"}).status_code == 200
    assert client.get("/search", {"q": "两行\n\ufffd"}).status_code == 200


def test_what_is_too_long(client: Client) -> None:
    for address in ("/items/" + "x" * 3_000, "/search?q=" + "x" * 9_000, "/api/v1/items?q=" + "x" * 9_000):
        assert is_plain_400(client.get(address))


def test_cookies_that_nobody_got_from_us(client: Client) -> None:
    """A quoted cookie may spell NUL; PostgreSQL takes none, and the session key goes there as it comes."""
    spelled = '"' + r"\000" * 12 + '"'
    for name in ("sessionid", "csrftoken", "language", "yiwang_look", "messages"):
        asker = Client(headers={"cookie": f"{name}={spelled}"})
        assert asker.get("/me/").status_code == 302
        assert asker.get("/").status_code == 200
        assert asker.post("/verify", {"code": "X"}).status_code == 200


def test_methods_that_are_none(client: Client) -> None:
    for address in ("/", "/sign-in", "/api/v1/items"):
        for method in ("TRACE", "PROPFIND", "X" * 60):
            answer = client.generic(method, address)
            assert answer.status_code == 405, (method, address)
            assert "GET" in answer.headers["Allow"]


def test_nul_in_json() -> None:
    person = make_person()
    assert person.account_id
    client = Client(headers={"authorization": f"Bearer {issue_token(account_id=person.account_id, by=SYSTEM)}"})
    for body in (r'{"a\u0000": 1}', r'["\u0000"]', r'{"item": "a\u0000b"}', r'{"item": "x", "on_behalf_of": "\u0000"}'):
        answer = client.generic("POST", "/api/v1/drafts", body, content_type="application/json")
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json"), body
        answer = client.generic("POST", "/api/v1/verify", body.replace("item", "text"), content_type="application/json")
        assert answer.status_code in (200, 422), body


def test_a_body_that_breaks_off_is_a_plain_400(client: Client) -> None:
    class Broken:
        def read(self, *_: int) -> bytes:
            raise OSError("the line is gone")

        readline = read

    for address in ("/verify", "/sign-in", "/api/v1/verify"):
        kind = "application/json" if "/api/" in address else "application/x-www-form-urlencoded"
        extra: dict[str, Any] = {"wsgi.input": Broken(), "CONTENT_LENGTH": "10", "CONTENT_TYPE": kind}
        answer = client.generic("POST", address, b"", **extra)
        assert is_plain_400(answer), (address, answer.status_code)


def test_a_page_that_breaks_has_the_headers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it breaks, the door itself included: the policy stands on the page that says so."""
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("yiwang.channels.ui.door.note_refused", lambda *_: 1 / 0)
    monkeypatch.setattr("yiwang.channels.portal.home.render", lambda *_, **__: 1 / 0)
    for address in ("/", "/desk/"):
        client.force_login(make_person().account) if address == "/desk/" else None  # type: ignore[func-returns-value]
        answer = client.get(address)
        assert answer.status_code == 500, address
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
