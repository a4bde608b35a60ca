"""Searching as a page: slips, reasons, other places, suggestions, and a person to ask where nothing fits."""

import html
import json
from pathlib import Path

import pytest
from django.test import Client

from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.search.models import SearchLog
from yiwang.domains.search.queries import forget_weights
from yiwang.domains.search.queries.words import forget_words
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db
STRINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "negative" / "blns.json"


@pytest.fixture(autouse=True)
def fresh():
    forget_words()
    forget_weights()


@pytest.fixture
def permit():
    item = make_item(name=Text("居住证申领", "Apply for a residence permit"), aliases=["暂住证", "residence permit"])
    work_until_idle()
    return item


def page(client: Client, **asked: str) -> str:
    answer = client.get("/search", asked)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_slip_is_named_together_with_what_was_searched_for(client, permit):
    body = page(client, q="居主证")
    assert "没有找到“居主证”，按“居住证" in body
    assert f"/items/{permit.code}" in body
    assert not SearchLog.objects.exists()


def test_reasons_stand_beside_each_result_when_asked_for(client, permit):
    plain, why = page(client, q="暂住证"), page(client, q="暂住证", why="1")
    assert "大家也叫它“暂住证”" not in plain
    assert "为什么是这些结果" in plain
    assert "大家也叫它“暂住证”" in why
    assert "收起原因" in why


def test_none_of_these_leads_to_a_person_and_is_noted_without_a_name(client, permit):
    body = page(client, q="居住证")
    assert "/search/person?q=" in body
    asking = client.get("/search/person", {"q": "居住证"})
    assert asking.status_code == 200
    assert "12345" in asking.content.decode()
    noted = client.post("/search/person", {"q": "给猫办居住证 13800138000"})
    assert noted.status_code == 302
    assert "noted=1" in noted.headers["Location"]
    row = SearchLog.objects.get()
    assert row.query.startswith("给猫办居住证")
    assert "13800138000" not in row.query
    assert "记下了" in client.get(noted.headers["Location"]).content.decode()
    client.post("/search/person", {"q": "  "})
    assert SearchLog.objects.count() == 1


def test_suggestions_are_json_that_anybody_may_keep_for_a_minute(client, permit):
    for typed in ("居住", "juzhu", "jzz", "resid"):
        answer = client.get("/search/suggestions", {"q": typed})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert 0 < len(json.loads(answer.content)["suggestions"]) <= 8, typed
    assert json.loads(client.get("/search/suggestions").content) == {"suggestions": []}
    assert client.post("/search/suggestions").status_code == 405


def test_the_api_suggests_explains_and_says_what_it_understood(client, permit):
    found = client.get("/api/v1/items", {"q": "jzz", "why": "true"}).json()
    assert found["understood"].startswith("居住证") or found["items"]
    assert found["items"][0]["code"] == permit.code
    assert found["items"][0]["reasons"][0]["en"]
    assert client.get("/api/v1/items", {"q": "居住证"}).json()["items"][0]["reasons"] == []
    assert client.get("/api/v1/suggestions", {"q": "juzhu"}).json()["suggestions"]


@pytest.mark.skipif(not STRINGS.exists(), reason="no naughty strings beside the checkout")
def test_no_string_breaks_search_or_suggestions(client, permit):
    client.raise_request_exception = False
    for text in json.loads(STRINGS.read_text("utf-8")):
        for address, asked in (
            ("/search", {"q": text, "region": text, "why": "1"}),
            ("/search/suggestions", {"q": text}),
            ("/search/person", {"q": text, "region": text}),
            ("/api/v1/suggestions", {"q": text[:40]}),
        ):
            assert client.get(address, asked).status_code in (200, 400), (address, text)
