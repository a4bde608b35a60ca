"""How one visitor wants to see the pages: text size, colours and language, each in a cookie of its own."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "yiwang_look"
SIZES = ("md", "lg")
SCHEMES = ("auto", "light", "dark")
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Look:
    """The text size and the colour scheme of a page; both end up as attributes of `<html>`."""

    size: str = "md"
    scheme: str = "auto"

    @property
    def is_large(self) -> bool:
        """Whether this is 大字版."""
        return self.size == "lg"

    def with_(self, size: str, scheme: str) -> "Look":
        """Return this look with what was chosen; unknown values change nothing."""
        return replace(
            self,
            size=size if size in SIZES else self.size,
            scheme=scheme if scheme in SCHEMES else self.scheme,
        )


DEFAULT = Look()


def look_of(request: HttpRequest) -> Look:
    """Return the look that the visitor's cookie asks for; anything else in the cookie is ignored."""
    raw = request.COOKIES.get(COOKIE)
    return look_in(raw) if raw else DEFAULT


def look_in(raw: str) -> Look:
    """Return the look that a cookie's text asks for."""
    size, _, scheme = raw.partition(".")
    return DEFAULT.with_(size, scheme)


def _back(request: HttpRequest) -> HttpResponseRedirect | HttpResponseForbidden:
    """Return a redirect to the page that the visitor came from, never to another site.

    These two forms need no token, so that a page without any other form can be cached for everyone; a form on
    another site is told apart by what the browser says of where it came from.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return HttpResponseForbidden()
    target = request.POST.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else "/")


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())


@csrf_exempt
@require_POST
def set_look(request: HttpRequest) -> HttpResponse:
    """Remember the chosen size (`md`, `lg`) or scheme (`auto`, `light`, `dark`) and go back to the page."""
    response = _back(request)
    if response.status_code == 302:
        look = look_of(request).with_(request.POST.get("size", ""), request.POST.get("scheme", ""))
        _remember(request, response, COOKIE, f"{look.size}.{look.scheme}")
    return response


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language (one of `LANGUAGES`) and go back to the page."""
    response = _back(request)
    language = request.POST.get("language", "")
    if response.status_code == 302 and language in dict(settings.LANGUAGES):
        _remember(request, response, settings.LANGUAGE_COOKIE_NAME, language)
    return response
