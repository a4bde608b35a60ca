"""The API against its own document: schemathesis makes calls of every kind, and every answer has to be declared."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from conftest import LONG_FORMS
from tests.openapi.town import Town, found_town, one_request
from yiwang.channels.openapi.document import openapi_document
from yiwang.config.wsgi import application

schema = schemathesis.openapi.from_dict(openapi_document())
schema.app = application
NOT_ASKED = [ignored_auth, positive_data_acceptance]
"""Tokens have tests of their own; and what fits the document may still be refused by the item's own form, or by the law.
A query parameter that we do not know is passed over, as usual on the web."""


@pytest.fixture
def caller(db: None) -> Iterator[Town]:
    """Give a town that all calls of one operation meet, in the one transaction of the test (as Django's test client does)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found_town()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=100 if LONG_FORMS else 6,
    deadline=None,
    derandomize=not LONG_FORMS,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_declared(case: Any, caller: Town) -> None:
    who = caller.window if "/desk/" in case.path else caller.me
    headers = {"Authorization": f"Bearer {who.token}"}
    with one_request():
        answer = case.call(headers=headers)
    known = {parameter.name for parameter in case.operation.query}
    ignored = [negative_data_rejection] if set(case.query or {}) - known else []
    case.validate_response(answer, excluded_checks=[*NOT_ASKED, *ignored])
