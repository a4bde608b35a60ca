"""What happens around every page: its look and language, and what a refusal turns into."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from yiwang.channels.ui import errors
from yiwang.channels.ui.guard import note
from yiwang.channels.ui.looks import look_of
from yiwang.foundation.actions import NotVisible, Refused

GetResponse = Callable[[HttpRequest], HttpResponse]


class LookMiddleware:
    """Give the request its `look` and switch the language on: the cookie first, then `Accept-Language`, then Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the visitor's language."""
        request.look = look_of(request)  # type: ignore[attr-defined]
        language = translation.get_language_from_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if language.startswith("en") else "zh-CN")
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class RefusalMiddleware:
    """Turn a refusal of a domain into the page that explains it; views need not catch it themselves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for `Refused` and 404 for `NotVisible`; leave anything else alone."""
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, NotVisible):
            note(request, "not visible", 404)
            return errors.not_found(request, exception)
        return None
