"""Errors as RFC 9457 problems: a stable `type`, words in the caller's language, and where in the input it lies."""

import json
import logging
import secrets
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yiwang.channels.openapi.strict_json import BadJson
from yiwang.channels.ui.guard import note
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.files import FileRefused
from yiwang.foundation.outages import is_outage

MEDIA_TYPE = "application/problem+json"
URN = "urn:yiwang:problem:"
_log = logging.getLogger("yiwang.openapi")

TITLES = {
    400: ("请求读不懂", "The request cannot be read"),
    401: ("需要有效的访问令牌", "A valid access token is needed"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("这个地址不支持这种方法", "This address does not take that method"),
    406: ("没有这种格式", "Not available in that format"),
    409: ("现在不能这样做", "This cannot be done now"),
    413: ("内容太大", "Too large"),
    415: ("不支持这种内容类型", "Content type not supported"),
    422: ("有地方要改", "Something has to be changed"),
    429: ("太快了，请等一会儿再试", "Too many calls: try again later"),
    500: ("我们出错了", "Something went wrong on our side"),
    503: ("系统正忙", "Busy"),
}
CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 409: "refused", 413: "too_large", 415: "unsupported_media_type", 422: "invalid",
    429: "too_many", 500: "internal", 503: "busy",
}  # fmt: skip


class ApiProblem(Exception):
    """An answer that this channel itself gives: status, code, words in both languages, headers."""

    def __init__(
        self,
        status: int,
        code: str = "",
        zh: str = "",
        en: str = "",
        *,
        headers: dict[str, str] | None = None,
        pointer: str = "",
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.words, self.pointer = status, code, (zh, en), pointer
        self.headers = headers or {}


class TokenNeeded(ApiProblem):
    """No token, or one that does not count (RFC 6750 section 3)."""

    def __init__(self, error: str = "") -> None:
        challenge = f'Bearer realm="yiwang", error="{error}"' if error else 'Bearer realm="yiwang"'
        words = {
            "": ("在 Authorization 里带上 Bearer 令牌。", "Send a bearer token in Authorization."),
            "invalid_token": ("令牌不存在或者已经过期。", "The token is unknown or has expired."),
        }[error]
        super().__init__(401, error, *words, headers={"WWW-Authenticate": challenge})


def is_english() -> bool:
    """Return whether the caller asked for English."""
    return (get_language() or "").startswith("en")


def said(zh: str, en: str) -> str:
    """Return the words in the caller's language."""
    return en if is_english() and en else zh


def problem(
    status: int,
    code: str = "",
    detail: str = "",
    *,
    errors: Iterable[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Return a problem document."""
    body: dict[str, Any] = {
        "type": URN + (code or CODES[status]),
        "title": said(*TITLES.get(status, (HTTPStatus(status).phrase,) * 2)),
        "status": status,
        "detail": detail or said(*TITLES.get(status, ("", ""))),
    }
    if listed := list(errors):
        body["errors"] = listed
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _own(request: HttpRequest, error: ApiProblem) -> HttpResponse:
    detail = said(*error.words)
    errors = [{"pointer": error.pointer, "detail": detail}] if error.pointer else []
    return problem(error.status, error.code, detail, errors=errors, headers=error.headers)


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """409 where the rules do not allow it now; 422 where what was sent has to be changed."""
    if error.code == "other_body":
        return problem(422, "idempotency_key_reused", str(error.message))
    if not isinstance(error, InvalidInput):
        return problem(409, error.code, str(error.message))
    return problem(422, error.code, str(error.message), errors=pointed(error.errors))


def pointed(found: Iterable[Any]) -> list[dict[str, str]]:
    """Return problems as `{pointer, detail}`, pointing into the body that was sent: of a form's answers, or of members."""
    language = "en" if is_english() else "zh"
    return [
        {"pointer": f"/{one[0]}", "detail": str(one[1])}
        if isinstance(one, tuple)
        else {"pointer": f"/answers{one.pointer}", "detail": one.message.in_(language), "code": one.code}
        for one in found
        if isinstance(one, tuple) or hasattr(one, "pointer")
    ]


_WORDS = {
    "missing": ("要有这一项", "This is needed"),
    "extra_forbidden": ("没有这一项", "There is no such member"),
    "string_too_long": ("太长，最多 {max_length} 个字符", "Too long: at most {max_length} characters"),
    "string_too_short": ("太短，至少 {min_length} 个字符", "Too short: at least {min_length} characters"),
    "string_pattern_mismatch": ("写法不对", "Not written as it should be"),
    "too_long": ("太多，最多 {max_length} 项", "Too many: at most {max_length}"),
    "too_short": ("太少，至少 {min_length} 项", "Too few: at least {min_length}"),
    "greater_than_equal": ("至少 {ge}", "At least {ge}"),
    "less_than_equal": ("最多 {le}", "At most {le}"),
    "literal_error": ("只能是 {expected}", "One of {expected}"),
    "enum": ("只能是 {expected}", "One of {expected}"),
    "uuid_parsing": ("不是 UUID", "Not a UUID"),
}
_TYPES = {
    "string_type": ("要写成字符串", "Has to be a string"), "bool_type": ("要写成 true 或 false", "Has to be true or false"),
    "dict_type": ("要写成对象", "Has to be an object"), "list_type": ("要写成数组", "Has to be an array"),
    "int_type": ("要写成整数", "Has to be a whole number"), "int_parsing": ("要写成整数", "Has to be a whole number"),
    "model_attributes_type": ("要写成对象", "Has to be an object"), "model_type": ("要写成对象", "Has to be an object"),
}  # fmt: skip


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 with a pointer for each fault; 404 where the address itself names nothing; 400 without an idempotency key."""
    if any(e["loc"][0] == "path" for e in error.errors):
        return problem(404)
    if any(e["loc"][0] == "header" and e["type"] == "missing" for e in error.errors):
        detail = said("在 Idempotency-Key 里带上一个你自己取的键。", "Send a key of your own in Idempotency-Key.")
        return problem(400, "idempotency_key_missing", detail)
    return problem(422, "invalid", errors=[_fault(e) for e in error.errors[:50]])


def _fault(error: dict[str, Any]) -> dict[str, str]:
    where, *steps = error["loc"]
    words = _WORDS.get(error["type"]) or _TYPES.get(error["type"]) or ("不对", str(error["msg"]))
    text = said(*words)
    for name, value in (error.get("ctx") or {}).items():
        text = text.replace(f"{{{name}}}", str(value))
    if where in ("query", "header"):
        return {"pointer": "", "parameter": str(steps[-1]) if steps else "", "detail": text}
    keys = [str(s).replace("~", "~0").replace("/", "~1") for s in steps[1:]]
    return {"pointer": "".join(f"/{key}" for key in keys), "detail": text}


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, ApiProblem):
        return _own(request, cause)
    if isinstance(cause, BadJson):
        return problem(400, "bad_json", said(cause.zh, cause.en))
    return problem(error.status_code if error.status_code in TITLES else 400)


def _file_refused(request: HttpRequest, error: FileRefused) -> HttpResponse:
    status = 413 if error.code == "too_large" else 422
    detail = said(error.zh, error.en)
    return problem(status, f"file_{error.code}", detail, errors=[{"pointer": "/file", "detail": detail}])


def _busy(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.warning("busy: %s %s: %s", request.method, request.path, error)
    detail = said(
        "请过一秒再试；带同一个幂等键不会重复。", "Try again in a second; with the same key nothing is doubled."
    )
    return problem(503, "busy", detail, headers={"Retry-After": "1"})


def _not_visible(request: HttpRequest, error: NotVisible) -> HttpResponse:
    """404, and a line in the log of access: somebody may have tried what is not theirs (ASVS 16.3.2)."""
    note(request, "not visible", 404)
    return problem(404)


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """500: our fault; the reference is in the log beside the error. 503 where the database or the disk is what broke."""
    if is_outage(error):
        return _busy(request, error)
    reference = secrets.token_hex(4).upper()
    _log.error("%s: %s %s", reference, request.method, request.path, exc_info=error)
    return problem(
        500, "internal", said(f"请把编号 {reference} 告诉我们。", f"Please tell us the reference {reference}.")
    )


def answer_for(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the problem for an exception that came before any operation was reached."""
    return next((h(request, error) for kind, h in HANDLERS if isinstance(error, kind)), None) or broken(request, error)


HANDLERS: tuple[tuple[type[Exception], Callable[..., HttpResponse]], ...] = (
    (ApiProblem, _own),
    (Refused, _refused),
    (NotVisible, _not_visible),
    (Http404, lambda request, error: problem(404)),
    (PermissionDenied, lambda request, error: problem(403)),
    (ValidationError, _invalid),
    (AuthenticationError, lambda request, error: _own(request, TokenNeeded())),
    (HttpError, _http_error),
    (BadJson, lambda request, error: problem(400, "bad_json", said(error.zh, error.en))),
    (FileRefused, _file_refused),
    (RequestDataTooBig, lambda request, error: problem(413)),
    (SuspiciousOperation, lambda request, error: problem(400)),
    (BadRequest, lambda request, error: problem(400)),
    (MultiPartParserError, lambda request, error: problem(400, "bad_multipart")),
    (UnreadablePostError, lambda request, error: problem(400)),
    (OperationalError, _busy),
    (Exception, broken),
)


def handle_problems(api: NinjaAPI) -> None:
    """Let the API answer every exception with a problem."""
    for kind, handler in HANDLERS:
        api.add_exception_handler(kind, handler)
