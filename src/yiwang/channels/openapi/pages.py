"""The OpenAPI document, and a page to read it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.channels.openapi.document import openapi_document
from yiwang.foundation.actions import NotVisible


@require_GET
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The document itself."""
    return JsonResponse(openapi_document(), json_dumps_params={"ensure_ascii": False})


def no_such_address(request: HttpRequest) -> HttpResponse:
    """404 for an address below /api/v1/ that leads nowhere."""
    raise NotVisible


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation on one page, by part, in the look of the site and without a script."""
    document = openapi_document()
    groups = [
        {"name": tag["name"], "words": _halves(tag["description"]), "operations": _operations(document, tag["name"])}
        for tag in document["tags"]
    ]
    context = {"info": document["info"], "groups": groups, "schemas": _schemas(document)}
    return render(request, "openapi/docs.html", context)


def _operations(document: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    return [
        {
            "id": operation["operationId"],
            "method": method.upper(),
            "steps": path.split("/")[1:],
            "summary": _halves(operation["summary"]),
            "description": operation.get("description", ""),
            "is_open": {} in operation["security"],
            "parameters": [_parameter(p) for p in operation["parameters"]],
            "body": [
                {"media_type": media_type, "schema": _name(content["schema"]), "is_shape": "$ref" in content["schema"]}
                for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
            ],
            "answers": [_answer(status, answer) for status, answer in operation["responses"].items() if status < "300"],
            "errors": [status for status in operation["responses"] if status >= "400"],
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    ]


def _halves(text: str) -> dict[str, str]:
    en, _, zh = text.partition(" / ")
    return {"zh": zh or en, "en": en}


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter["required"],
        "description": parameter["description"],
        "type": _name(parameter["schema"]),
    }


def _answer(status: str, answer: dict[str, Any]) -> dict[str, Any]:
    contents = answer.get("content", {})
    types = [
        {"media_type": m, "schema": _name(c["schema"]), "is_shape": "$ref" in c["schema"]} for m, c in contents.items()
    ]
    return {"status": status, "types": types}


def _name(schema: dict[str, Any]) -> str:
    """Return a schema in one line: the name of a shape, or its type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_name(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(str(one) or '""' for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"{_name(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", "any"))


def _schemas(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "description": schema.get("description", ""),
            "fields": [
                {
                    "name": key,
                    "type": _name(value),
                    "required": key in schema.get("required", []),
                    "description": value.get("description", ""),
                }
                for key, value in schema.get("properties", {}).items()
            ],
        }
        for name, schema in document["components"]["schemas"].items()
    ]
