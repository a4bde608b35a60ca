"""The halls on the desk: windows, the queue, calling, who is expected, slips of paper, a day on which a hall stays closed."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk.finding import PARAMETER, key_for, plain_words, words_of
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.catalogue.content import Text
from yiwang.domains.halls import actions, queries
from yiwang.domains.halls.models import Hall, Ticket
from yiwang.domains.halls.policies import may_close_day, may_look_at, may_sit_at, may_work_in
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.clock import now, today
from yiwang.foundation.masking import mask_name

LOOKING = ("window", "head")

MOVES: dict[str, Callable[..., object]] = {
    "open": actions.open_window,
    "close": actions.close_window,
    "next": actions.call_next,
    "again": actions.call_again,
    "missed": actions.miss_ticket,
    "done": actions.finish_ticket,
}
"""What one can do with a window, as its buttons post it."""


@officials(*LOOKING)
@require_GET
def halls(request: StaffRequest) -> HttpResponse:
    """The hall of this official; where there are several, the choice."""
    found = queries.halls_of_staff(request.actor)
    if len(found) == 1:
        return redirect("desk:hall_board", found[0].pk)
    context = {"halls": [{"code": one.pk, "name": Text(one.name, one.name_en), "place": one.place} for one in found]}
    return staff_page(request, "desk/halls.html", context)


@officials(*LOOKING)
@require_GET
def board(request: StaffRequest, hall: str) -> HttpResponse:
    """One hall: one's window, what to call next, the other windows, who waits, who is expected.

    The head of the office that runs it, who sits at no window, sees windows and queue, and may keep it closed for a day.
    """
    return _page(request, _looked_at(request, hall))


def _looked_at(request: StaffRequest, code: str) -> Hall:
    found = queries.hall(code)
    if not may_look_at(request.actor, found):
        raise NotVisible
    return found


def _own(request: StaffRequest, code: str) -> Hall:
    found = queries.hall(code)
    if not may_work_in(request.actor, found):
        raise NotVisible
    return found


def _page(request: StaffRequest, hall: Hall, refusal: Refused | None = None) -> HttpResponse:
    shown = queries.board(request.actor, hall)
    state = queries.busy(hall)
    mine = next((w for w in shown.windows if w.clerk_id == request.staff.id), None)
    words, _key = words_of(request)
    works_here = may_work_in(request.actor, hall)
    expected = queries.appointments_of_day(request.actor, hall, today(), words) if works_here else []
    context = {
        "hall": {"code": hall.pk, "name": Text(hall.name, hall.name_en)},
        "busy": state,
        "works_here": works_here,
        "mine": mine,
        "current": shown.at.get(mine.pk) if mine else None,
        "reception": queries.open_reception(request.actor),
        "windows": [
            {"window": w, "ticket": shown.at.get(w.pk), "may_open": not w.clerk_id and may_sit_at(request.actor, w)}
            for w in shown.windows
        ],
        "waiting": [_waiting(one) for one in shown.waiting],
        "services": [s.service for s in state.services],
        "expected": [
            {
                "id": one.pk,
                "at": one.slot.starts_at,
                "who": mask_name(one.person.name),
                "code": one.code,
                "state": one.state,
            }
            for one in expected
        ],
        "words": words,
        "may_close": may_close_day(request.actor, hall),
        "at": now(),
        "refusal": _(str(refusal.message)) if refusal else "",
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "desk/hall_board.html", context, status=status)


@officials("window")
@require_POST
def find(request: StaffRequest, hall: str) -> HttpResponse:
    """Look for who is expected, by code or full name."""
    found = _own(request, hall)
    key = key_for(request, plain_words(request.POST.get("q", ""))[:40])
    return redirect(f"{reverse('desk:hall_board', args=[found.pk])}{f'?{PARAMETER}={key}' if key else ''}")


def _waiting(ticket: Ticket) -> dict[str, Any]:
    return {
        "code": ticket.code,
        "service": Text(ticket.service.name, ticket.service.name_en),
        "is_booked": ticket.appointment_id is not None,
        "minutes": max(0, int((now() - max(ticket.taken_at, ticket.turn_at)).total_seconds() // 60)),
        "taken_at": ticket.taken_at,
    }


@officials("window")
@require_POST
def window(request: StaffRequest, hall: str, window_id: UUID, move: str) -> HttpResponse:
    """Open a window, call, call again, note that nobody came, be done, close."""
    found = _own(request, hall)
    step = MOVES.get(move)
    if step is None:
        raise NotVisible
    try:
        step(window_id=window_id, by=request.actor)
    except Refused as refusal:
        return _page(request, found, refusal)
    return redirect("desk:hall_board", found.pk)


@officials("window")
@require_POST
def slip(request: StaffRequest, hall: str) -> HttpResponse:
    """Take a number for somebody who has no phone: the front desk writes it on a slip of paper."""
    found = _own(request, hall)
    service = uuid_or_none(request.POST.get("service", ""))
    try:
        if service is None:
            raise InvalidInput(_("选一项业务，再取号。"), code="no_service")
        taken = actions.take_ticket(service_id=service, by=request.actor)
    except Refused as refusal:
        return _page(request, found, refusal)
    messages.success(request, _("取好了：{code}。写给办事的人。").format(code=taken.code))
    return redirect("desk:hall_board", found.pk)


@officials("window")
@require_POST
def arrival(request: StaffRequest, hall: str, appointment_id: UUID) -> HttpResponse:
    """Check somebody in whose document was compared at the front desk."""
    found = _own(request, hall)
    try:
        ticket = actions.check_in(appointment_id=appointment_id, by=request.actor)
    except Refused as refusal:
        return _page(request, found, refusal)
    messages.success(request, _("签到好了，号是 {code}。").format(code=ticket.code))
    return redirect("desk:hall_board", found.pk)


@officials(*LOOKING)
@require_POST
def closing(request: StaffRequest, hall: str) -> HttpResponse:
    """Keep the hall closed on a day; whoever had an appointment is told."""
    found = _looked_at(request, hall)
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        day = dt.date.min
    try:
        told = actions.close_hall_day(
            hall_code=found.pk, day=day, reason=request.POST.get("reason", ""), by=request.actor
        )
    except Refused as refusal:
        return _page(request, found, refusal)
    messages.success(request, _("那一天不开门。取消了 {n} 个预约，都会收到消息。").format(n=told))
    return redirect("desk:hall_board", found.pk)
