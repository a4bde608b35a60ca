"""大厅: administrators keep the halls of their division: open one, its door plate, its queues and windows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.catalogue.content import Text
from yiwang.domains.halls.actions import change_hall, open_hall, set_service, set_window
from yiwang.domains.halls.models import Hall, Service, Window
from yiwang.domains.halls.queries import day_hours, hours_words, services_of
from yiwang.domains.halls.queries.places import (
    closures_ahead,
    kept_hall,
    kept_halls,
    offices_near,
    offices_to_run,
    windows_of,
)
from yiwang.domains.halls.queries.rooms import effect_of_service
from yiwang.domains.halls.queries.typed import Details, ServiceTyped, checked_service
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.clock import today

KEEPER = "administrator"
HOURS_ROWS = 3
"""How many stretches a kind of day has on the form."""
NEW = "new"


@officials(KEEPER)
@require_GET
def halls(request: StaffRequest) -> HttpResponse:
    """Show the halls of one's division."""
    rows = [
        {
            "code": hall.pk,
            "name": Text(hall.name, hall.name_en),
            "office": hall.office.name,
            "hours": hours_words(day_hours(hall).get("workday", [])),
        }
        for hall in kept_halls(request.actor)
    ]
    return staff_page(request, "console/halls.html", {"rows": rows})


@officials(KEEPER)
@require_http_methods(["GET", "POST"])
def new_hall(request: StaffRequest) -> HttpResponse:
    """Enter a new hall; its hours, queues and windows follow on its page."""
    refusal = None
    if request.method == "POST":
        post = request.POST
        code, office = post.get("code", "").strip(), post.get("office", "")
        try:
            hall = open_hall(code=code, office_code=office, details=_details(request), by=request.actor)
        except Refused as found:
            refusal = found
        else:
            messages.success(request, _("大厅建好了。接着写开门时间、队列和窗口。"))
            return redirect("console:hall", hall.pk)
    context = {
        **said_of(refusal),
        "offices": offices_to_run(request.actor),
        "typed": {**dict.fromkeys(("code", "office", *Details._fields), ""), **request.POST.dict()},
    }
    return staff_page(request, "console/hall_new.html", context, status=status_of(refusal))


def _details(request: StaffRequest) -> Details:
    return Details(*(request.POST.get(field, "") for field in Details._fields))


def said_of(refusal: Refused | None) -> dict[str, Any]:
    """Return what a page says of a refusal: words for the top, and words for fields."""
    problems = dict(refusal.errors) if refusal else {}
    return {"refusal": _(str(refusal.message)) if refusal and not problems else "", "problems": problems}


def status_of(refusal: Refused | None) -> int:
    """Return the status of a page that may say a refusal."""
    return 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409


@officials(KEEPER)
@require_GET
def hall(request: StaffRequest, hall: str) -> HttpResponse:
    """Show one hall: what stands on its door, when it is open, its queues and windows."""
    return hall_page(request, kept_hall(request.actor, hall))


def hall_page(request: StaffRequest, hall: Hall, refusal: Refused | None = None, part: str = "") -> HttpResponse:
    """Return the page of a hall, with what is wrong in one of its forms."""
    details = {field: getattr(hall, field) for field in Details._fields}
    context = {
        **said_of(refusal),
        "refused_part": part,
        "hall": {"code": hall.pk, "name": Text(hall.name, hall.name_en), "office": hall.office.name},
        "details": {**details, **(request.POST.dict() if part == "details" else {})},
        "days": [
            {"key": key, "words": words, "rows": _hours_rows(request, hall, key, part == "hours")}
            for key, words in (("workday", _("工作日")), ("weekend", _("周末（放假的日子除外）")))
        ],
        "closures": closures_ahead(hall),
        "closing": {"day": "", "reason": "", **(request.POST.dict() if part == "closing" else {})},
        "today": today(),
        "services": [_service_row(one) for one in services_of(hall)],
        "windows": [_window_row(one) for one in windows_of(hall)],
    }
    return staff_page(request, "console/hall.html", context, status=status_of(refusal))


def _hours_rows(request: StaffRequest, hall: Hall, days: str, was_typed: bool) -> list[dict[str, str]]:
    known = [(_clock(a), _clock(b)) for a, b in day_hours(hall).get(days, [])] + [("", "")] * HOURS_ROWS
    rows = []
    for at in range(max(HOURS_ROWS, len(known) - HOURS_ROWS)):
        names = [f"{days}-{at}-{end}" for end in ("from", "until")]
        opens, closes = (request.POST.get(name, "") for name in names) if was_typed else known[at]
        rows.append({"from_name": names[0], "until_name": names[1], "from": opens, "until": closes})
    return rows


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _service_row(one: Service) -> dict[str, Any]:
    return {
        "letter": one.letter,
        "name": Text(one.name, one.name_en),
        "offices": [office.name for office in one.offices.all()],
        "minutes": one.slot_minutes,
        "places": one.places,
        "days_ahead": one.days_ahead,
    }


def _window_row(one: Window) -> dict[str, Any]:
    return {
        "number": one.number,
        "office": one.office.name,
        "letters": "".join(sorted(service.letter for service in one.services.all())),
        "clerk": one.clerk.name if one.clerk else "",
    }


@officials(KEEPER)
@require_http_methods(["GET", "POST"])
def service(request: StaffRequest, hall: str, letter: str) -> HttpResponse:
    """Show one queue of a hall, say what a change does to those who have booked, and change it."""
    found = kept_hall(request.actor, hall)
    known = next((one for one in services_of(found) if one.letter == letter), None)
    if known is None and letter != NEW:
        raise NotVisible
    if request.method == "GET":
        return _service_page(request, found, known)
    typed = _service_typed(request, known)
    try:
        if request.POST.get("step") != "save":
            return _service_effect(request, found, known, checked_service(typed))
        set_service(hall_code=found.pk, typed=typed, seen=request.POST.get("seen", ""), by=request.actor)
    except Refused as refusal:
        return _service_page(request, found, known, refusal)
    messages.success(request, _("队列 {letter} 存好了。").format(letter=typed.letter))
    return redirect("console:hall", found.pk)


def _service_typed(request: StaffRequest, known: Service | None) -> ServiceTyped:
    post = request.POST
    return ServiceTyped(
        letter=known.letter if known else post.get("letter", "").strip().upper(),
        name=post.get("name", ""),
        name_en=post.get("name_en", ""),
        offices=tuple(dict.fromkeys(post.getlist("offices"))),
        slot_minutes=whole(post.get("slot_minutes", "")),
        places=whole(post.get("places", "")),
        days_ahead=whole(post.get("days_ahead", "")),
    )


def whole(text: str) -> int:
    """Return a whole number; -1, which no figure of a hall is, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


def _service_page(
    request: StaffRequest, hall: Hall, known: Service | None, refusal: Refused | None = None
) -> HttpResponse:
    chosen = [office.pk for office in known.offices.all()] if known else []
    fields = ("letter", "name", "name_en", "slot_minutes", "places", "days_ahead")
    stands = {field: str(getattr(known, field)) for field in fields} if known else dict.fromkeys(fields, "")
    context = {
        **said_of(refusal),
        "hall": {"code": hall.pk, "name": Text(hall.name, hall.name_en)},
        "letter": known.letter if known else NEW,
        "is_new": known is None,
        "typed": {**(stands if known else stands | {"slot_minutes": "30", "places": "0", "days_ahead": "14"})}
        | (request.POST.dict() if refusal else {}),
        "chosen": request.POST.getlist("offices") if refusal else chosen,
        "offices": offices_near(hall, chosen),
    }
    return staff_page(request, "console/hall_service.html", context, status=status_of(refusal))


def _service_effect(request: StaffRequest, hall: Hall, known: Service | None, typed: ServiceTyped) -> HttpResponse:
    effect = effect_of_service(known, typed.places)
    lines = [_("已经约好的 {n} 个预约都照旧，时间和位子不变。").format(n=effect.booked)] if effect.booked else []
    if effect.beyond:
        words = _("有 {n} 个时段约的人比以后的位子多。约好的都算数，那些时段不再接新的预约。")
        lines.append(words.format(n=effect.beyond))
    if known and typed.slot_minutes != known.slot_minutes and effect.booked:
        lines.append(_("时段重新切分。约好的仍按原来的时间来，占着新时段里的位子。"))
    if known and known.places and not typed.places:
        lines.append(_("以后不再接受预约，只在大厅取号。"))
    lines = lines or [_("现在没有预约受影响。")]
    return effect_page(request, hall, _("队列 {letter}").format(letter=typed.letter), lines, mark=effect.mark)


def effect_page(
    request: StaffRequest,
    hall: Hall,
    title: str,
    lines: list[str],
    *,
    rows: list[dict[str, Any]] | None = None,
    mark: str = "",
    fields: Callable[[str], bool] = lambda name: name not in {"csrfmiddlewaretoken", "step", "seen"},
) -> HttpResponse:
    """Return the page that says what a change does to those who have booked, before it is made."""
    found = rows or []
    context = {
        "hall": {"code": hall.pk, "name": Text(hall.name, hall.name_en)},
        "title": title,
        "lines": lines,
        "rows": found[:MOST_SHOWN],
        "left_out": max(0, len(found) - MOST_SHOWN),
        "mark": mark,
        "kept": [(name, text) for name in request.POST if fields(name) for text in request.POST.getlist(name)],
        "here": request.path,
    }
    return staff_page(request, "console/hall_effect.html", context)


MOST_SHOWN = 60


@officials(KEEPER)
@require_http_methods(["GET", "POST"])
def window(request: StaffRequest, hall: str, number: str) -> HttpResponse:
    """Show one window of a hall, and change whose it is and what it serves."""
    found = kept_hall(request.actor, hall)
    known = next((one for one in windows_of(found) if str(one.number) == number), None)
    if known is None and number != NEW:
        raise NotVisible
    if request.method == "GET":
        return _window_page(request, found, known)
    post = request.POST
    wanted = known.number if known else whole(post.get("number", ""))
    letters = "".join(dict.fromkeys(post.getlist("letters")))
    try:
        set_window(
            hall_code=found.pk, number=wanted, office_code=post.get("office", ""), letters=letters, by=request.actor
        )
    except Refused as refusal:
        return _window_page(request, found, known, refusal)
    messages.success(request, _("{n} 号窗口存好了。").format(n=wanted))
    return redirect("console:hall", found.pk)


def _window_page(
    request: StaffRequest, hall: Hall, known: Window | None, refusal: Refused | None = None
) -> HttpResponse:
    chosen = [one.letter for one in known.services.all()] if known else []
    context = {
        **said_of(refusal),
        "hall": {"code": hall.pk, "name": Text(hall.name, hall.name_en)},
        "number": known.number if known else NEW,
        "is_new": known is None,
        "typed": {"number": "", "office": known.office_id if known else hall.office_id}
        | (request.POST.dict() if refusal else {}),
        "chosen": request.POST.getlist("letters") if refusal else chosen,
        "services": [(one.letter, Text(one.name, one.name_en)) for one in services_of(hall)],
        "offices": offices_near(hall, [known.office_id] if known else []),
    }
    return staff_page(request, "console/hall_window.html", context, status=status_of(refusal))


@officials(KEEPER)
@require_POST
def details(request: StaffRequest, hall: str) -> HttpResponse:
    """Change what stands on the door."""
    found = kept_hall(request.actor, hall)
    try:
        change_hall(hall_code=found.pk, details=_details(request), by=request.actor)
    except Refused as refusal:
        return hall_page(request, found, refusal, "details")
    messages.success(request, _("存好了。"))
    return redirect("console:hall", found.pk)
