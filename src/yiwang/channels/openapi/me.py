"""Who calls."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from yiwang.channels.openapi.access import identity_of, token
from yiwang.channels.openapi.shapes import words
from yiwang.channels.openapi.shapes.certificates import Me
from yiwang.domains.identity.queries import my_firms

router = Router(tags=["me"], auth=token)


@router.get("/me", response=Me, operation_id="getMe", summary="Who am I / 我是谁")
def get_me(request: HttpRequest) -> dict[str, Any]:
    """Whom the token stands for, with the real-name level, and the firms that one may act for."""
    identity = identity_of(request)
    actor = identity.actor
    firms = [{"name": f.name, "credit_code": f.credit_code, "role": role} for f, role in my_firms(actor)]
    common = {"kind": actor.kind, "level": actor.assurance, "firms": firms, "roles": sorted(actor.roles)}
    if staff := identity.staff:
        return {**common, "name": staff.name, "office": {"code": staff.office_code, "name": words(staff.office_name)}}
    assert identity.person is not None
    return {**common, "name": identity.person.masked, "office": None}
