"""抽查: automatic decisions that were drawn by lot; how each came about, and whether it was right."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_by_number
from yiwang.domains.rules.actions import check_decision
from yiwang.domains.rules.models import AutomaticDecision
from yiwang.domains.rules.policies import may_check
from yiwang.domains.rules.queries import decision_of, decisions_to_check, note_of, reason_of
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.reads.actions import record_read

READ_REASON = gettext_noop("查看系统自动办理的经过")


@officials(*CASE_ROLES)
@require_GET
def automatic_list(request: StaffRequest) -> HttpResponse:
    """Show the automatic decisions of the office that wait for a look, the oldest first."""
    waiting = decisions_to_check(request.actor)
    cases = {
        case.pk: case for case in Case.objects.visible_to(request.actor).filter(pk__in=[d.case_id for d in waiting])
    }
    rows = [
        {
            "number": case.number,
            "item": (is_english() and case.item_name_en) or case.item_name,
            "applicant": case.applicant_name,
            "version": one.version.number if one.version else None,
            "at": one.decided_at,
        }
        for one in waiting
        if (case := cases.get(one.case_id))
    ]
    context = {"rows": rows, "is_head": "head" in request.staff.roles}
    return staff_page(request, "desk/automatic.html", context)


@officials(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def automatic_case(request: StaffRequest, number: str) -> HttpResponse:
    """Show how a rule came to its verdict on a case, and take down what the official makes of it."""
    case = case_by_number(request.actor, number)
    decision = decision_of(case.pk)
    if decision is None:
        raise NotVisible
    if request.method != "POST":
        return _page(request, case, decision)
    verdict = request.POST.get("verdict", "")
    try:
        if verdict not in {"right", "wrong"}:
            raise InvalidInput(_("选对，还是不对。"), code="no_verdict")
        note = " ".join(request.POST.get("note", "").replace("\0", "").split())[:500]
        check_decision(decision_id=decision.pk, is_right=verdict == "right", note=note, by=request.actor)
    except InvalidInput as refusal:
        return _page(request, case, decision, str(refusal.message))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("记下了。"))
    return redirect("desk:automatic")


def _page(request: StaffRequest, case: Case, decision: AutomaticDecision, problem: str = "") -> HttpResponse:
    record_read(person_id=case.applicant_id, what="case", reason=READ_REASON, case_id=case.pk, by=request.actor)
    waits = decision.is_sampled and decision.checked_at is None
    context: dict[str, Any] = {
        "number": case.number,
        "item": (is_english() and case.item_name_en) or case.item_name,
        "applicant": case.applicant_name,
        "granted": decision.outcome == "grant",
        "version": decision.version.number if decision.version else None,
        "at": decision.decided_at,
        "trace": reason_of(decision).trace,
        "may_check": waits and may_check(request.actor, decision),
        "waits": waits,
        "checked": {
            "right": decision.check_verdict == "right",
            "at": decision.checked_at,
            "note": note_of(decision),
        }
        if decision.checked_at
        else None,
        "problem": problem,
        "typed": {"verdict": request.POST.get("verdict", ""), "note": request.POST.get("note", "")[:500]},
    }
    return staff_page(request, "desk/automatic_case.html", context, status=422 if problem else 200)
