"""/stats/: how every office does its work, in figures that are kept as things happen."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.ui.fronting import for_everybody
from yiwang.domains.catalogue.content import Text
from yiwang.domains.organisations.queries import office as office_by_code
from yiwang.domains.supervision.queries import (
    MOST_LATE,
    LateNow,
    OfficeFigures,
    figures_in_total,
    figures_of_office,
    late_now,
    offices_with_figures,
    years_with_figures,
)
from yiwang.foundation.clock import today

ROWS = 50
PARTS = (0, 1, 3, 5, 10, 20, 30)
"""Working days: the last of each part of the chart of times, but for the last part, which is open."""


@for_everybody
def stats(request: HttpRequest) -> HttpResponse:
    """Show all offices together, then each of them, those with the most cases first."""
    years = years_with_figures() or [today().year]
    year = _year(request, years)
    found = offices_with_figures(year, after=_after(request.GET.get("after", "")), limit=ROWS + 1)
    shown, last = found[:ROWS], found[ROWS - 1] if len(found) > ROWS else None
    here = reverse("portal:stats")
    after = f"{last.count('submitted')}.{last.office.code}" if last and last.office else ""
    late = late_now([one.office.code for one in shown if one.office]) if year == today().year else {}
    whole = LateNow(sum(one.promise for one in late.values()), sum(one.law for one in late.values()))
    is_all = len(found) <= ROWS and "after" not in request.GET
    context = {
        "year": year,
        "years": years,
        "total": _figures(figures_in_total(year)) | (_late(whole) if is_all else {}),
        "offices": [_figures(one) | _late(late.get(one.office.code)) for one in shown if one.office],
        "next_url": f"{here}?{urlencode({'year': year, 'after': after})}" if after else "",
        "first_url": f"{here}?year={year}" if "after" in request.GET else "",
    }
    return render(request, "portal/stats.html", context)


@for_everybody
def office_stats(request: HttpRequest, office: str) -> HttpResponse:
    """Show one office: what came in, how it ended, how long it took, which cards it got."""
    found = office_by_code(office)
    if found is None:
        raise Http404
    years = years_with_figures() or [today().year]
    year = _year(request, years)
    figures = figures_of_office(office, year)
    late = late_now([office]) if year == today().year else {}
    context = {
        "year": year,
        "years": years,
        "code": office,
        "name": Text(found.name, found.name_en),
        "figures": _figures(figures) | _late(late.get(office)),
        "outcomes": [{"words": words, "count": figures.count(key)} for key, words in _outcomes()],
        "cards": [{"words": words, "count": figures.count(key)} for key, words in _cards()],
        "times": _times(figures),
        "timed": sum(figures.times.get("days_decision", {}).values()),
    }
    return render(request, "portal/office_stats.html", context)


def _year(request: HttpRequest, years: list[int]) -> int:
    text = request.GET.get("year", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else years[0]
    return wanted if wanted in years else years[0]


def _after(text: str) -> tuple[int, str] | None:
    count, _dot, code = text[:60].partition(".")
    return (int(count), code) if count.isascii() and count.isdigit() and len(count) < 10 and code else None


def _figures(one: OfficeFigures) -> dict[str, Any]:
    return {
        "code": one.office.code if one.office else "",
        "name": Text(one.office.name, one.office.name_en) if one.office else None,
        "submitted": one.count("submitted"),
        "decided": one.count("granted", "refused", "not_accepted"),
        "promise": one.share("in_promise", "after_promise"),
        "law": one.share("in_law", "after_law"),
        "accept_days": one.median("days_acceptance"),
        "decide_days": one.median("days_decision"),
        "yellow": one.count("card_yellow"),
        "red": one.count("card_red"),
    }


def _late(late: LateNow | None) -> dict[str, str]:
    """Return what is late and still open, beside the shares, which only what has ended can have."""
    found = late or LateNow()
    return {
        key: f"{min(count, MOST_LATE)}{'+' if count >= MOST_LATE else ''}" if count else ""
        for key, count in (("late_promise", found.promise), ("late_law", found.law))
    }


def _outcomes() -> list[tuple[str, str]]:
    return [
        ("submitted", _("收到")),
        ("accepted", _("受理")),
        ("corrected", _("告知补正")),
        ("deemed", _("没有按时答复，视为受理")),
        ("not_needed", _("不用办，告知不受理")),
        ("not_accepted", _("不予受理")),
        ("granted", _("准予")),
        ("refused", _("不予许可")),
        ("withdrawn", _("申请人撤回")),
        ("lapsed", _("没有补正，结束")),
        ("terminated", _("终止办理")),
        ("voided", _("作废")),
    ]


def _cards() -> list[tuple[str, str]]:
    return [
        ("card_warning", _("预警")),
        ("card_yellow", _("黄牌")),
        ("card_red", _("红牌")),
        ("card_explained", _("按时说明")),
        ("card_explained_late", _("晚了才说明")),
        ("card_escalated", _("到期没有说明，升级")),
        ("finding_fault", _("结论：部门有责任")),
        ("finding_excused", _("结论：有正当理由")),
        ("finding_mistaken", _("结论：误发")),
    ]


def _times(one: OfficeFigures) -> list[dict[str, Any]]:
    """Return how many cases were decided within how many working days, in a few parts."""
    times = one.times.get("days_decision", {})
    parts, before = [], -1
    for last in PARTS:
        count = sum(n for days, n in times.items() if before < days <= last)
        words = _("当天") if last == 0 else _("第 {n} 个工作日").format(n=last)
        if last - before > 1 and last:
            words = _("第 {a} 到 {b} 个工作日").format(a=before + 1, b=last)
        parts.append({"words": words, "count": count})
        before = last
    parts.append(
        {"words": _("{n} 个工作日以后").format(n=before), "count": sum(n for d, n in times.items() if d > before)}
    )
    return parts if times else []
