"""One entry of a group on a page of its own: a member of the household, a guardian, a shareholder."""

import hashlib
import json
from functools import partial
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal import holding
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.opening import UNREADABLE, keep_typed, onward, opened, pressed, without_draft
from yiwang.channels.portal.sheets import Sheet, entry_context, entry_url, page_url
from yiwang.foundation.actions import Refused
from yiwang.foundation.forms import Field, PageInput


def entry(request: HttpRequest, code: str, page: str, group: str, number: int) -> HttpResponse:
    """One entry of a group: a member of the household, a guardian. Counted from 1; one past the last adds it."""
    if not request.actor.is_person and request.method == "POST":  # type: ignore[attr-defined]
        return holding.hold(request)
    return _entry(request, code, page, group, number - 1)


@signed_in
def _entry(request: HttpRequest, code: str, page: str, group: str, row: int) -> HttpResponse:
    sheet = opened(request, code)
    if isinstance(sheet, HttpResponse):
        return sheet
    field = next((f for f in sheet.form.visible_fields(sheet.answers) if f.key == group and f.page == page), None)
    if field is None or field.widget != "group":
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    rows = field.rows(sheet.answers.get(group))
    if not 0 <= row <= len(rows) or row >= field.max_items:
        return HttpResponseRedirect(f"{page_url(code, page)}#{field.anchor}")
    if request.method == "POST":
        return _save_entry(request, sheet, field, row)
    held = holding.held_for_page(request)
    if held is None:
        return _show_entry(request, sheet, field, row, None)
    given = sheet.form.read_entry(group, row, held, sheet.answers)
    return _show_entry(request, sheet, field, row, msgspec.structs.replace(given, problems=[]), is_held=True)


def row_mark(rows: list[dict[str, Any]], row: int) -> str:
    """Return what tells an entry from its neighbours: it may have moved while somebody typed in another window."""
    known = rows[row] if row < len(rows) else None
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def _save_entry(request: HttpRequest, sheet: Sheet, group: Field, row: int) -> HttpResponse:
    """Keep one entry, right or wrong; go back to the list when it is right."""
    code, key, to = sheet.item.code, group.key, request.POST.get("to", "")
    if holding.draft_of_page(request) not in (None, str(sheet.draft.pk)):
        return without_draft(request, code)
    rows = group.rows(sheet.answers.get(key))
    mark = request.POST.get("_row", row_mark(rows, row))
    if mark != row_mark(rows, row):
        raise Refused(_("这一条在别的窗口改过或者删掉了。回到上一页，看看现在的样子再改。"), code="entry_moved")
    cells = [group.cell(row, column) for column in group.columns]
    files, given = keep_typed(request, sheet, cells, partial(sheet.form.read_entry, key, row))
    if request.POST.get("exit") and not files.refused:
        return onward(request, reverse("portal:cases"))
    sheet = sheet.answered(given.answers)
    button = pressed(request)
    if button and (files.refused or given.unreadable or button.endswith("-look")):
        shown = msgspec.structs.replace(given, problems=[*files.refused.values()])
        return _show_entry(request, sheet, group, row, shown)
    if button:
        return onward(request, f"{entry_url(code, group.page, key, row, to)}#f-{button.rpartition('-')[0]}")
    if given.problems:
        return _show_entry(request, sheet, group, row, given)
    if given.revealed:
        return onward(request, f"{entry_url(code, group.page, key, row, to)}#f-{given.revealed[0]}")
    if request.POST.get("more") and len(group.rows(given.answers.get(key))) < group.max_items:
        return onward(request, entry_url(code, group.page, key, len(group.rows(given.answers.get(key))), to))
    return onward(request, f"{page_url(code, group.page, to)}#{group.anchor}")


def _show_entry(
    request: HttpRequest, sheet: Sheet, group: Field, row: int, given: PageInput | None, *, is_held: bool = False
) -> HttpResponse:
    code, to = sheet.item.code, request.POST.get("to", request.GET.get("to", ""))
    rows = group.rows(sheet.answers.get(group.key))
    context = {
        "item": {"code": code, "name": sheet.name},
        "group": group,
        "number": row + 1,
        "can_add_more": row + 1 < group.max_items,
        "action": reverse("portal:apply-entry", args=[code, group.page, group.key, row + 1]),
        "input": given,
        "back_url": f"{page_url(code, group.page, to)}#{group.anchor}",
        "to": "check" if to == "check" else "",
        "exit_form": "page",
        "is_held": is_held,
        "token": holding.page_token(sheet.draft),
        "mark": row_mark(rows, row),
        **entry_context(request, sheet, group, row),
    }
    wrong = bool(given and given.problems)
    return render(request, "portal/apply/entry.html", context, status=UNREADABLE if wrong else 200)
