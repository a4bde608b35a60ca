"""A token does only what it was made for, and says what would be needed (RFC 6750 section 3.1)."""

from typing import Any

import pytest
from django.test import Client

from yiwang.channels.openapi.access import AREAS
from yiwang.channels.openapi.document import openapi_document
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import make_person, make_staff
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.tests.refusing import refused

pytestmark = pytest.mark.django_db


def ask(scope: str, method: str, path: str, *, staff: bool = False) -> Any:
    who = make_staff() if staff else make_person()
    token = issue_token(account_id=who.account_id, scope=scope, by=SYSTEM)
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k", "accept-language": "en"}
    body = b"" if method == "GET" else b"{}"
    return Client().generic(method, f"/api/v1{path}", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("scope", "method", "path", "needed"),
    [
        ("cases.read", "GET", "/cases/1/deliveries", "deliveries.read"),
        ("cases", "PUT", "/cases/1/deliveries/out", "deliveries"),
        ("cases.read", "POST", "/cases", "cases"),
        ("cases.read", "POST", "/drafts", "cases"),
        ("cases.read", "POST", "/papers", "cases"),
        ("cases", "GET", "/certificates", "certificates.read"),
        ("certificates.read", "GET", "/cases", "cases.read"),
        ("cases", "GET", "/desk/cases", "desk.read"),
    ],
)
def test_beyond_its_scope_a_token_gets_403_and_the_scope_that_would_do(
    scope: str, method: str, path: str, needed: str
) -> None:
    response = ask(scope, method, path)
    problem = response.json()
    assert (response.status_code, problem["type"]) == (403, "urn:yiwang:problem:insufficient_scope")
    assert problem["detail"] == f"This token is for {scope} only. This needs {needed}."
    challenge = response.headers["WWW-Authenticate"]
    assert challenge == f'Bearer realm="yiwang", error="insufficient_scope", scope="{needed}"'


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ("cases.read", "/cases"),
        ("cases", "/cases"),
        ("certificates.read cases.read", "/certificates"),
        ("", "/certificates"),
        ("desk", "/me"),
        ("desk", "/items"),
    ],
)
def test_within_its_scope_a_token_opens_what_it_is_for(scope: str, path: str) -> None:
    assert ask(scope, "GET", path).status_code == 200


def test_an_official_who_may_only_look_decides_nothing() -> None:
    assert ask("desk.read", "GET", "/desk/cases", staff=True).status_code == 200
    assert ask("desk.read", "POST", "/desk/cases/X/acceptance", staff=True).status_code == 403


def test_a_scope_that_there_is_not_is_given_to_nobody() -> None:
    with refused("unknown_scope"):
        issue_token(account_id=make_person().account_id, scope="cases everything", by=SYSTEM)


def test_every_operation_that_needs_a_token_belongs_to_an_area() -> None:
    paths = openapi_document()["paths"]
    closed = {path for path, methods in paths.items() for one in methods.values() if {} not in one["security"]}
    assert {path.removeprefix("/api/v1/").split("/")[0] for path in closed} == set(AREAS)
