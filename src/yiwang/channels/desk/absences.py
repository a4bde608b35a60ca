"""Who of the office is away and who stands in for them; and standing in for somebody, for as long as they are away."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk.wording import ROLES
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.people import STANDING_IN
from yiwang.domains.identity.actions import end_absence, enter_absence
from yiwang.domains.identity.models import Absence
from yiwang.domains.identity.policies import may_end_absence
from yiwang.domains.identity.queries import (
    absences_of_office,
    absent_now,
    colleagues,
    duties_lent,
    past_absences_of_office,
)
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.clock import today


@officials()
@require_GET
def absences(request: StaffRequest) -> HttpResponse:
    """Show who is away or will be, and for whom one may stand in today."""
    return _page(request)


def _page(request: StaffRequest, refusal: Refused | None = None) -> HttpResponse:
    staff = request.staff
    is_head = "head" in staff.roles and not staff.for_id
    team = colleagues(request.actor)
    context = {
        "rows": [_row(request, one) for one in absences_of_office(request.actor)],
        "past": [_row(request, one) for one in past_absences_of_office(request.actor)],
        "stands_in": [
            {
                "id": str(one.staff_id),
                "name": one.staff.name,
                "until_date": one.until_date,
                "duties": _duties(duties_lent(one)),
            }
            for one in absent_now(staff.id)
        ],
        "for_name": staff.for_name,
        "may_enter": not staff.for_id,
        "people": [(str(key), name) for key, name in team if is_head or key == staff.id],
        "deputies": [(str(key), name) for key, name in team],
        "me": str(staff.id),
        "today": today(),
        "refusal": _(str(refusal.message)) if refusal else "",
        "typed": {
            **dict.fromkeys(("staff", "deputy", "from_date", "until_date"), ""),
            **(request.POST.dict() if refusal else {}),
        },
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "desk/absences.html", context, status=status)


def _row(request: StaffRequest, one: Absence) -> dict[str, Any]:
    """Return an absence as the page shows it: with what is lent, and who entered and ended it."""
    by_other = one.entered_by is not None and one.entered_by_id != one.staff_id
    return {
        "id": one.pk,
        "who": one.staff.name,
        "deputy": one.deputy.name,
        "from_date": one.from_date,
        "until_date": one.until_date,
        "is_now": one.from_date <= today(),
        "duties": _duties(duties_lent(one)),
        "entered_by": one.entered_by.name if by_other and one.entered_by else "",
        "ended_at": one.ended_at,
        "ended_by": one.ended_by.name if one.ended_by else "",
        "may_end": one.ended_at is None and may_end_absence(request.actor, one),
    }


def _duties(duties: frozenset[str]) -> str:
    return _("、").join(_(ROLES[duty]) for duty in ROLES if duty in duties)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("填日期，例如 2027-02-17。"), code="days") from None


@officials()
@require_POST
def enter(request: StaffRequest) -> HttpResponse:
    """Note that somebody is away, and who stands in."""
    post = request.POST
    try:
        enter_absence(
            staff_id=uuid_or_none(post.get("staff", "")) or UUID(int=0),
            deputy_id=uuid_or_none(post.get("deputy", "")) or UUID(int=0),
            from_date=_date(post.get("from_date", "")),
            until_date=_date(post.get("until_date", "")),
            by=request.actor,
        )
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, _("登记好了。到了那天，代办的同事就能接着办。"))
    return redirect("desk:absences")


@officials()
@require_POST
def end(request: StaffRequest, absence_id: UUID) -> HttpResponse:
    """End an absence, or take it back."""
    end_absence(absence_id=absence_id, by=request.actor)
    messages.success(request, _("取消了，代办从现在起停止。"))
    return redirect("desk:absences")


@officials()
@require_POST
def stand_in(request: StaffRequest) -> HttpResponse:
    """Begin to work in the place of an absent colleague, or be oneself again. Every step names both from then on."""
    wanted = uuid_or_none(request.POST.get("staff", ""))
    absent = next((one for one in absent_now(request.staff.id) if one.staff_id == wanted), None)
    if absent:
        request.session[STANDING_IN] = str(absent.staff_id)
        messages.success(request, _("现在代{name}办理。你做的每一步都记着是你代办的。").format(name=absent.staff.name))
        return redirect("desk:queue")
    request.session.pop(STANDING_IN, None)
    messages.success(request, _("现在是你自己了。"))
    return redirect("desk:absences")
