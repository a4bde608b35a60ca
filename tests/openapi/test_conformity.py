"""The API against its own document: schemathesis makes calls of every kind, and every answer has to be declared."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from conftest import LONG_FORMS, SHARE, on_postgres
from tests.openapi.town import Town, found_town, one_request
from yiwang.channels.openapi.document import openapi_document
from yiwang.config.wsgi import application

OPERATIONS = [(method, path) for path, methods in openapi_document()["paths"].items() for method in methods]
NOT_ASKED = [ignored_auth, positive_data_acceptance]
"""Tokens have tests of their own (`test_without_a_token_nothing_opens`); and what fits the document may still be refused
by the item's own form, or by the law. A query parameter that we do not know is passed over, as usual on the web."""

EXAMPLES = max(6, round((100 if on_postgres() else 500) * SHARE)) if LONG_FORMS else 6
calls: Counter[str] = Counter()


@cache
def schema() -> Any:
    """Return what schemathesis makes of our document; it resolves links in place."""
    found = schemathesis.openapi.from_dict(deepcopy(openapi_document()))
    found.app = application
    return found


@cache
def feedback() -> FeedbackSources:
    """Return where schemathesis finds words worth trying."""
    return FeedbackSources(constants_value_source=make_constants_value_source(schema()))


def ask_in_every_way(operation: Any, ask: Callable[..., None]) -> None:
    """Call an operation with all that schemathesis thinks of. Its own `parametrize` thinks of it when the file is read:
    of all operations, in each worker, for seconds.
    """
    load_all_checks()
    every_way = build_operation_test(
        config=schema().config, operation=operation, test_func=ask, given_kwargs={}, feedback=feedback()
    )
    every_way()


@pytest.fixture
def caller(db: None) -> Iterator[Town]:
    """Give a town that all calls of one operation meet, in the one transaction of the test (as Django's test client does)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found_town()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def counted(figures: Callable[..., None]) -> Iterator[Counter[str]]:
    """Give a count of the calls of all operations so far: they are one trial, whose last count stays."""
    yield calls
    figures(inputs=calls["calls"], unexpected_5xx=calls["5xx"])


@pytest.mark.slow
@pytest.mark.bad_input
@pytest.mark.parametrize("method, path", OPERATIONS, ids=lambda word: word)
def test_every_answer_is_declared(method: str, path: str, caller: Town, counted: Counter[str]) -> None:
    who = caller.window if "/desk/" in path else caller.me

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not LONG_FORMS,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        with one_request():
            answer = case.call(headers={"Authorization": f"Bearer {who.token}"})
        counted["calls"] += 1
        counted["5xx"] += answer.status_code >= 500
        known = {parameter.name for parameter in case.operation.query}
        ignored = [negative_data_rejection] if set(case.query or {}) - known else []
        case.validate_response(answer, excluded_checks=[*NOT_ASKED, *ignored])

    ask_in_every_way(schema()[path][method.upper()], ask)


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 600])
def test_without_a_token_nothing_opens(town: Town, token: str) -> None:
    """Every operation that asks for a token, without one and with one that does not count: 401, and a challenge."""
    from tests.openapi.test_json_bodies import filled
    from tests.openapi.town import Caller

    wrong, asked = [], 0
    number = town.hand_in()["number"]
    values = {"direction": "out", "number": number, "draft_id": "01a2071b-5c86-76d9-b579-fbf4a305b630"}
    values |= dict.fromkeys(("certificate_id", "document_id", "address_id", "delivery_id"), values["draft_id"])
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            if {} in operation["security"] and not token:
                continue
            answer = Caller(token).ask(method.upper(), filled(path, values).removeprefix("/api/v1"), {})
            asked += 1
            if answer.status_code != 401 or "WWW-Authenticate" not in answer.headers:
                wrong.append((method, path, answer.status_code))
    assert wrong == [] and asked > 20


@pytest.mark.slow
@pytest.mark.bad_input
def test_chains_of_calls(caller: Town, figures: Callable[..., None], trials: Callable[[int, int], int]) -> None:
    """Calls in a row, each with what the one before it gave: nothing undeclared comes of any order of steps."""
    from hypothesis.stateful import run_state_machine_as_test

    count: Counter[str] = Counter()
    machine = schema().as_state_machine()

    class Chain(machine):  # type: ignore[misc,valid-type]
        def call(self, case: Any, **keywords: Any) -> Any:
            who = caller.window if "/desk/" in case.path else caller.me
            with one_request():
                answer = case.call(headers={"Authorization": f"Bearer {who.token}"})
            count["calls"] += 1
            count["5xx"] += answer.status_code >= 500
            return answer

        def validate_response(self, response: Any, case: Any, **keywords: Any) -> None:
            known = {parameter.name for parameter in case.operation.query}
            ignored = [negative_data_rejection] if set(case.query or {}) - known else []
            case.validate_response(response, excluded_checks=[*NOT_ASKED, *ignored])

    rounds = settings(
        max_examples=trials(3, 60 if on_postgres() else 200),
        stateful_step_count=8,
        deadline=None,
        derandomize=not LONG_FORMS,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Chain, settings=rounds)
    assert count["calls"] > 10
    figures(inputs=count["calls"], unexpected_5xx=count["5xx"])
