"""What integrators rely on: the OpenAPI document as it was last agreed on, and that it says everything.

When the API changed on purpose, write the document anew and look at the difference before you commit it:

    REFRESH_CONTRACTS=1 .venv/bin/pytest tests/contracts && git diff tests/contracts/openapi.json

What was in the document stays: members may be added, none may be taken away or change its meaning within /api/v1.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from yiwang.channels.openapi.document import TAGS, openapi_document

AGREED = Path(__file__).with_name("openapi.json")
KEY_NEEDED = {"POST /api/v1/cases", "POST /api/v1/joint-cases"}
METHODS = {"get", "post", "put", "delete"}


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            yield f"{method.upper()} {path}", operation


def test_the_document_is_the_one_agreed_on() -> None:
    now = as_text(openapi_document())
    if os.environ.get("REFRESH_CONTRACTS"):
        AGREED.write_text(now, encoding="utf-8")
    agreed = AGREED.read_text(encoding="utf-8") if AGREED.exists() else "{}"
    if now == agreed:
        return
    before, after = (dict(operations(json.loads(text) if "paths" in text else {"paths": {}})) for text in (agreed, now))
    gone = sorted(before.keys() - after.keys())
    changed = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
    new = sorted(after.keys() - before.keys())
    pytest.fail(
        f"the API is no longer what tests/contracts/openapi.json says: gone {gone}, changed {changed}, new {new}.\n"
        "If that is meant: REFRESH_CONTRACTS=1 .venv/bin/pytest tests/contracts, and look at the difference.",
        pytrace=False,
    )


def test_every_operation_says_what_it_does() -> None:
    names = []
    for name, operation in operations(openapi_document()):
        names.append(operation["operationId"])
        assert operation["summary"].count(" / ") == 1, f"{name}: English / 中文"
        assert len(operation["description"]) > 20, name
        assert set(operation["tags"]) <= set(TAGS), name
        assert any(status.startswith("2") for status in operation["responses"]), name
        assert {"400", "401", "405"} <= set(operation["responses"]), name
        assert operation["security"], name
        for parameter in operation["parameters"]:
            assert parameter["description"], f"{name} {parameter['name']}"
    assert len(set(names)) == len(names)


def test_creating_posts_take_a_key() -> None:
    for name, operation in operations(openapi_document()):
        if name.startswith("POST") and "201" in operation["responses"]:
            keys = [p for p in operation["parameters"] if p["name"] == "Idempotency-Key"]
            assert len(keys) == 1 and keys[0]["schema"]["maxLength"] == 255, name
            assert keys[0]["required"] is (name in KEY_NEEDED)


def test_errors_are_problems_and_every_reference_leads_somewhere() -> None:
    document = openapi_document()
    for _, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert (status >= "400") == ("$ref" in answer)
    for answer in document["components"]["responses"].values():
        assert list(answer["content"]) == ["application/problem+json"]
    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (found for key, one in value.items() for found in ([one] if key == "$ref" else references(one)))
    elif isinstance(value, list):
        yield from (found for one in value for found in references(one))


def test_examples_fit_their_schemas() -> None:
    document = openapi_document()
    for name, schema in document["components"]["schemas"].items():
        for key, spec in schema.get("properties", {}).items():
            for example in spec.get("examples", []):
                whole = {**spec, "components": document["components"]}
                assert jsonschema_rs.is_valid(whole, example), f"{name}.{key}: {example}"
    for name, operation in operations(document):
        for parameter in operation["parameters"]:
            for example in parameter.get("examples", {}).values():
                assert jsonschema_rs.is_valid(parameter["schema"], example["value"]), f"{name} {parameter['name']}"
