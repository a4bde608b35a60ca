"""Apply: one page at a time, everything saved as one goes."""

from functools import partial

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal import holding
from yiwang.channels.portal.choices import excused, keep_about, may_wait
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.opening import (
    UNREADABLE,
    found_item,
    gate,
    keep_typed,
    onward,
    opened,
    pressed,
    without_draft,
)
from yiwang.channels.portal.sheets import (
    Sheet,
    entry_url,
    field_context,
    open_sheet,
    page_url,
)
from yiwang.domains.cases.actions import start_draft
from yiwang.foundation.forms import PageInput


@signed_in
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an application, or go on where it was left."""
    item = found_item(code)
    if stop := gate(request, item):
        return stop
    keep_about(request, code)
    draft = start_draft(item_code=code, by=request.actor)  # type: ignore[attr-defined]
    sheet = open_sheet(item, draft)
    if draft.saved_at == draft.created_at:
        return HttpResponseRedirect(page_url(code, sheet.pages[0].key))
    missing = sheet.form.problems(sheet.answers)
    pages = {field: f.page for field, f in sheet.form.fields.items()}
    later = excused(sheet, request.actor, missing)  # type: ignore[attr-defined]
    first = next((pages[p.top] for p in missing if p.top in pages and p not in later), None)
    return HttpResponseRedirect(page_url(code, first) if first else reverse("portal:apply-check", args=[code]))


def page(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """One page of the form: show it, or save what was typed and go on."""
    if not request.actor.is_person and request.method == "POST":  # type: ignore[attr-defined]
        return holding.hold(request)
    return _page(request, code, page)


@signed_in
def _page(request: HttpRequest, code: str, page: str) -> HttpResponse:
    sheet = opened(request, code)
    if isinstance(sheet, HttpResponse):
        return sheet
    if page not in {p.key for p in sheet.pages}:
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    if request.method == "POST":
        return _save(request, sheet, page)
    held = holding.held_for_page(request)
    if held is None:
        return _show(request, sheet, page, None)
    given = sheet.form.read_page(page, held, sheet.answers)
    return _show(request, sheet, page, msgspec.structs.replace(given, problems=[]), is_held=True)


def _save(request: HttpRequest, sheet: Sheet, page: str) -> HttpResponse:
    """Keep what was typed, right or wrong; go on when it is right."""
    if holding.draft_of_page(request) not in (None, str(sheet.draft.pk)):
        return without_draft(request, sheet.item.code)
    form = sheet.form
    files, given = keep_typed(request, sheet, form.page(page).fields, partial(form.read_page, page))
    if request.POST.get("exit") and not files.refused:
        return onward(request, reverse("portal:cases"))
    sheet = sheet.answered(given.answers)
    code, to = sheet.item.code, request.POST.get("to", "")
    if button := pressed(request):
        if files.refused or given.unreadable or button.endswith("-look"):
            shown = msgspec.structs.replace(given, problems=[*files.refused.values()])
            return _show(request, sheet, page, shown)
        return onward(request, _detour(request, sheet, page, button))
    later = excused(sheet, request.actor, given.problems)  # type: ignore[attr-defined]
    if len(later) < len(given.problems):
        return _show(request, sheet, page, given)
    if given.revealed:
        field = sheet.form.fields[given.revealed[0]]
        return onward(request, f"{page_url(code, page, to)}#{field.anchor}")
    return onward(request, _next_url(sheet, page, to))


def _detour(request: HttpRequest, sheet: Sheet, page: str, button: str) -> str:
    """Return where a button leads that does not finish the page: the entry of a group, or the place where it was button."""
    code, to = sheet.item.code, request.POST.get("to", "")
    key = button.rpartition("-")[0]
    field = sheet.form.fields.get(key)
    here = page_url(code, page, to)
    if field is None or not field.columns:
        return f"{here}#f-{key}"
    rows = field.rows(sheet.answers.get(key))
    if button.endswith("-remove"):
        return f"{here}#{field.anchor}"
    if field.widget == "table":
        last = field.cell(max(len(rows) - 1, 0), field.columns[0])
        return f"{here}#{last.anchor}"
    row = request.POST.get(button, "") if button.endswith("-edit") else ""
    at = int(row) if row.isascii() and row.isdigit() and int(row) < len(rows) else len(rows)
    return entry_url(code, page, key, at, to) if at < field.max_items else f"{here}#{field.anchor}"


def _next_url(sheet: Sheet, page: str, to: str) -> str:
    code = sheet.item.code
    keys = [p.key for p in sheet.pages]
    at = keys.index(page) if page in keys else len(keys) - 1
    if to == "check" or at + 1 >= len(keys):
        return reverse("portal:apply-check", args=[code])
    return page_url(code, keys[at + 1])


def _show(
    request: HttpRequest, sheet: Sheet, page: str, given: PageInput | None, *, is_held: bool = False
) -> HttpResponse:
    keys = [p.key for p in sheet.pages]
    if page not in keys:  # what was typed hid the page itself
        return HttpResponseRedirect(reverse("portal:apply", args=[sheet.item.code]))
    at = keys.index(page)
    code, to = sheet.item.code, request.POST.get("to", request.GET.get("to", ""))
    back = reverse("portal:apply-check", args=[code]) if to == "check" else ""
    back = back or (page_url(code, keys[at - 1]) if at else reverse("portal:item", args=[code]))
    context = {
        "item": {"code": code, "name": sheet.name},
        "page": sheet.pages[at],
        "input": _led_to_entries(sheet, given),
        "step": at + 1,
        "steps": len(keys) + 1,
        "back_url": back,
        "to": "check" if to == "check" else "",
        "exit_form": "page",
        "saved_at": sheet.draft.saved_at if sheet.draft.saved_at != sheet.draft.created_at else None,
        "is_held": is_held,
        "has_newer": sheet.has_newer,
        "token": holding.page_token(sheet.draft),
        "may_wait": may_wait(sheet, request.actor, list(sheet.form.page(page).fields)),  # type: ignore[attr-defined]
        **field_context(request, sheet, page),
    }
    wrong = bool(given and given.problems)
    return render(request, "portal/apply/page.html", context, status=UNREADABLE if wrong else 200)


def _led_to_entries(sheet: Sheet, given: PageInput | None) -> PageInput | None:
    """Return the same, with problems inside a group leading to the entry in the list, where its button stands."""
    if given is None:
        return None
    return msgspec.structs.replace(
        given,
        problems=[
            msgspec.structs.replace(p, anchor="f-" + "-".join(p.field.split("-")[:2]))
            if "-" in p.field and sheet.form.fields[p.top].widget == "group"
            else p
            for p in given.problems
        ],
    )
