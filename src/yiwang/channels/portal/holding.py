"""What somebody typed is not lost when their sign-in has expired: it is kept sealed, and shown again to them alone."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse

from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.people import FIRM_IN_SESSION
from yiwang.domains.cases.actions import hold_answers
from yiwang.domains.cases.models import Case, Draft
from yiwang.domains.cases.queries import held_answers
from yiwang.foundation.actors import ANONYMOUS

COOKIE = "held"
KEEP = 3600
SALT = "yiwang.portal.page"
TOKEN_FIELD = "_page"  # noqa: S105
NOT_TYPED = {"csrfmiddlewaretoken", TOKEN_FIELD, "to"}
MOST_NAMES = 2_000


def page_token(thing: Draft | Case) -> str:
    """Return what a page carries to tell, later and without a sign-in, whose draft or case it shows."""
    person = thing.person_id if isinstance(thing, Draft) else thing.applicant_id
    return signing.dumps({"d": str(thing.pk), "p": str(person), "f": str(thing.firm_id or "")}, salt=SALT)


def _token(request: HttpRequest) -> dict[str, str] | None:
    try:
        found: dict[str, str] = signing.loads(request.POST.get(TOKEN_FIELD, ""), salt=SALT, max_age=30 * 86400)
    except signing.BadSignature:
        return None
    return found


def draft_of_page(request: HttpRequest) -> str | None:
    """Return the draft that the posted page showed."""
    token = _token(request)
    return token["d"] if token else None


def hold(request: HttpRequest) -> HttpResponse:
    """Keep what was typed on a page that was once shown to somebody signed in, and lead to the sign-in and back here."""
    response = redirect_to_login(request.path)
    token = _token(request)
    if token is None:
        return response
    typed = {k: request.POST.getlist(k) for k in list(request.POST)[:MOST_NAMES] if k not in NOT_TYPED}
    held = {"at": request.path, "person": token["p"], "firm": token["f"], "typed": typed}
    held_id = hold_answers(answers=held, by=ANONYMOUS)
    secure = request.is_secure()
    response.set_signed_cookie(
        COOKIE, str(held_id), salt=SALT, max_age=KEEP, httponly=True, samesite="Lax", secure=secure
    )
    return response


def _held(request: HttpRequest) -> dict[str, Any] | None:
    raw = (
        request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=KEEP) if COOKIE in request.COOKIES else None
    )
    held_id = uuid_or_none(raw) if raw else None
    held = held_answers(held_id) if held_id else None
    actor = request.actor  # type: ignore[attr-defined]
    if held is None or (held.get("at"), held["person"]) != (request.path, str(actor.id)):
        return None
    return held


def take_up_firm(request: HttpRequest) -> bool:
    """Act again for the firm that the page was filled in for; whether the session changed."""
    if request.method != "GET" or COOKIE not in request.COOKIES:
        return False
    held = _held(request)
    actor = request.actor  # type: ignore[attr-defined]
    if not held or not held["firm"] or actor.on_behalf_of or request.session.get(FIRM_IN_SESSION) == held["firm"]:
        return False
    request.session[FIRM_IN_SESSION] = held["firm"]  # counts only while the person is a member of it
    return True


def held_for_page(request: HttpRequest) -> dict[str, list[str]] | None:
    """Return what this person typed on this page before the sign-in expired, as it was posted."""
    held = _held(request) if COOKIE in request.COOKIES else None
    return held["typed"] if held else None


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Drop the cookie once the page was saved."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
