"""Hand in what a draft holds: as a case, or as the several cases of a bundle."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from yiwang.channels.openapi.access import OnBehalfOf, person, require_scope, token
from yiwang.channels.openapi.case_view import received
from yiwang.channels.openapi.deliveries import renamed, way_of
from yiwang.channels.openapi.joint_cases import joint_received
from yiwang.channels.openapi.papers import OptionalKey
from yiwang.channels.openapi.problems import ApiProblem
from yiwang.channels.openapi.shapes.bundles import JointReceived
from yiwang.channels.openapi.shapes.cases import CaseReceived, SubmissionSent
from yiwang.domains.cases.actions import submit_draft
from yiwang.domains.joint_cases.actions import submit_joint_case
from yiwang.domains.joint_cases.queries import is_for_bundle
from yiwang.foundation.actions import InvalidInput

router = Router(tags=["drafts"], auth=token)
PLAIN = SubmissionSent.model_validate({})


@router.post(
    "/drafts/{uuid:draft_id}/submission",
    response={201: CaseReceived | JointReceived},
    operation_id="submitDraft",
    summary="Hand in a draft / 提交草稿",
    openapi_extra={"x-problems": [409, 422]},
)
def submit_own_draft(
    request: HttpRequest,
    draft_id: UUID,
    on_behalf_of: OnBehalfOf,
    idempotency_key: OptionalKey,
    body: SubmissionSent | None = None,
) -> Any:
    """Hand in what a draft holds; a second call brings the same. A body may be left out.

    It may sign the promise of the item (告知承诺), say which materials follow later (容缺) and how the result is to come.
    A draft of a bundle (一件事) becomes a joint case, and its answer names the cases that came of it.
    """
    actor, sent = person(request, on_behalf_of), body or PLAIN
    if sent.delivery:
        require_scope(request, request.auth.scope, "deliveries")  # type: ignore[attr-defined]
    if is_for_bundle(actor, draft_id):
        if sent != PLAIN:
            zh, en = "一件事里的各项不能在这里选这些。", "A bundle takes none of this."
            raise ApiProblem(422, "not_for_bundles", zh, en)
        return Status(201, joint_received(submit_joint_case(draft_id=draft_id, by=actor)))
    try:
        case = submit_draft(
            draft_id=draft_id,
            deferred=sent.deferred,
            promise=sent.promise,
            about_certificate_id=sent.about_certificate,
            delivery=way_of(sent.delivery) if sent.delivery else None,
            by=actor,
        )
    except InvalidInput as error:
        raise renamed(error, "delivery/") from None
    return Status(201, received(case))
