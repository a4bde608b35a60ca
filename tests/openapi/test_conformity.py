"""The API against its own document: schemathesis makes calls of every kind, and every answer has to be declared."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth

from conftest import LONG_FORMS
from tests.openapi.town import Town, found_town, one_request
from yiwang.channels.openapi.document import openapi_document
from yiwang.config.wsgi import application

schema = schemathesis.openapi.from_dict(openapi_document())
schema.app = application


@pytest.fixture
def caller(db: None, request: pytest.FixtureRequest) -> Town:
    """Give a town that all calls of one operation meet."""
    return found_town()


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
    case.validate_response(answer, excluded_checks=[ignored_auth])
