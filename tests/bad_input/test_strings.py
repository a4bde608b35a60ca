"""Naughty strings through a page of a form, the open pages and the API: kept as sent or a clear 4xx, never 5xx or raw."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.bad_input.strings import naughty
from yiwang.domains.cases.queries import draft_answers, my_draft
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import actor_of, make_person, sign_in
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
MARKUP = re.compile(r"<[a-zA-Z/!?]")
Trials = Callable[[int, int], int]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def is_raw(text: str, page: str) -> bool:
    """Whether markup that somebody typed stands in a page as markup."""
    return bool(MARKUP.search(text)) and len(text) > 4 and text in page


def test_through_a_page_of_a_form(client: Client, trials: Trials) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    wrong = []
    for text in naughty(trials):
        answer = client.post(f"{at}/shop", {"shop_name": text, "area": "5", "kind": "cold"})
        page = client.get(f"{at}/shop").content.decode()
        draft = my_draft(actor_of(person), item.code)
        assert draft
        kept = draft_answers(draft).get("shop_name", "")
        refused = 400 <= answer.status_code < 500
        if answer.status_code >= 500 or is_raw(text, page) or is_raw(text, answer.content.decode()):
            wrong.append((text, answer.status_code))
        elif not refused and kept not in (text, text.strip()):
            wrong.append((text, kept))
    assert wrong == []


def test_through_the_open_pages(client: Client, trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    from yiwang.channels.ui import limits

    for purpose in limits.GUESSES:
        monkeypatch.setitem(limits.GUESSES, purpose, limits.Limit(100_000, 900))
    make_item()
    wrong = []
    for text in naughty(trials):
        answers = [
            client.get("/search", {"q": text, "region": text}),
            client.post("/progress", {"number": text, "query_code": text}),
            client.post("/verify", {"code": text}),
            client.get("/sign-in", {"next": text}),
            client.post("/look", {"next": text, "size": text}),
        ]
        for answer in answers:
            if answer.status_code >= 500 or is_raw(text, answer.content.decode()):
                wrong.append((text, answer.request["PATH_INFO"], answer.status_code))
    assert wrong == []


def test_through_the_api(trials: Trials) -> None:
    item, person = make_item(), make_person()
    assert person.account_id
    headers = {"authorization": f"Bearer {issue_token(account_id=person.account_id, by=SYSTEM)}"}
    client = Client(headers=headers)

    def send(method: str, path: str, body: Any) -> Any:
        return client.generic(method, f"/api/v1{path}", json.dumps(body), content_type="application/json")

    draft = send("POST", "/drafts", {"item": item.code}).json()["id"]
    wrong = []
    for text in naughty(trials):
        saved = send("PUT", f"/drafts/{draft}", {"answers": {"shop_name": text}})
        others = [
            send("PUT", f"/drafts/{draft}", {"answers": {text: 1}}),
            send("POST", "/drafts", {"item": text}),
            send("POST", "/verify", {"text": text}),
            client.get("/api/v1/items", {"q": text}),
        ]
        if saved.status_code >= 500 or (saved.status_code == 200 and saved.json()["answers"]["shop_name"] != text):
            wrong.append((text, saved.status_code))
        wrong += [(text, a.status_code) for a in others if a.status_code >= 500]
    assert wrong == []
