"""The calendar of working days: which years rest on a notice, which days differ from their weekday."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.console import CONSOLE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import date_cn
from yiwang.foundation.clock import today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.queries import calendar_days, calendar_years

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME, LONGEST_NOTICE = 60, 200


@officials(*CONSOLE_ROLES)
@require_GET
def calendar_page(request: StaffRequest) -> HttpResponse:
    """Show one year of the calendar."""
    return _page(request, _year(request.GET.get("year", "")) or today().year)


def _page(request: StaffRequest, year: int, problems: dict[str, str] | None = None) -> HttpResponse:
    official = {y.year: y.notice for y in calendar_years()}
    shown = sorted({*official, year, today().year, today().year + 1})
    rows = [
        {"date": d.date, "is_workday": d.is_workday, "name": d.name, "is_odd": (d.date.weekday() < 5) != d.is_workday}
        for d in calendar_days(year)
    ]
    context = {
        "year": year,
        "years": [{"year": y, "is_official": y in official, "is_here": y == year} for y in shown],
        "notice": official.get(year, ""),
        "is_official": year in official,
        "rows": rows,
        "may_edit": "administrator" in request.staff.roles,
        "problems": problems or {},
        "typed": request.POST.dict() if problems else {},
    }
    return staff_page(request, "console/calendar.html", context, status=422 if problems else 200)


def _year(text: str) -> int | None:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('console:calendar')}?year={year}")


@officials("administrator")
@require_POST
def enter_day(request: StaffRequest) -> HttpResponse:
    """Enter a day off, a make-up working day, or that a day is like its weekday after all."""
    post = request.POST
    name = post.get("name", "").strip()
    try:
        day = dt.date.fromisoformat(post.get("date", ""))
    except ValueError:
        day = None
    kind, problems = post.get("kind", ""), {}
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        problems["date"] = _("填日期，例如 2027-02-17。")
    if kind not in {"off", "work", "plain"}:
        problems["kind"] = _("选这一天上不上班。")
    if len(name) > LONGEST_NAME:
        problems["name"] = _("名称最多 {n} 个字。").format(n=LONGEST_NAME)
    if problems or day is None:
        return _page(request, _year(post.get("year", "")) or today().year, problems)
    works = day.weekday() < 5 if kind == "plain" else kind == "work"
    changed = set_calendar(days={day: (works, "" if kind == "plain" else name)}, official_years={}, by=request.actor)
    messages.success(
        request, _("{date}已改好。").format(date=date_cn(day, year=True)) if changed else _("和原来一样，没有改动。")
    )
    return _back(day.year)


@officials("administrator")
@require_POST
def enter_year(request: StaffRequest) -> HttpResponse:
    """Note the official notice of a year; from then on its deadlines are no longer provisional."""
    year, notice = _year(request.POST.get("year", "")), request.POST.get("notice", "").strip()
    if year is None or not notice or len(notice) > LONGEST_NOTICE:
        return _page(
            request,
            year or today().year,
            {"notice": _("填国务院办公厅通知的文号或网址，最多 {n} 个字。").format(n=LONGEST_NOTICE)},
        )
    changed = set_calendar(days={}, official_years={year: notice}, by=request.actor)
    messages.success(
        request, _("{year} 年已按通知确认。").format(year=year) if changed else _("这一年已经有通知了，没有改动。")
    )
    return _back(year)
