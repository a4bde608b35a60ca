"""Answers that are written straight from what was read agree with their schema."""

import json

import pytest
from django.test import Client

from yiwang.channels.openapi.shapes.cases import CasePage
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import make_person
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_the_list_of_cases_is_what_its_schema_says() -> None:
    person = make_person()
    case = make_case(person=person)
    finish(make_case(person=person, item=None))
    assert person.account_id is not None
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {issue_token(account_id=person.account_id, by=SYSTEM)}"}
    answer = Client().get("/api/v1/cases", **bearer)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    sent = json.loads(answer.content)
    read = CasePage.model_validate(sent)
    assert read.model_dump(mode="json").keys() == sent.keys()
    for row, schema in zip(sent["items"], read.items, strict=True):
        assert row.keys() == schema.model_dump().keys()
        assert row["submitted_at"].endswith("+08:00") and "." not in row["submitted_at"]
    first = next(row for row in sent["items"] if row["number"] == case.number)
    assert first["due_on"] == case.due_on.isoformat()
    page = json.loads(Client().get("/api/v1/cases?limit=1", **bearer).content)
    assert len(page["items"]) == 1 and page["next"]
    rest = json.loads(Client().get(f"/api/v1/cases?limit=1&cursor={page['next']}", **bearer).content)
    assert [*page["items"], *rest["items"]] == sent["items"]
