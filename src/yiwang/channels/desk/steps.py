"""The steps of a case, each posted from its page. Of two officials one wins; the other sees the fresh state."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.case_view import CORRECTION_ROWS, FIELD_PREFIX, may_ask_for_correction
from yiwang.channels.desk.cases import case_page, correction_page
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.domains.cases.actions import (
    accept_case,
    decide_case,
    hand_over_case,
    refuse_to_accept,
    request_correction,
    review_case,
)  # fmt: skip
from yiwang.domains.cases.queries import case_by_number
from yiwang.foundation.actions import InvalidInput, Refused

Again = Callable[[StaffRequest, str, Refused], HttpResponse]


def take(
    request: StaffRequest, number: str, step: Callable[[UUID, int], object], done: str, again: Again = case_page
) -> HttpResponse:
    """Take a step on a case that may be seen and go back to its page, or say there why it was refused."""
    case = case_by_number(request.actor, number)
    try:
        step(case.pk, _revision(request))
    except Refused as refusal:
        return again(request, number, refusal)
    messages.success(request, done)
    return redirect("desk:case", case.number)


def _revision(request: StaffRequest) -> int:
    """Return the revision that the official had before them; 0, which no case has, where the form does not say."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@officials(*CASE_ROLES)
@require_POST
def accept(request: StaffRequest, number: str) -> HttpResponse:
    """Accept the case."""
    return take(
        request,
        number,
        lambda case_id, revision: accept_case(case_id=case_id, revision=revision, by=request.actor),
        _("已受理。受理通知书几秒后盖好章，申请人会收到。"),
    )


def _ask_again(request: StaffRequest, number: str, refusal: Refused) -> HttpResponse:
    case = case_by_number(request.actor, number)
    if isinstance(refusal, InvalidInput) and may_ask_for_correction(request.actor, case):
        return correction_page(request, case, refusal)
    return case_page(request, number, refusal)


@officials(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def ask_for_correction(request: StaffRequest, number: str) -> HttpResponse:
    """Tell the applicant, once, everything that has to be supplied; first show where to write it."""
    if request.method == "GET":
        case = case_by_number(request.actor, number)
        if not may_ask_for_correction(request.actor, case):
            return redirect("desk:case", case.number)
        return correction_page(request, case)
    fields = [name for name in request.POST if name.startswith(FIELD_PREFIX)]
    asked = [(name.removeprefix(FIELD_PREFIX), name) for name in fields] + [("", name) for name in CORRECTION_ROWS]
    items = [{"field": field, "text": request.POST.get(name, "")} for field, name in asked]
    return take(
        request,
        number,
        lambda case_id, revision: request_correction(case_id=case_id, items=items, revision=revision, by=request.actor),
        _("已一次告知。申请人补上以后，会回到待受理。"),
        again=_ask_again,
    )


@officials(*CASE_ROLES)
@require_POST
def refuse(request: StaffRequest, number: str) -> HttpResponse:
    """Refuse to accept, with a ground, a reason and where to go."""
    post = request.POST
    return take(
        request,
        number,
        lambda case_id, revision: refuse_to_accept(
            case_id=case_id,
            ground=post.get("ground", ""),
            reason=post.get("reason", ""),
            authority=post.get("authority", ""),
            revision=revision,
            by=request.actor,
        ),
        _("已作出不予受理决定，申请人会收到理由和救济途径。"),
    )


@officials(*CASE_ROLES)
@require_POST
def review(request: StaffRequest, number: str) -> HttpResponse:
    """Give an opinion."""
    verdict, opinion = request.POST.get("verdict", ""), request.POST.get("opinion", "")
    return take(
        request,
        number,
        lambda case_id, revision: review_case(
            case_id=case_id, verdict=verdict, opinion=opinion, revision=revision, by=request.actor
        ),
        _("审查意见已提交。"),
    )


@officials(*CASE_ROLES)
@require_POST
def decide(request: StaffRequest, number: str) -> HttpResponse:
    """Grant or refuse."""
    choice, post = request.POST.get("decision", ""), request.POST

    def step(case_id: UUID, revision: int) -> None:
        if choice not in {"grant", "refuse"}:
            raise InvalidInput(_("选一个决定：准予，还是不予许可。"), code="no_decision")
        decide_case(
            case_id=case_id,
            grant=choice == "grant",
            reason=post.get("reason", ""),
            basis=post.get("basis", ""),
            cited_record=post.get("cited_record", "").strip(),
            revision=revision,
            by=request.actor,
        )

    words = (
        _("已准予。结果几秒后盖好章，送到申请人账号。")
        if choice == "grant"
        else _("已作出不予决定，申请人会收到理由和救济途径。")
    )
    return take(request, number, step, words)


@officials(*CASE_ROLES)
@require_POST
def hand_over(request: StaffRequest, number: str) -> HttpResponse:
    """Hand the case to a colleague."""
    to = request.POST.get("colleague", "")

    def step(case_id: UUID, revision: int) -> None:
        try:
            staff_id = UUID(to)
        except ValueError:
            raise InvalidInput(_("选一位本部门的同事。"), code="unknown_staff") from None
        hand_over_case(case_id=case_id, staff_id=staff_id, by=request.actor)

    return take(request, number, step, _("已转给同事。"))
