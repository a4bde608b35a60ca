"""The queue and a case on paper: what is printed is what is on the screen, and a case that is printed was read."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.case_view import case_context
from yiwang.channels.desk.filters import PARTS, wanted_here
from yiwang.channels.desk.wording import applicant, due, item_name, state_words
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.cases import queries
from yiwang.foundation.clock import now
from yiwang.foundation.reads.actions import record_read

ROWS = 200


@officials(*CASE_ROLES)
@require_GET
def queue_sheet(request: StaffRequest) -> HttpResponse:
    """Show the part of the queue that was looked at as a plain list for paper."""
    wanted = wanted_here(request)
    asked = wanted.asked()
    found = queries.queue(
        request.actor,
        which=asked.which,
        search=asked.words,
        colleague=asked.colleague,
        due_by=asked.due_by,
        item=asked.item,
        limit=ROWS + 1,
    )
    rows: list[dict[str, Any]] = [
        {
            "number": row.case["number"],
            "item": item_name(row.case),
            "applicant": applicant(row.case),
            "state": state_words(row.case["state"]),
            "due": due(row.case["state"], row.case["due_on"], row.days_left, row.legal_days_left).words,
            "assignee": row.case["assignee__name"] or "",
            "submitted_at": row.case["submitted_at"],
        }
        for row in found[:ROWS]
    ]
    context = {
        "rows": rows,
        "part": _(PARTS[wanted.show]),
        "words": wanted.q,
        "at": now(),
        "is_cut": len(found) > ROWS,
        "most": ROWS,
    }
    return staff_page(request, "desk/queue_sheet.html", context)


@officials(*CASE_ROLES)
@require_GET
def case_sheet(request: StaffRequest, number: str) -> HttpResponse:
    """Show a case for paper: answers, materials, clocks, opinions, what happened. Id numbers stay masked."""
    found = queries.case_by_number(request.actor, number)
    record_read(person_id=found.applicant_id, what="case", reason=_("打印办件"), case_id=found.pk, by=request.actor)
    context = {**case_context(request.actor, found, reveal=False), "at": now()}
    return staff_page(request, "desk/case_sheet.html", context)
