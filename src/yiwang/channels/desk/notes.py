"""Notes on a case, for colleagues only."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.cases import case_page
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.domains.cases.actions.notes import write_note
from yiwang.domains.cases.queries import case_by_number
from yiwang.foundation.actions import Refused


@officials(*CASE_ROLES)
@require_POST
def write(request: StaffRequest, number: str) -> HttpResponse:
    """Leave a note; the applicant does not see it."""
    case: Any = case_by_number(request.actor, number)
    try:
        write_note(case_id=case.pk, text=request.POST.get("note", ""), by=request.actor)
    except Refused as refusal:
        return case_page(request, number, refusal)
    messages.success(request, _("记下了，只有同事看得到。"))
    return redirect("desk:case", case.number)
