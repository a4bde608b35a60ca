"""Supply what an office asked for: the form as it was sent, the fields in question first, all on one page.

Once before acceptance (补正), and after it where a law says so (依法补充): the same page, another action.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal import holding
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.form_pages import (
    Files,
    control_context,
    posted,
    read_shown,
    stored_papers,
    unasked_cells,
)
from yiwang.domains.cases.actions import supply_correction, supply_more
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_by_number, case_form, correction_items, more_items
from yiwang.domains.catalogue.content import Text
from yiwang.domains.papers.actions import attach_papers
from yiwang.domains.papers.queries import papers_of
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.forms import Form, PageInput

SESSION = "correction_papers"


@dataclass(frozen=True)
class Way:
    """One way of being asked: when it is open, what is asked and until when, and what hands it in."""

    name: str
    is_open: Callable[[Case], bool]
    items: Callable[[Case], list[dict[str, str]]]
    due_on: Callable[[Case], dt.date | None]
    supply: Callable[..., object]


def _more_is_open(case: Case) -> bool:
    asked = getattr(case, "more_request", None)
    return asked is not None and asked.supplied_at is None and case.state in {"accepted", "in_review"}


CORRECTION = Way(
    "correction", lambda c: c.state == "correction", correction_items, lambda c: c.due_on, supply_correction
)
MORE = Way("more", _more_is_open, more_items, lambda c: c.more_request.due_on, supply_more)


def correction(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is to be supplied before acceptance, and hand it in."""
    if not request.actor.is_person and request.method == "POST":  # type: ignore[attr-defined]
        return holding.hold(request)
    return _asked(request, number, CORRECTION)


def more(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is asked for after acceptance, on a named legal basis, and hand it in."""
    if not request.actor.is_person and request.method == "POST":  # type: ignore[attr-defined]
        return holding.hold(request)
    return _asked(request, number, MORE)


@signed_in
def _asked(request: HttpRequest, number: str, way: Way) -> HttpResponse:
    if holding.take_up_firm(request):
        return HttpResponseRedirect(request.get_full_path())
    case = case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = reverse("portal:case", args=[case.number])
    if not way.is_open(case):
        return HttpResponseRedirect(case_url)
    form = case_form(case)
    answers = _with_loose_papers(request, form, case)
    if request.method != "POST":
        return _first_shown(request, case, way, form, answers)
    files, given, stays = read_shown(request, form, answers, posted(request))
    if stays or given.problems:
        attach_papers(files=files.uploads, by=request.actor)  # type: ignore[attr-defined]
        return _kept(request, case, way, form, files, given)
    try:
        way.supply(
            case_id=case.pk,
            answers=form.prune(given.answers),
            uploads=files.uploads,
            by=request.actor,  # type: ignore[attr-defined]
        )
    except InvalidInput as error:
        if not error.errors:
            raise
        wrong = msgspec.structs.replace(given, problems=list(error.errors))
        return _show(request, case, way, form, given.answers, wrong)
    request.session.pop(_key(case), None)
    response = HttpResponseRedirect(case_url)
    holding.forget(request, response)
    return response


def _first_shown(request: HttpRequest, case: Case, way: Way, form: Form, answers: dict[str, Any]) -> HttpResponse:
    """Show the form as it was sent, or as it was typed before the sign-in expired."""
    held = holding.held_for_page(request)
    if held is None:
        return _show(request, case, way, form, answers, None)
    _files, given, _stays = read_shown(request, form, answers, held)
    return _show(request, case, way, form, given.answers, msgspec.structs.replace(given, problems=[]), is_held=True)


def _key(case: Case) -> str:
    return f"{SESSION}:{case.pk}"


def _with_loose_papers(request: HttpRequest, form: Form, case: Case) -> dict[str, Any]:
    """Return the answers as they were sent, with the files that were uploaded or taken off since."""
    answers = answers_of(case)
    changed: dict[str, Any] = request.session.get(_key(case), {})
    return answers | {key: value for key, value in changed.items() if key in form.fields}


def _kept(request: HttpRequest, case: Case, way: Way, form: Form, files: Files, given: PageInput) -> HttpResponse:
    """Show the form again as it was typed; remember which files lie in it now."""
    kept: dict[str, Any] = {}
    for field in form.fields.values():
        value = given.answers.get(field.key, [])
        if field.widget == "upload":
            kept[field.key] = value
        elif field.widget == "group":
            uploads = [c.key for c in field.columns if c.widget == "upload"]
            kept[field.key] = [{key: row[key] for key in uploads if key in row} for row in field.rows(value)]
    request.session[_key(case)] = kept
    return _show(request, case, way, form, given.answers, given)


def _show(
    request: HttpRequest,
    case: Case,
    way: Way,
    form: Form,
    answers: dict[str, Any],
    given: PageInput | None,
    *,
    is_held: bool = False,
) -> HttpResponse:
    items = way.items(case)
    asked = {item["field"]: item["text"] for item in items if item["field"]}
    wrong = {p.top for p in given.problems} if given else set()
    visible = form.visible_fields(answers)
    sections = []
    for page in form.visible_pages(answers):
        fields = [f for f in visible if f.page == page.key]
        is_open = any(f.key in asked or f.key in wrong for f in fields)
        sections.append({"title": page.title, "fields": fields, "is_open": is_open})
    sections.sort(key=lambda one: not one["is_open"])
    shown = {f.key for f in visible}
    context = {
        "case": {"number": case.number, "name": Text(case.item_name, case.item_name_en)},
        "due_on": way.due_on(case),
        "way": way.name,
        "action": reverse(f"portal:case-{way.name}", args=[case.number]),
        "items": [
            {"text": i["text"], "anchor": form.fields[i["field"]].anchor if i["field"] in shown else ""} for i in items
        ],
        "asked": asked,
        "sections": sections,
        "is_all_open": not asked,
        "answers": answers,
        "input": given,
        "is_held": is_held,
        "token": holding.page_token(case),
        "hidden": unasked_cells(form, answers, given),
        **control_context(request, form, visible, answers, case.item.region_id or ""),
        "papers": stored_papers(request.actor, form, answers, papers_of(case.pk)),  # type: ignore[attr-defined]
        "case_url": reverse("portal:case", args=[case.number]),
    }
    return render(request, "portal/cases/correction.html", context, status=422 if given and given.problems else 200)
