"""Who is at the other end of a request: the actor, and what the header of a page says about them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from yiwang.domains.identity.queries import ANONYMOUS_IDENTITY, Identity, identify

FIRM_IN_SESSION = "acting_for_firm"


class ActorMiddleware:
    """Give each request its `actor`, and `person` or `staff` for the header of the page; read when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the identity on the request, to be worked out when somebody asks."""
        identity = SimpleLazyObject(lambda: identity_of(request))
        request.actor = SimpleLazyObject(lambda: identity.actor)  # type: ignore[attr-defined]
        request.person = SimpleLazyObject(lambda: identity.person)  # type: ignore[attr-defined]
        request.staff = SimpleLazyObject(lambda: identity.staff)  # type: ignore[attr-defined]
        return self.get_response(request)


def identity_of(request: HttpRequest) -> Identity:
    """Return who the session says this is. An official counts as one only after the second factor."""
    account_id = request.session.get("_auth_user_id") if request.session.session_key else None
    if not account_id or not request.user.is_authenticated:
        return ANONYMOUS_IDENTITY
    methods = request.session.get("account_authentication_methods", [])
    return identify(
        request.user.pk,
        firm_id=request.session.get(FIRM_IN_SESSION),
        has_second_factor=any(m.get("method") == "mfa" for m in methods),
    )
