"""The document and its reading page, as they are served."""

import html
import re

import pytest
from django.test import Client

from yiwang.channels.openapi.document import openapi_document

pytestmark = pytest.mark.django_db


def test_the_document_is_served() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    assert document["paths"].keys() == openapi_document()["paths"].keys()
    assert "/api/v1/docs" not in document["paths"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_shows_every_operation_and_needs_no_script(language: str) -> None:
    answer = Client().get("/api/v1/docs", headers={"accept-language": language})
    page = html.unescape(answer.content.decode()).replace("<wbr>", "")
    assert answer.status_code == 200
    shown = set(re.findall(r'id="(\w+)"><summary><code><b>(\w+)</b> ([^<]+)</code>', page))
    assert shown == {
        (operation["operationId"], method.upper(), path)
        for path, methods in openapi_document()["paths"].items()
        for method, operation in methods.items()
    }
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert re.findall(r'<script(?![^>]*src="/static/)[^>]*>|\sstyle="|\son\w+="', page) == []
    assert set(re.findall(r'href="#([\w-]+)"', page)) - set(re.findall(r'id="([\w-]+)"', page)) == set()
    assert page.count('href="/api/v1/docs"') == 1
