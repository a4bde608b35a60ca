"""What every call passes on its way in and out: its language, what cannot be read at all, headers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from yiwang.channels.openapi.problems import answer_for, problem
from yiwang.channels.ui.guard import unreadable
from yiwang.channels.ui.limits import flooded
from yiwang.foundation.files import MAX_BYTES

View = Callable[..., HttpResponseBase]
LARGEST_BODY = MAX_BYTES + 64 * 1024
PUBLIC_SECONDS = 60


def language_of(request: HttpRequest) -> str:
    """Return the language that Accept-Language asks for; a cookie has no say here."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return "zh-hans"


def as_api(view: View) -> View:
    """Make a view one of the API: no form token (there is no cookie to misuse), problems for errors, and its headers."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
            response = _unreadable(request) or _answer(view, request, args, keywords)
            request.method = asked
        response.headers["Content-Language"] = "en" if language.startswith("en") else "zh-CN"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if "Cache-Control" not in response.headers:
            is_public = (
                request.method == "GET" and "Authorization" not in request.headers and response.status_code == 200
            )
            response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}" if is_public else "no-store"
        patch_vary_headers(response, ("Accept-Language", "Authorization"))
        return response

    run.csrf_exempt = True  # type: ignore[attr-defined]
    run.answers_problems = True  # type: ignore[attr-defined]
    return run


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    if unreadable(request):
        return problem(400)
    is_reading = request.method in ("GET", "HEAD", "OPTIONS")
    if wait := flooded(request, "api_read" if is_reading else "api_write"):
        return problem(429, headers={"Retry-After": str(wait)})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        return problem(400)
    return problem(413) if int(length) > LARGEST_BODY else None


def _answer(view: View, request: HttpRequest, args: tuple[Any, ...], keywords: dict[str, Any]) -> HttpResponseBase:
    try:
        response = view(request, *args, **keywords)
    except Exception as error:
        return answer_for(request, error)
    if response.status_code == 405:
        return problem(405, headers={"Allow": response.headers.get("Allow", "GET")})
    return response
