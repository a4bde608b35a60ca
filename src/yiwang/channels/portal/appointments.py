"""Book a place in a hall, and what one has booked."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.channels.portal.entrance import signed_in, to_real_name
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.domains.catalogue.content import Text
from yiwang.domains.halls import queries
from yiwang.domains.halls.actions import book_appointment, cancel_appointment, check_in, move_appointment
from yiwang.domains.halls.models import Appointment, Hall, Service
from yiwang.domains.halls.policies import REAL_NAME
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.clock import ZONE, now

STATES = {
    "booked": (gettext_noop("已约好"), "success"),
    "arrived": (gettext_noop("已签到"), "info"),
    "cancelled": (gettext_noop("已取消"), "neutral"),
    "missed": (gettext_noop("没有来"), "warning"),
}
NOON = 12


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def book(request: HttpRequest, hall: str, letter: str) -> HttpResponse:
    """/halls/<code>/appointments/<letter>: choose a day and a time, and book it."""
    if request.actor.assurance < REAL_NAME:  # type: ignore[attr-defined]
        return to_real_name(request)
    service = _service(queries.hall(hall), letter)
    if request.method != "POST":
        return _slots_page(request, service)
    try:
        booked = book_appointment(slot_id=_slot(request), by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _slots_page(request, service, refusal)
    messages.success(request, _("约好了。前一天会提醒你。"))
    return redirect("portal:appointment", booked.pk)


def _service(hall: Hall, letter: str) -> Service:
    found = next((s for s in queries.services_of(hall) if s.letter == letter and s.places > 0), None)
    if found is None:
        raise NotVisible
    return found


def _slot(request: HttpRequest) -> UUID:
    found = uuid_or_none(request.POST.get("slot", ""))
    if found is None:
        raise InvalidInput(_("选一个时段。"), code="no_slot")
    return found


def _slots_page(
    request: HttpRequest, service: Service, refusal: Refused | None = None, moving: Appointment | None = None
) -> HttpResponse:
    """Show the days that may be booked, and the slots of one of them, morning and afternoon apart."""
    slots = queries.slots_of(service)
    days = _days(slots, request.GET.get("day", request.POST.get("day", "")))
    chosen = next((d["date"] for d in days if d["is_here"]), None)
    of_day = [s for s in slots if s.starts_at.astimezone(ZONE).date() == chosen]
    why_not = "" if moving else queries.why_not_book(request.actor.known_id)  # type: ignore[attr-defined]
    context = {
        "hall": {"code": service.hall_id, "name": Text(service.hall.name, service.hall.name_en)},
        "service": {"letter": service.letter, "name": Text(service.name, service.name_en)},
        "days": days,
        "day": chosen,
        "parts": [
            {"words": words, "slots": [s for s in of_day if (s.starts_at.astimezone(ZONE).hour < NOON) == is_morning]}
            for words, is_morning in ((_("上午"), True), (_("下午"), False))
        ],
        "moving": moving,
        "why_not": why_not,
        "refusal": _(str(refusal.message)) if refusal else "",
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return render(request, "portal/halls/slots.html", context, status=status)


def _days(slots: list[Any], wanted: str) -> list[dict[str, Any]]:
    """Return the days on which there are slots, with how many places are left; the wanted one, or the first free, is here."""
    left: dict[dt.date, int] = {}
    for slot in slots:
        day = slot.starts_at.astimezone(ZONE).date()
        left[day] = left.get(day, 0) + max(slot.left, 0)
    named = next((d for d in left if d.isoformat() == wanted), None)
    here = named or next((d for d, n in left.items() if n), next(iter(left), None))
    return [{"date": d, "left": n, "is_here": d == here} for d, n in left.items()]


def appointment_row(one: Appointment) -> dict[str, Any]:
    """Return an appointment as pages show it."""
    words, color = STATES[one.state]
    return {
        "id": one.pk,
        "hall": {"code": one.hall_id, "name": Text(one.hall.name, one.hall.name_en)},
        "place": Text(one.hall.place, one.hall.place_en),
        "service": Text(one.slot.service.name, one.slot.service.name_en),
        "starts_at": one.slot.starts_at,
        "ends_at": one.slot.ends_at,
        "state": _(words),
        "color": color,
        "code": one.code,
        "is_ahead": one.state == "booked" and one.slot.starts_at > now(),
        "may_check_in": one.state == "booked" and one.day == now().astimezone(ZONE).date(),
    }


@require_safe
@signed_in
def appointments(request: HttpRequest) -> HttpResponse:
    """/me/appointments: what lies ahead, and what was."""
    rows = [appointment_row(one) for one in queries.my_appointments(request.actor)]  # type: ignore[attr-defined]
    context = {
        "ahead": [row for row in rows if row["is_ahead"] or row["may_check_in"]],
        "past": [row for row in rows if not (row["is_ahead"] or row["may_check_in"])],
        "notes": [str(message) for message in messages.get_messages(request)],
    }
    return render(request, "portal/halls/appointments.html", context)


@require_safe
@signed_in
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """/me/appointments/<id>: where, when, with what; and moving it, giving it up, checking in."""
    return _page(request, appointment_id)


def _page(request: HttpRequest, appointment_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    found = queries.appointment_of(request.actor, appointment_id)  # type: ignore[attr-defined]
    mine = queries.my_ticket(request.actor, found.hall)  # type: ignore[attr-defined]
    context = {
        "one": appointment_row(found),
        "mine": {"ticket": mine[0], "before": mine[1]} if mine and mine[0].appointment_id == found.pk else None,
        "refusal": _(str(refusal.message)) if refusal else "",
        "notes": [str(message) for message in messages.get_messages(request)],
    }
    return render(request, "portal/halls/appointment.html", context, status=409 if refusal else 200)


@require_POST
@signed_in
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """POST /me/appointments/<id>/cancellation: give it up."""
    try:
        cancel_appointment(appointment_id=appointment_id, by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _page(request, appointment_id, refusal)
    messages.success(request, _("预约取消了，位子已经让给别人。"))
    return redirect("portal:appointments")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def move(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """/me/appointments/<id>/move: choose another time in the same hall."""
    found = queries.appointment_of(request.actor, appointment_id)  # type: ignore[attr-defined]
    if request.method != "POST":
        if not appointment_row(found)["is_ahead"]:
            return redirect("portal:appointment", found.pk)
        return _slots_page(request, found.slot.service, moving=found)
    try:
        move_appointment(appointment_id=found.pk, slot_id=_slot(request), by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _slots_page(request, found.slot.service, refusal, moving=found)
    messages.success(request, _("时间改好了。"))
    return redirect("portal:appointment", found.pk)


@require_POST
@signed_in
def arrive(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """POST /me/appointments/<id>/arrival: check in, in the hall; a number comes back."""
    try:
        ticket = check_in(appointment_id=appointment_id, by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _page(request, appointment_id, refusal)
    messages.success(request, _("签到好了，你的号是 {code}。").format(code=ticket.code))
    return redirect("portal:appointment", appointment_id)
