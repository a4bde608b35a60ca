"""What is refused, and how: RFC 9457 everywhere, nothing of other people, nothing that could be read in two ways."""

import base64
import json
from itertools import count
from typing import Any

import pytest
from django.test import Client

from conftest import LONG_FORMS
from tests.openapi.town import Caller, Town
from yiwang.channels.openapi.shapes.cases import RefusalToAcceptSent
from yiwang.domains.cases.actions.turning_away import GROUNDS
from yiwang.domains.cases.models import Case
from yiwang.foundation.tests.shared_data import shared

pytestmark = pytest.mark.django_db

NUMBER = "113399010000000015333010010000020261123XXXX"
ID = "01a2071b-5c86-76d9-b579-fbf4a305b630"
PERSONAL = [
    ("GET", "/me"), ("GET", "/cases"), ("POST", "/cases"), ("GET", f"/cases/{NUMBER}"), ("POST", "/papers"),
    ("GET", f"/cases/{NUMBER}/receipt"), ("POST", f"/cases/{NUMBER}/withdrawal"), ("POST", "/drafts"),
    ("POST", f"/cases/{NUMBER}/rating"), ("GET", "/certificates"), ("GET", f"/certificates/{ID}"),
    ("GET", f"/drafts/{ID}"), ("PUT", f"/drafts/{ID}"), ("GET", "/desk/cases"),
    ("POST", f"/desk/cases/{NUMBER}/acceptance"), ("POST", f"/desk/cases/{NUMBER}/decision"),
]  # fmt: skip


def is_problem(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status and found["title"] and found["detail"]
    assert found["type"].startswith("urn:yiwang:problem:")
    assert not code or found["type"] == f"urn:yiwang:problem:{code}"
    return found


@pytest.mark.parametrize(("method", "path"), PERSONAL)
def test_a_token_is_needed(db: None, method: str, path: str) -> None:
    answer = Caller().ask(method, path, {})
    is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="yiwang"'


@pytest.mark.parametrize("value", ["Bearer nonsense", "Bearer ", "Bearer a b", "Bearer " + "x" * 5000, "bearer 令牌"])
def test_a_token_has_to_count(db: None, value: str) -> None:
    answer = Client().get("/api/v1/items", headers={"authorization": value.encode().decode("latin-1")})
    is_problem(answer, 401)
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_an_expired_token_does_not_count(town: Town) -> None:
    import datetime as dt

    from yiwang.foundation.clock import moved_to, now

    with moved_to(now() + dt.timedelta(days=31)):
        is_problem(town.me.get("/me"), 401, "invalid_token")


def test_a_session_opens_nothing(town: Town) -> None:
    client = Client()
    client.force_login(town.applicant.account)
    assert client.get("/api/v1/me").status_code == 401
    assert Client().get("/api/v1/me", headers={"authorization": "Basic abc"}).status_code == 401


def test_what_is_somebody_elses_does_not_exist(town: Town) -> None:
    number = town.hand_in()["number"]
    draft = town.me.post("/drafts", {"item": town.permit}).json()["id"]
    document = town.me.get(f"/cases/{number}").json()["documents"][0]["url"].removeprefix("/api/v1")
    other = town.neighbour
    for path in (f"/cases/{number}", f"/cases/{number}/receipt", f"/drafts/{draft}", document, "/cases/nothing"):
        is_problem(other.get(path), 404)
    is_problem(other.post(f"/cases/{number}/withdrawal", {}), 404)
    is_problem(other.post(f"/cases/{number}/corrections", {"answers": {}}), 404)
    is_problem(other.ask("PUT", f"/drafts/{draft}", {"answers": {}}), 404)
    is_problem(other.post(f"/drafts/{draft}/submission"), 404)
    is_problem(town.elsewhere.post(f"/desk/cases/{number}/acceptance", {}), 404)
    stolen = {"item": town.permit, "answers": {**town.answers(), "plan": [town.paper()]}}
    is_problem(other.post("/cases", stolen, idempotency_key="x"), 422, "unknown_paper")
    assert Case.objects.count() == 1


def test_each_role_does_its_own(town: Town) -> None:
    number = town.hand_in()["number"]
    is_problem(town.reviewer.post(f"/desk/cases/{number}/acceptance", {}), 403)
    is_problem(town.me.post(f"/desk/cases/{number}/acceptance", {}), 403)
    is_problem(town.window.get("/cases"), 403)
    is_problem(town.window.post("/drafts", {"item": town.permit}), 403)
    town.window.post(f"/desk/cases/{number}/acceptance", {})
    town.reviewer.post(f"/desk/cases/{number}/review", {"verdict": "support", "opinion": "好"})
    is_problem(town.reviewer.post(f"/desk/cases/{number}/decision", {"grant": True}), 403)
    is_problem(town.window.post(f"/desk/cases/{number}/acceptance", {}), 409, "illegal_step")


def test_an_unchecked_name_cannot_apply(town: Town) -> None:
    body = {"item": town.notice, "answers": {"shop_name": "小满"}}
    is_problem(town.unchecked.post("/cases", body, idempotency_key="x"), 403)


def test_addresses_and_methods_that_do_not_exist(town: Town) -> None:
    for path in (
        "/nothing",
        "/",
        "/items/",
        "/drafts/not-a-uuid",
        "/items/NONE",
        f"/items/{'x' * 500}",
        "/journal/proof/-1",
    ):
        is_problem(town.me.get(path), 404)
    wrong = town.nobody.ask("DELETE", "/items")
    is_problem(wrong, 405)
    assert wrong.headers["Allow"] == "GET"
    is_problem(town.nobody.get("/items/%00"), 400)
    is_problem(town.nobody.get("/items?q=%00"), 400)


def test_words_follow_accept_language_and_not_the_cookie(town: Town) -> None:
    def title(**headers: str) -> tuple[str, str]:
        client = Client()
        client.cookies["language"] = "en"
        answer = client.get("/api/v1/nothing", headers=headers)
        return answer.json()["title"], answer.headers["Content-Language"]

    assert title() == ("没有找到", "zh-CN")
    assert title(accept_language="en-GB,zh;q=0.5") == ("Not found", "en")
    assert title(accept_language="xx;;q=,,") == ("没有找到", "zh-CN")
    body = {"item": town.permit, "answers": {"area": -1}}
    said = is_problem(town.me.post("/cases", body, idempotency_key="k", accept_language="en"), 422)
    assert {"pointer": "/answers/area", "detail": 'Enter more than 0. You entered "-1".', "code": "above"} in said[
        "errors"
    ]


def test_headers(town: Town) -> None:
    public = town.nobody.get("/items")
    assert public.headers["Cache-Control"] == "public, max-age=60"
    assert public.headers["X-Content-Type-Options"] == "nosniff"
    assert "Accept-Language" in public.headers["Vary"] and not public.cookies
    for answer in (town.me.get("/me"), town.me.get("/items"), town.nobody.get("/nothing"), town.me.get("/cases")):
        assert answer.headers["Cache-Control"] == "no-store"
    head = town.nobody.ask("HEAD", "/items")
    assert head.status_code == 200 and head.content == b""


def test_input_is_pointed_at(town: Town) -> None:
    found = is_problem(town.me.post("/cases", {"item": 5, "x/y": 1}, idempotency_key="k"), 422)
    assert {e["pointer"] for e in found["errors"]} == {"/item", "/answers", "/x~1y"}
    found = is_problem(town.nobody.get("/items?limit=0"), 422)
    assert found["errors"][0]["parameter"] == "limit"
    is_problem(town.me.post("/cases", [], idempotency_key="k"), 422)
    is_problem(town.me.post("/cases", b"", idempotency_key="k"), 422)
    body = {"item": town.notice, "answers": {"shop_name": ["not", "text"], "more": 1}}
    found = is_problem(town.me.post("/cases", body, idempotency_key="k"), 422)
    assert [e["pointer"] for e in found["errors"]] == ["/answers/shop_name", "/answers/more"]


def test_content_types(town: Town) -> None:
    headers = {"authorization": f"Bearer {town.me.token}", "idempotency-key": "k"}
    body = json.dumps({"item": town.notice, "answers": {"shop_name": "小满"}})

    def send(path: str, content_type: str) -> Any:
        return Client().generic("POST", f"/api/v1{path}", body, content_type=content_type, headers=headers)

    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        is_problem(send("/cases", content_type), 415)
        is_problem(send("/verify", content_type), 415)
    is_problem(send("/papers", "application/json"), 415)
    is_problem(send("/papers", "multipart/form-data"), 400)
    assert send("/cases", "application/json; charset=utf-8").status_code == 201


def test_files_are_looked_at(town: Town) -> None:
    for content, code in ((b"", "file_empty"), (b"MZ\x90\0", "file_type"), (b"%PDF-1.7 broken", "file_damaged")):
        found = is_problem(town.me.send_file("/papers", content), 422, code)
        assert found["errors"][0]["pointer"] == "/file"
    name = town.me.send_file("/papers", PNG_LIKE, "../../etc/pass\r\nwd\u202e.png").json()["name"]
    assert "/" not in name and "\n" not in name and "\u202e" not in name


PNG_LIKE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)


def test_what_is_too_large(town: Town) -> None:
    is_problem(town.me.post("/cases", b'"' + b"x" * 2_200_000 + b'"', idempotency_key="k"), 413)
    is_problem(town.me.send_file("/papers", b"\x89PNG" + b"\0" * 21_000_000), 413)


JSON = [
    b"", b"{", b"NaN", b"[1,]", b'{"a":1,"a":1}', b"\xef\xbb\xbf{}", b'"\xff"', b'{"item":"\\ud800"}', b"[1e999]",
    b"[" * 100_000, b'{"a":' * 65 + b"1" + b"}" * 65, b"1" * 10_000, b"{'a':1}", b"\0", b'["\x01"]',
]  # fmt: skip


@pytest.mark.parametrize("body", JSON)
def test_bodies_that_are_not_json(town: Town, body: bytes) -> None:
    answer = town.me.post("/cases", body, idempotency_key="k")
    is_problem(answer, 400 if body else 422)


def test_the_json_parsing_suite(town: Town) -> None:
    taken, refused = [], []
    for line in shared("negative/json_parsing_suite.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = base64.b64decode(row["body_b64"])
        status = town.me.post("/drafts", body).status_code
        assert status in (400, 422), row["name"]
        if row["expect"] == "reject" and body and status != 400:
            taken.append(row["name"])
        if row["expect"] == "accept" and status == 400:
            refused.append(row["name"])
    assert taken == [] and refused == ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]


def test_naughty_strings_never_break_anything(town: Town) -> None:
    draft = town.me.post("/drafts", {"item": town.notice}).json()["id"]
    keys = count()
    every = json.loads(shared("negative/blns.json").read_text(encoding="utf-8"))
    for text in every[:: 1 if LONG_FORMS else 8]:
        answers = [
            town.nobody.ask("GET", f"/items?q={_quoted(text[:200])}"),
            town.me.ask("PUT", f"/drafts/{draft}", {"answers": {"shop_name": text}}),
            town.me.post(
                "/cases", {"item": town.notice, "answers": {"shop_name": text}}, idempotency_key=f"k{next(keys)}"
            ),
            town.nobody.post("/verify", {"text": text}),
            town.nobody.get(f"/items/{_quoted(text)}"),
        ]
        assert all(a.status_code < 500 for a in answers), text
        if answers[2].status_code == 201:
            number = answers[2].json()["number"]
            assert town.me.get(f"/cases/{number}").json()["answers"]["shop_name"] == text


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def test_the_grounds_are_those_of_the_domain() -> None:
    declared = RefusalToAcceptSent.model_json_schema()["properties"]["ground"]["enum"]
    assert declared == ["not_needed", *GROUNDS], (
        "the first is a step of its own, and kept for those who say it as in v1"
    )
