"""The OpenAPI 3.1 document: what the operations say of themselves, and the errors that each can give."""

from copy import deepcopy
from functools import cache
from typing import Any

from yiwang.channels.openapi.api import api
from yiwang.channels.openapi.problems import CODES, MEDIA_TYPE, TITLES, URN
from yiwang.channels.openapi.shapes.certificates import VerifySent

PREFIX = "api/v1/"
TAGS = {
    "catalogue": "Items, guides, forms; divisions and offices / 事项、指南、表单，区划和部门",
    "papers": "Hand in files / 上传材料",
    "drafts": "Fill in a form bit by bit / 一步一步填表",
    "cases": "Hand in, follow, correct, take back, rate / 提交、跟踪、补正、撤回、评价",
    "bundles": "Several items with one form: find, hand in, follow, rate / 一件事：查找、提交、跟踪、评价",
    "payments": "What is to be paid, the way to pay it, receipts / 缴费和票据",
    "deliveries": "Address book, couriers, picking up / 地址簿、快递、自取",
    "certificates": "One's own certificates / 自己的电子证照",
    "verification": "Check any certificate or document / 验证证照和文书",
    "desk": "For the offices' own systems / 审批部门的系统",
    "journal": "The public journal / 公开日志",
    "me": "Whom the token stands for / 令牌代表谁",
}
BODIES = {400, 413, 415, 422}

PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": f"Stable: `{URN}<code>`.",
            "examples": [URN + "invalid"],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, in the language of Accept-Language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer into the body; empty for a parameter."},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                    "parameter": {"type": "string", "description": "The query parameter or header."},
                },
            },
        },
    },
}


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document; it does not change while the program runs."""
    document: dict[str, Any] = deepcopy(dict(api.get_openapi_schema(path_prefix=PREFIX)))
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["servers"] = [{"url": "/", "description": "This installation."}]
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components = document["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["schemas"]["VerifySent"] = VerifySent.model_json_schema()
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["responses"] = {f"Problem{status}": _response(status) for status in sorted(TITLES)}
    for address, methods in document["paths"].items():
        for operation in methods.values():
            _complete(operation, address)
    return document


def _response(status: int) -> dict[str, Any]:
    example = {"type": URN + CODES[status], "title": TITLES[status][1], "status": status, "detail": TITLES[status][1]}
    headers = {
        401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
        405: {"Allow": {"schema": {"type": "string"}}},
        429: {"Retry-After": {"schema": {"type": "integer"}}},
        503: {"Retry-After": {"schema": {"type": "integer"}}},
    }
    found = {
        "description": " / ".join(TITLES[status]),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
    return found | ({"headers": headers[status]} if status in headers else {})


def _complete(operation: dict[str, Any], address: str) -> None:
    """Declare every error that an operation of this kind can give, and drop what the generator leaves empty."""
    is_open = not operation.get("security")
    statuses = {400, 405, 429, 503, *operation.pop("x-problems", [])}
    statuses |= {401} if is_open else {401, 403}
    statuses |= BODIES if "requestBody" in operation else set()
    statuses |= {404} if "{" in address else set()
    statuses |= {422} if any(p["in"] != "path" for p in operation["parameters"]) else set()
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    answers |= {str(s): {"$ref": f"#/components/responses/Problem{s}"} for s in sorted(statuses)}
    operation["responses"] = answers
    for parameter in operation["parameters"]:
        schema = parameter["schema"]
        parameter["description"] = parameter.get("description") or schema.get("title", "")
        examples = parameter.pop("examples", None) or schema.get("examples")
        if examples:
            parameter["examples"] = {"one": {"value": examples[0]}}
        if parameter["in"] == "path" and not examples and schema.get("type") == "string" and "format" not in schema:
            schema["minLength"] = 1
    if is_open:
        operation["security"] = [{}, {"BearerToken": []}]
