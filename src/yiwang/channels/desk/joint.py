"""The cases of other offices on which one's own is asked for its opinion (art. 26, 35)."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.wording import item_name, left
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.cases.queries import asked_cases
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar


@officials(*CASE_ROLES)
@require_GET
def joint(request: StaffRequest) -> HttpResponse:
    """Show what other offices wait for, the most urgent first."""
    rows = [
        {
            "number": one.case.number,
            "item": item_name(one.case),
            "applicant": one.case.applicant_name,
            "office": one.case.office.name,
            "what": _("初审") if one.is_first_review else _("会办意见"),
            "due": left(workdays_left(today(), one.due_on, calendar())) if one.due_on else None,
        }
        for one in asked_cases(request.actor)
    ]
    return staff_page(request, "desk/joint.html", {"rows": rows})
