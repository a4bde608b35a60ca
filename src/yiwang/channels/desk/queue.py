"""The queue of an office, what it has finished, and the official's own page."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.filters import PARTS, Wanted, kept_filters, wanted_here
from yiwang.channels.desk.finding import PARAMETER
from yiwang.channels.desk.wording import OUTCOMES, ROLES, applicant, due, item_name, short_number, state_words
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions import claim_case
from yiwang.domains.cases.queries.notes import my_filters
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.queries import names_by_office
from yiwang.domains.halls.queries import halls_of_staff
from yiwang.domains.identity.queries import colleagues
from yiwang.domains.organisations.queries import office
from yiwang.domains.supervision.queries import open_cards
from yiwang.foundation.actions import Refused
from yiwang.foundation.clock import now

PAGE = 30
MOST_COUNTED = 100

ALWAYS_SHOWN = {"all", "mine", "unclaimed"}


@officials()
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    """Show the open cases of the office, the most urgent first; an operator without cases goes on to the console."""
    staff = request.staff
    if staff.roles.isdisjoint(CASE_ROLES):
        return redirect("console:cards" if "supervisor" in staff.roles else "console:home")
    wanted = wanted_here(request)
    which, words, asked = wanted.show, wanted.q, wanted.asked()
    rows = queries.queue(
        request.actor,
        which=which,
        search=words,
        limit=PAGE + 1,
        after=_cursor(request.GET.get("after", "")),
        colleague=asked.colleague,
        due_by=asked.due_by,
        item=asked.item,
    )
    sizes = queries.queue_sizes(request.actor, most=MOST_COUNTED)
    chips = [
        {"key": key, "words": _(PARTS[key]), "count": _counted(n), "is_here": key == which}
        for key, n in sizes.items()
        if n or key in ALWAYS_SHOWN or key == which
    ]
    last = rows[PAGE - 1].case if len(rows) > PAGE else None
    here = wanted.address()
    more = {**here, "after": f"{last['due_on'] or ''}_{last['id']}"} if last else None
    context = {
        **_team(request, wanted),
        "all_picked": "all" in request.GET,
        "pick_url": f"?{urlencode({**here, **_page_of(request), 'all': 1})}",
        "cards": open_cards(request.actor),
        "rows": [_row(row, staff.for_id or staff.id) for row in rows[:PAGE]],
        "chips": chips,
        "which": which,
        "words": words,
        "find": here.get(PARAMETER, ""),
        "total": _counted(sizes["all"]),
        "pressing": sizes["today"] + sizes["overdue"],
        "at": now(),
        "next_url": f"?{urlencode(more)}" if more else "",
        "first_url": f"?{urlencode(here)}" if "after" in request.GET else "",
    }
    return staff_page(request, "desk/queue.html", context)


def _team(request: StaffRequest, wanted: Wanted) -> dict[str, Any]:
    """What narrows the queue further, and what is done with several cases of it."""
    team = colleagues(request.actor)
    here, staff_office = wanted.address(), request.staff.office_code
    return {
        "filters": kept_filters(my_filters(request.actor), wanted),
        "colleague": str(wanted.colleague or ""),
        "days": "" if wanted.days is None else wanted.days,
        "team": [(str(key), name) for key, name in team],
        "item": wanted.item,
        "items": [(code, (is_english() and english) or name) for code, name, english in names_by_office(staff_office)],
        "is_narrowed": bool(wanted.colleague or wanted.days is not None or wanted.item),
        "here_fields": wanted.fields(),
        "print_url": f"{reverse('desk:queue_sheet')}?{urlencode(here)}",
    }


def _page_of(request: StaffRequest) -> dict[str, str]:
    """Return what an address says of the page that is shown; picking all of it must not lead back to the first."""
    return {"after": request.GET["after"]} if "after" in request.GET else {}


def _counted(number: int) -> str:
    return f"{number}+" if number >= MOST_COUNTED else str(number)


def _cursor(text: str) -> tuple[dt.date | None, UUID] | None:
    """Return the place in the queue behind which a page begins; anything unreadable is its beginning."""
    day, _, last = text.partition("_")
    try:
        return (dt.date.fromisoformat(day) if day else None), UUID(last)
    except ValueError:
        return None


def _row(row: queries.QueueRow, me: UUID) -> dict[str, object]:
    case = row.case
    return {
        "number": case["number"],
        "short": short_number(case["number"]),
        "item": item_name(case),
        "applicant": applicant(case),
        "state": state_words(case["state"]),
        "due": due(case["state"], case["due_on"], row.days_left, row.legal_days_left),
        "assignee": case["assignee__name"] or "",
        "is_mine": case["assignee_id"] == me,
        "submitted_at": case["submitted_at"],
    }


@officials(*CASE_ROLES)
@require_POST
def claim(request: StaffRequest) -> HttpResponse:
    """Take a case into one's own hands and go back to where one was; who came second is told who has it."""
    case = queries.case_by_number(request.actor, request.POST.get("number", ""))
    try:
        claim_case(case_id=case.pk, by=request.actor)
    except Refused as refusal:
        messages.error(request, _(str(refusal.message)))
    else:
        messages.success(request, _("领好了：{item}").format(item=item_name(case)))
    back = request.POST.get("next", "")
    is_ours = back.startswith("/desk/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "desk:queue")


@officials(*CASE_ROLES)
@require_GET
def done(request: StaffRequest) -> HttpResponse:
    """Show what the office finished, the last first."""
    rows = queries.finished_cases(request.actor, limit=PAGE + 1, before=_finished(request.GET.get("before", "")))
    shown = [
        {
            "number": case["number"],
            "short": short_number(case["number"]),
            "item": item_name(case),
            "applicant": applicant(case),
            **_outcome(case),
            "assignee": case["assignee__name"] or "",
            "submitted_at": case["submitted_at"],
            "closed_at": case["closed_at"],
        }
        for case in rows[:PAGE]
    ]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    place = f"{last['closed_at'].isoformat()}_{last['id']}" if last else ""
    more = f"?{urlencode({'before': place})}" if place else ""
    first = "?" if "before" in request.GET else ""
    return staff_page(request, "desk/done.html", {"rows": shown, "next_url": more, "first_url": first})


def _outcome(case: dict[str, Any]) -> dict[str, str]:
    words, color = OUTCOMES.get(case["outcome"], ("", "neutral"))
    return {"outcome": _(words) if words else state_words(case["state"]), "color": color}


def _finished(text: str) -> tuple[dt.datetime, UUID] | None:
    """Return the place among what is finished behind which a page begins; anything unreadable is its beginning."""
    moment, _, last = text.partition("_")
    try:
        at, case_id = dt.datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return None
    return (at, case_id) if at.tzinfo else None


@officials()
@require_GET
def me(request: StaffRequest) -> HttpResponse:
    """Show one's own office, duties and colleagues."""
    context = {
        "office": office(request.staff.office_code),
        "roles": [_(ROLES[role]) for role in ROLES if role in request.staff.roles],
        "halls": [(hall.pk, Text(hall.name, hall.name_en)) for hall in halls_of_staff(request.actor)],
        "colleagues": [name for staff_id, name in colleagues(request.actor) if staff_id != request.staff.id],
    }
    return staff_page(request, "desk/me.html", context)
