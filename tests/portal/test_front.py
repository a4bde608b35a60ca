"""The cache before Django: what it may keep, for whom, how long, and that nothing personal is ever in it."""

from collections.abc import Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from yiwang.channels.ui.fronting import for_everybody, variant_of
from yiwang.channels.ui.keeping import Kept
from yiwang.config.front import KEEP_SECONDS, Front, matches
from yiwang.domains.catalogue.actions.publishing import change_item_state
from yiwang.domains.catalogue.queries import catalogue_version, forget_edition
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.queries import ANONYMOUS_IDENTITY
from yiwang.domains.identity.tests.factories import make_person, sign_in
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db


class Asked:
    """A front over the real application, and what came back."""

    def __init__(self, most_bytes: int = 1_000_000) -> None:
        self.edition: int | None = 1
        self.front = Front(WSGIHandler(), lambda: self.edition, most_bytes=most_bytes)

    def __call__(self, path: str, method: str = "GET", **environ: str) -> tuple[int, dict[str, str], str]:
        where, _, query = path.partition("?")
        asked: dict[str, Any] = {"PATH_INFO": where, "QUERY_STRING": query, "REQUEST_METHOD": method} | environ
        setup_testing_defaults(asked)
        asked["HTTP_HOST"] = environ.get("HTTP_HOST", "testserver")
        begun: list[Any] = []
        answer = self.front(asked, lambda status, headers, *rest: begun.append((status, headers)))
        body = b"".join(answer).decode()
        getattr(answer, "close", lambda: None)()
        return int(begun[0][0][:3]), dict(begun[0][1]), body

    @property
    def counts(self) -> tuple[int, int]:
        return self.front.hits, self.front.misses


@pytest.fixture(autouse=True)
def _the_connection_stays_open() -> Iterator[None]:
    """Keep the test's own connection, and the transaction on it, between its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_the_second_visitor_gets_the_page_from_memory(asked: Asked) -> None:
    address = f"/items/{make_item().code}"
    status, headers, body = asked(address)
    again = asked(address)
    assert (status, again[0], again[2]) == (200, 200, body)
    assert asked.counts == (1, 1)
    assert {k: v for k, v in again[1].items() if k != "Age"} == headers
    assert again[1]["Age"] == "0"
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "ETag", "Vary"):
        assert again[1][name]


def test_a_tag_that_is_known_and_head_get_no_body(asked: Asked) -> None:
    address = f"/items/{make_item().code}"
    tag = asked(address)[1]["ETag"]
    status, headers, body = asked(address, HTTP_IF_NONE_MATCH=f'"other", {tag}')
    assert (status, body, headers["ETag"], headers["Cache-Control"]) == (304, "", tag, "public, max-age=60")
    assert "Content-Length" not in headers and "Vary" in headers
    status, headers, body = asked(address, "HEAD")
    assert (status, body) == (200, "") and int(headers["Content-Length"]) > 1_000
    assert asked.counts == (2, 1)


@pytest.mark.parametrize(
    ("known", "tag", "same"),
    [("*", 'W/"a"', True), ('"a"', 'W/"a"', True), ('W/"b", W/"a"', 'W/"a"', True), ('"b"', 'W/"a"', False)],
)
def test_tags_are_compared_weakly(known: str, tag: str, same: bool) -> None:
    assert matches(known, tag) == same


def test_language_look_and_host_have_pages_of_their_own(asked: Asked) -> None:
    address = f"/items/{make_item().code}"
    chinese = asked(address)[2]
    english = asked(address, HTTP_ACCEPT_LANGUAGE="en")[2]
    large = asked(address, HTTP_COOKIE="yiwang_look=lg.dark")[2]
    chosen = asked(address, HTTP_COOKIE="language=en")[2]
    assert '<html lang="en"' in english and '<html lang="zh-CN"' in chinese
    assert 'data-size="lg"' in large and 'data-size="md"' in chinese
    assert chosen.replace("\n", "") == english.replace("\n", "")
    assert asked(address, HTTP_HOST="evil.example")[0] == 400
    assert asked(address, HTTP_HOST="localhost")[0] == 200
    assert asked.front.hits == 1, "English by cookie and by browser are one page; the rest are their own"


def test_whoever_is_signed_in_goes_past_it_and_leaves_nothing_in_it(asked: Asked) -> None:
    address = f"/items/{make_item().code}"
    asked(address)
    person = make_person(name="欧阳小满")
    client = sign_in(Client(), person)
    mine = asked(address, HTTP_COOKIE=f"sessionid={client.session.session_key}")
    assert "欧阳小满" in mine[2] and mine[1]["Cache-Control"] == "private, no-cache"
    assert "欧阳小满" not in asked(address)[2]
    assert asked.counts == (1, 1)
    other = asked("/", HTTP_COOKIE=f"sessionid={client.session.session_key}")
    assert "欧阳小满" in other[2] and "no-" in other[1]["Cache-Control"]


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_COOKIE": "sessionid=made-up"},
        {"HTTP_COOKIE": "anything=1"},
        {"HTTP_COOKIE": "language=" + "x" * 500},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"REQUEST_METHOD": "POST"},
    ],
)
def test_what_brings_something_of_its_own_is_not_answered_from_memory(asked: Asked, environ: dict[str, str]) -> None:
    address = f"/items/{make_item().code}"
    asked(address)
    method = environ.pop("REQUEST_METHOD", "GET")
    asked(address, method, **environ)
    assert asked.counts == (0, 1)


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-up", "/progress", "/verify", "/search?q=a", "/me/", "/desk/", "/nothing"]
)
def test_no_page_with_a_form_token_and_no_page_of_a_person_is_kept(asked: Asked, path: str) -> None:
    asked(path, HTTP_COOKIE="csrftoken=" + "a" * 32)
    _status, headers, _body = asked(path, HTTP_COOKIE="csrftoken=" + "a" * 32)
    assert asked.counts == (0, 0)
    assert "public" not in headers.get("Cache-Control", "")


def _marked(view: Any, **meta: str) -> HttpResponse:
    request = RequestFactory().get("/", **meta)
    request.session = SessionBase()
    request.actor = ANONYMOUS_IDENTITY.actor
    answer = for_everybody(view)(request)
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_view_that_draws_a_token_sets_a_cookie_or_asks_the_session_is_not_marked() -> None:
    def with_token(request: HttpRequest) -> HttpResponse:
        return HttpResponse(get_token(request))

    def with_cookie(_request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("x")
        answer.set_cookie("a", "b")
        return answer

    def with_session(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.session.get("a")))

    for view in (with_token, with_cookie, with_session, lambda _: HttpResponse(status=404)):
        assert not hasattr(_marked(view), "for_everybody")
    plain = _marked(lambda _: HttpResponse("x"))
    assert plain.for_everybody and plain.headers["ETag"].startswith('W/"')  # type: ignore[attr-defined]


def test_a_new_edition_and_a_minute_end_a_page(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/items/{make_item().code}"
    asked(address)
    asked.edition = 2
    asked(address)
    assert asked.counts == (0, 2)
    page = next(iter(asked.front._pages.values()))
    assert page.ends - page.at == KEEP_SECONDS
    page.ends = page.at
    asked(address)
    assert asked.counts == (0, 3)


def test_without_an_answer_from_the_database_nothing_is_taken_from_memory(asked: Asked) -> None:
    address = f"/items/{make_item().code}"
    asked(address)
    asked.edition = None
    asked(address)
    assert asked.counts == (0, 1)


def test_a_change_of_the_catalogue_shows_at_once_that_it_is_seen() -> None:
    item = make_item()
    asked = Asked()
    asked.front.version = catalogue_version
    address = f"/items/{item.code}"
    assert "开始申请" in asked(address)[2]
    change_item_state(item_code=item.code, state="suspended", by=SYSTEM)
    forget_edition()
    assert "这项暂停办理" in asked(address)[2]


def test_it_never_holds_more_than_it_may() -> None:
    codes = [make_item().code for _ in range(4)]
    asked = Asked(most_bytes=40_000)
    for code in codes * 2:
        asked(f"/items/{code}?{code}")
    assert 0 < asked.front.bytes <= 40_000
    assert asked.front.bytes == sum(len(page.body) for page in asked.front._pages.values())
    asked("/items/" + codes[0] + "?" + "x" * 400)
    assert all(len(key[3]) < 400 for key in asked.front._pages)


def test_a_variant_is_only_language_and_look() -> None:
    assert variant_of("language=en; csrftoken=abc; yiwang_look=lg.light", "") == ("en", "lg", "light")
    assert variant_of("", "en-GB,en;q=0.8") == ("en", "md", "auto")
    assert variant_of("yiwang_look=lg; other=1", "") is None


def test_what_a_process_keeps_is_bounded_and_ends() -> None:
    kept: Kept[int] = Kept(most=2, seconds=60)
    assert [kept.get(n, lambda n=n: n) for n in (1, 2, 3)] == [1, 2, 3]  # type: ignore[misc]
    assert list(kept._found) == [2, 3]
    assert kept.get(3, lambda: 9) == 3
    brief: Kept[int] = Kept(most=2, seconds=-1)
    assert (brief.get(1, lambda: 1), brief.get(1, lambda: 2)) == (1, 2)
    Kept.forget_everything()
    assert kept.get(3, lambda: 9) == 9
