"""When a hall is open: its hours, and days on which it stays closed. What happens to bookings is said before it happens."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.channels.console.halls import HOURS_ROWS, KEEPER, effect_page, hall_page
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.channels.ui.wording import date_cn
from yiwang.domains.catalogue.content import Text
from yiwang.domains.halls.actions import close_hall_day, reopen_hall_day, set_opening_hours
from yiwang.domains.halls.queries import day_hours
from yiwang.domains.halls.queries.opening import Hours
from yiwang.domains.halls.queries.places import kept_hall
from yiwang.domains.halls.queries.rooms import Effect, effect_of_hours
from yiwang.domains.halls.queries.typed import MOST_STRETCHES, checked_hours
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.clock import today


@officials(KEEPER)
@require_POST
def hours(request: StaffRequest, hall: str) -> HttpResponse:
    """Say what other opening hours do to those who have booked; then change them."""
    found = kept_hall(request.actor, hall)
    try:
        wanted = checked_hours(_hours_typed(request))
        if request.POST.get("step") != "save":
            effect = effect_of_hours(found, wanted)
            return effect_page(request, found, _("开门时间"), _lines(effect), rows=_rows(effect), mark=effect.mark)
        moved, cancelled = set_opening_hours(
            hall_code=found.pk, hours=wanted, seen=request.POST.get("seen", ""), by=request.actor
        )
    except Refused as refusal:
        return hall_page(request, found, refusal, "hours")
    words = _("开门时间改好了。换了时间的 {moved} 个，取消的 {cancelled} 个，都会收到消息。")
    messages.success(request, words.format(moved=moved, cancelled=cancelled))
    return redirect("console:hall", found.pk)


def _hours_typed(request: StaffRequest) -> Hours:
    """Return the hours as they were typed; a stretch that cannot be read is one that cannot hold."""
    found = Hours()
    for days in ("workday", "weekend"):
        rows = []
        for at in range(max(HOURS_ROWS, MOST_STRETCHES)):
            ends = [request.POST.get(f"{days}-{at}-{end}", "").strip() for end in ("from", "until")]
            if any(ends):
                rows.append((_minutes(ends[0]), _minutes(ends[1])))
        found[days] = rows
    return found


def _minutes(text: str) -> int:
    """Return a time of day in minutes; -1 for what is none. 24:00 is the end of the day."""
    hour, _colon, minute = text.partition(":")
    if not (hour.isascii() and hour.isdigit() and minute[:2].isascii() and minute[:2].isdigit() and len(hour) < 3):
        return -1
    total = int(hour) * 60 + int(minute[:2])
    return total if int(minute[:2]) < 60 and total <= 24 * 60 else -1


def _lines(effect: Effect) -> list[str]:
    lines = []
    if effect.moved:
        lines.append(_("{n} 个预约换到同一天最近的空位，本人会收到消息，可以自己再改。").format(n=len(effect.moved)))
    if effect.cancelled:
        lines.append(_("{n} 个预约取消，那天没有合适的空位。本人会收到消息和短信。").format(n=len(effect.cancelled)))
    if effect.kept:
        lines.append(_("{n} 个预约照旧。").format(n=effect.kept))
    return lines or [_("现在没有预约受影响。")]


def _rows(effect: Effect) -> list[dict[str, Any]]:
    """Return what happens to each booking: when, in which queue; nobody's name."""
    rows = [(one, at) for one, at in effect.moved] + [(one, None) for one in effect.cancelled]
    return [
        {
            "from": one.slot.starts_at,
            "to": at,
            "queue": Text(one.slot.service.name, one.slot.service.name_en),
        }
        for one, at in sorted(rows, key=lambda row: row[0].slot.starts_at)
    ]


def _day(request: StaffRequest) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        problem = ("day", _("填日期，例如 2027-02-17。"))
        raise InvalidInput(problem[1], code="days", errors=[problem]) from None


@officials(KEEPER)
@require_POST
def closing(request: StaffRequest, hall: str) -> HttpResponse:
    """Say how many appointments a closed day would cancel; then close it."""
    found = kept_hall(request.actor, hall)
    post = request.POST
    try:
        day = _day(request)
        if post.get("step") != "save" and post.get("reason", "").strip() and day >= today():
            effect = effect_of_hours(found, day_hours(found), {day: True})
            title = _("{date}不开门").format(date=date_cn(day, year=True))
            return effect_page(request, found, title, _lines(effect), rows=_rows(effect), mark=effect.mark)
        told = close_hall_day(
            hall_code=found.pk, day=day, reason=post.get("reason", ""), seen=post.get("seen", ""), by=request.actor
        )
    except Refused as refusal:
        return hall_page(request, found, refusal, "closing")
    messages.success(request, _("那一天不开门。取消了 {n} 个预约，都会收到消息。").format(n=told))
    return redirect("console:hall", found.pk)


@officials(KEEPER)
@require_POST
def reopening(request: StaffRequest, hall: str) -> HttpResponse:
    """Open the hall on that day after all."""
    found = kept_hall(request.actor, hall)
    try:
        reopen_hall_day(hall_code=found.pk, day=_day(request), by=request.actor)
    except Refused as refusal:
        return hall_page(request, found, refusal, "closing")
    messages.success(request, _("那一天照常开门，可以预约了。取消了的预约不会自己回来。"))
    return redirect("console:hall", found.pk)
