"""One case on the desk: read, then shown; each look is written down before it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.case_view import case_context, correction_context
from yiwang.channels.desk.wording import READ_REASON, READ_REASONS
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import text_of
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_by_number
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.reads.actions import record_read

SHORTEST_REASON = 4


@officials(*CASE_ROLES)
@require_GET
def case(request: StaffRequest, number: str) -> HttpResponse:
    """Show a case of the office."""
    return case_page(request, number)


def case_page(request: StaffRequest, number: str, refusal: Refused | None = None) -> HttpResponse:
    """Return the page of a case as it stands now; after a refused step with the reason, and what was typed."""
    found = case_by_number(request.actor, number)
    reason = READ_REASONS.get(found.state, READ_REASON)
    record_read(person_id=found.applicant_id, what="case", reason=reason, case_id=found.pk, by=request.actor)
    return _shown(request, found, refusal=refusal)


def correction_page(request: StaffRequest, found: Case, refusal: Refused | None = None) -> HttpResponse:
    """Return the page on which a correction is asked for, the answers beside the places to write in."""
    return page_of(request, found, "desk/correction.html", correction_context(found), refusal)


def page_of(
    request: StaffRequest, found: Case, template: str, context: dict[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    """Return a page beside that of the case, which shows what was answered; that it was read is written down."""
    reason = READ_REASONS["submitted"]
    record_read(person_id=found.applicant_id, what="case", reason=reason, case_id=found.pk, by=request.actor)
    errors = getattr(refusal, "errors", None) or []
    more = {
        "refusal": _(str(refusal.message)) if refusal else "",
        "problems": [text_of(one.message) for one in errors],
        "typed": request.POST.dict() if refusal else {},
    }
    return staff_page(request, template, context | more, status=_status(refusal))


def _step_of(request: StaffRequest) -> str:
    """Return which step was posted, as its form is marked on the page."""
    match = request.resolver_match
    return str(match.kwargs.get("event") or match.url_name) if match else ""


def _status(refusal: Refused | None) -> int:
    return 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409


@officials(*CASE_ROLES)
@require_POST
def id_numbers(request: StaffRequest, number: str) -> HttpResponse:
    """Show a case with the id numbers in its answers in full, for a reason that the applicant can read."""
    found = case_by_number(request.actor, number)
    reason = " ".join(request.POST.get("reason", "").split())[:200]
    if len(reason) < SHORTEST_REASON:
        refusal = InvalidInput(_("写明为什么要看完整证件号，申请人会看到。"), code="no_reason")
        return case_page(request, number, refusal)
    record_read(person_id=found.applicant_id, what="id_number", reason=reason, case_id=found.pk, by=request.actor)
    return _shown(request, found, reveal=True)


def _shown(request: StaffRequest, found: Case, *, reveal: bool = False, refusal: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = case_context(request.actor, found, reveal=reveal)
    context["refusal"] = _(str(refusal.message)) if refusal else ""
    context["refused_step"] = _step_of(request) if refusal else ""
    context["typed"] = request.POST.dict() if refusal else {}
    context["ticked"] = {name: request.POST.getlist(name) for name in request.POST} if refusal else {}
    return staff_page(request, "desk/case.html", context, status=_status(refusal))
