"""/halls/: where the halls are, when they are open, how busy they are now, and the screen that hangs in them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from yiwang.channels.portal.entrance import signed_in, to_real_name
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.keeping import Kept
from yiwang.domains.catalogue.content import Text
from yiwang.domains.halls import queries
from yiwang.domains.halls.actions import leave_queue, take_ticket
from yiwang.domains.halls.models import Hall
from yiwang.domains.halls.policies import REAL_NAME
from yiwang.domains.halls.queries import Busy
from yiwang.domains.regions.queries import full_name
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.clock import now

KEEP_SECONDS = 5
KEEP_LINKS = 300
SCREEN_SECONDS = 10
MOST_HALLS = 500
LEVELS = {
    "closed": (gettext_noop("现在没有开门"), "neutral"),
    "idle": (gettext_noop("现在几乎不用等"), "success"),
    "normal": (gettext_noop("现在有人在等"), "info"),
    "busy": (gettext_noop("现在人很多"), "warning"),
}
"""How busy → words and colour."""

_kept_links: Kept[dict[str, list[tuple[str, str, str]]]] = Kept(most=1, seconds=KEEP_LINKS)
_kept_busy: Kept[Busy] = Kept(most=MOST_HALLS, seconds=KEEP_SECONDS)


def busy_now(hall: Hall) -> Busy:
    """Return how busy a hall is; for some seconds everybody is told the same."""
    return _kept_busy.get(hall.pk, lambda: queries.busy(hall))


def hall_row(hall: Hall) -> dict[str, Any]:
    """Return a hall as a list shows it, with how busy it is now."""
    now_ = busy_now(hall)
    words, color = LEVELS[now_.level]
    return {
        "code": hall.pk,
        "name": Text(hall.name, hall.name_en),
        "place": Text(hall.place, hall.place_en),
        "region": Text(full_name(hall.region_id or ""), full_name(hall.region_id or "", "en")),
        "level": _(words),
        "color": color,
        "waiting": now_.waiting,
        "opens_next": now_.opens_next,
    }


def hall_links(office_code: str) -> list[dict[str, Any]]:
    """Return the halls in which an office is served, for its page and its guides."""
    found = _kept_links.get("all", queries.halls_by_office).get(office_code, [])
    return [{"code": code, "name": Text(name, name_en)} for code, name, name_en in found]


@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """All halls, each with how busy it is."""
    response = render(request, "portal/halls/halls.html", {"halls": [hall_row(one) for one in queries.halls()]})
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def hall(request: HttpRequest, hall: str) -> HttpResponse:
    """One hall: open or not, how long one waits for what, and the ways in: book, or take a number."""
    return _hall_page(request, hall)


def _hall_page(request: HttpRequest, code: str, refusal: Refused | None = None) -> HttpResponse:
    found = queries.hall(code)
    state = busy_now(found)
    hours = queries.day_hours(found)
    mine = queries.my_ticket(request.actor, found)  # type: ignore[attr-defined]
    offices = {one.service.pk: one for one in state.services}
    context = {
        "hall": hall_row(found) | {"phone": found.phone, "office": Text(found.office.name, found.office.name_en)},
        "office_code": found.office_id,
        "busy": state,
        "hours": [
            {"days": _(words), "words": queries.hours_words(hours[kind])}
            for kind, words in (("workday", gettext_noop("工作日")), ("weekend", gettext_noop("周末")))
            if kind in hours
        ],
        "services": [
            {
                "id": one.pk,
                "letter": one.letter,
                "name": Text(one.name, one.name_en),
                "offices": [{"code": o.code, "name": Text(o.name, o.name_en)} for o in one.offices.all()],
                "takes_appointments": one.places > 0,
                "busy": offices.get(one.pk),
            }
            for one in queries.services_of(found)
        ],
        "mine": {"ticket": mine[0], "before": mine[1]} if mine else None,
        "refusal": _(str(refusal.message)) if refusal else "",
        "notes": [str(message) for message in messages.get_messages(request)],
        "at": now(),
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    response = render(request, "portal/halls/hall.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@signed_in
def ticket(request: HttpRequest, hall: str) -> HttpResponse:
    """POST /halls/<code>/ticket: take a number of a service, from one's own phone."""
    if request.actor.assurance < REAL_NAME:  # type: ignore[attr-defined]
        return to_real_name(request)
    service = uuid_or_none(request.POST.get("service", ""))
    try:
        if service is None:
            raise InvalidInput(_("选一项业务，再取号。"), code="no_service")
        taken = take_ticket(service_id=service, by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _hall_page(request, hall, refusal)
    messages.success(request, _("取好了：{code}。叫到会发消息给你，过号要重新取。").format(code=taken.code))
    return redirect("portal:hall", taken.hall_id)


@require_POST
@signed_in
def leave(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """POST /me/tickets/<id>/leave: give one's number back."""
    left = leave_queue(ticket_id=ticket_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("号退掉了。"))
    return redirect("portal:hall", left.hall_id)


@require_safe
def screen(request: HttpRequest, hall: str) -> HttpResponse:
    """The big screen of a hall: which number goes to which window. It asks again by itself, without any script."""
    found = queries.hall(hall)
    state = busy_now(found)
    context = {
        "hall": Text(found.name, found.name_en),
        "called": queries.called_lately(found),
        "busy": state,
        "services": [{"name": Text(s.service.name, s.service.name_en), "busy": s} for s in state.services],
        "at": now(),
    }
    response = render(request, "portal/halls/screen.html", context)
    response.headers["Refresh"] = str(SCREEN_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
