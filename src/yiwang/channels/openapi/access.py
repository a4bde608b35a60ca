"""Who calls: an OAuth 2 bearer token (RFC 6750), for a person or an official; and the firm that a person acts for."""

from dataclasses import replace
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Query
from ninja.security import HttpBearer

from yiwang.channels.openapi.problems import ApiProblem, TokenNeeded
from yiwang.domains.identity.queries import ANONYMOUS_IDENTITY, Identity, identify_token, my_firms
from yiwang.foundation.actors import Actor

LONGEST_TOKEN = 512
READING = ("GET", "HEAD", "OPTIONS")
AREAS = {
    "papers": "cases",
    "drafts": "cases",
    "cases": "cases",
    "joint-cases": "cases",
    "charges": "payments",
    "addresses": "deliveries",
    "deliveries": "deliveries",
    "certificates": "certificates",
    "desk": "desk",
    "me": "",
}
"""First part of an address → the scope that opens it; who one is needs none. An address that is not here is closed.

How something is delivered, with its codes and addresses, is its own scope, also below a case.
"""

OnBehalfOf = Annotated[
    str,
    Query(
        default="",
        max_length=18,
        pattern="^(?:[0-9A-Z]{18})?$",
        description="Credit code of the firm that the person acts for; empty for the person themselves.",
    ),
]


class BearerToken(HttpBearer):
    """A token is needed."""

    def __call__(self, request: HttpRequest) -> Identity | None:
        """Return who the token stands for.

        Raises:
            TokenNeeded: where there is none, or one that does not count.
            ApiProblem: 403 where its scope does not reach as far.
        """
        identity = visitor(request)
        if identity is ANONYMOUS_IDENTITY:
            raise TokenNeeded
        require_scope(request, identity.scope)
        return identity

    def authenticate(self, request: HttpRequest, token: str) -> Identity | None:
        """Return who the token stands for, or None."""
        identity = identify_token(token)
        return identity if identity.person or identity.staff else None


def require_scope(request: HttpRequest, scope: str, area: str = "") -> None:
    """Let a token do only what it was made for: what the address says, or `area` where a body asks for more.

    Raises:
        ApiProblem: 403 `insufficient_scope`, with the scope that would do (RFC 6750 section 3.1).
    """
    if not scope:
        return
    first, *rest = request.path.removeprefix("/api/v1/").split("/")
    area = area or ("deliveries" if "deliveries" in rest else AREAS.get(first, "-"))
    enough = [area, f"{area}.read"] if request.method in READING else [area]
    if not area or set(enough) & set(scope.split()):
        return
    needed = enough[-1]
    raise ApiProblem(
        403,
        "insufficient_scope",
        f"这个令牌只能用于：{scope}。这里要有 {needed}。",
        f"This token is for {scope} only. This needs {needed}.",
        headers={"WWW-Authenticate": f'Bearer realm="yiwang", error="insufficient_scope", scope="{needed}"'},
    )


def visitor(request: HttpRequest) -> Identity:
    """Return who calls an operation that is open to everybody; a token that is sent still has to count."""
    given = request.headers.get("Authorization")
    if given is None:
        return ANONYMOUS_IDENTITY
    kind, _, value = given.partition(" ")
    if kind.lower() != "bearer":
        raise TokenNeeded
    value = value.strip()
    if not value or len(value) > LONGEST_TOKEN or not value.isascii():
        raise TokenNeeded("invalid_token")
    identity = token.authenticate(request, value)
    if identity is None:
        raise TokenNeeded("invalid_token")
    return identity


token = BearerToken()


def identity_of(request: HttpRequest) -> Identity:
    """Return who calls; set by `token` or `visitor` before the operation runs."""
    found: Identity = request.auth  # type: ignore[attr-defined]
    return found


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor, coming in through the API."""
    return identity_of(request).actor.through("api")


def person(request: HttpRequest, on_behalf_of: str = "") -> Actor:
    """Return the person who calls, acting for a firm where its credit code is given.

    Raises:
        PermissionDenied: where an official calls.
        ApiProblem: 403 where the person may not act for that firm.
    """
    actor = actor_of(request)
    if not actor.is_person:
        raise PermissionDenied
    if not on_behalf_of:
        return actor
    firm = next((firm for firm, _ in my_firms(actor) if firm.credit_code == on_behalf_of), None)
    if firm is None:
        zh, en = "你不能代这家单位办事。", "You may not act for this firm."
        raise ApiProblem(403, "not_your_firm", zh, en, pointer="/on_behalf_of")
    return replace(actor, on_behalf_of=firm.pk)


def official(request: HttpRequest) -> Actor:
    """Return the official who calls.

    Raises:
        PermissionDenied: where somebody else calls.
    """
    actor = actor_of(request)
    if not actor.is_staff:
        raise PermissionDenied
    return actor
