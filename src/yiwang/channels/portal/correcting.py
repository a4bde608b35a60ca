"""Supply what an office asked for: the form as it was sent, the fields in question first, all on one page.

Once before acceptance (补正), and after it where a law says so (依法补充): the same page, another action. After acceptance
only what was asked for is open, and each thing that no question stands for has an upload of its own.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

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
from yiwang.domains.cases.queries.supplements import more_loose, more_open, unchanged
from yiwang.domains.catalogue.content import Text
from yiwang.domains.papers.actions import attach_papers
from yiwang.domains.papers.queries import papers_of
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.forms import Field, Form, PageInput
from yiwang.foundation.forms import Text as FormText
from yiwang.foundation.forms.structs import Page

SESSION = "correction_papers"
LOOSE = "More_"
"""How the key of an upload begins that is for one thing of its own; its number follows. No form has keys with capitals."""
MOST_FILES = 5


@dataclass(frozen=True)
class Way:
    """One way of being asked: when it is open, what is asked and until when, and what hands it in."""

    name: str
    is_open: Callable[[Case], bool]
    items: Callable[[Case], list[dict[str, str]]]
    due_on: Callable[[Case], dt.date | None]
    supply: Callable[[HttpRequest, Case, dict[str, Any], Files], object]
    form: Callable[[Case, dict[str, Any]], Form] = lambda case, _answers: case_form(case)


def _more_is_open(case: Case) -> bool:
    asked = getattr(case, "more_request", None)
    return asked is not None and asked.supplied_at is None and case.state in {"accepted", "in_review"}


def _supply_correction(request: HttpRequest, case: Case, answers: dict[str, Any], files: Files) -> object:
    pruned = case_form(case).prune(answers)
    return supply_correction(case_id=case.pk, answers=pruned, uploads=files.uploads, by=request.actor)  # type: ignore[attr-defined]


def _supply_more(request: HttpRequest, case: Case, answers: dict[str, Any], files: Files) -> object:
    whole = case_form(case).prune(answers_of(case) | {k: v for k, v in answers.items() if not k.startswith(LOOSE)})
    papers = [
        (int(key.removeprefix(LOOSE)), UUID(one))
        for key, listed in answers.items()
        if key.startswith(LOOSE)
        for one in listed
    ]
    note, actor = request.POST.get("_note", ""), request.actor  # type: ignore[attr-defined]
    return supply_more(case_id=case.pk, answers=whole, papers=papers, note=note, uploads=files.uploads, by=actor)


def _more_form(case: Case, given: dict[str, Any]) -> Form:
    """Return the form of what is open: the questions that were asked about, what they bring up, and an upload each.

    A question stands here without its condition: it was asked for as the form was sent.
    """
    form, items, before = case_form(case), more_items(case), answers_of(case)
    open_ = more_open(form, items, before)
    stood = {field.key for field in form.visible_fields(before)}
    after = before | {key: value for key, value in given.items() if key in open_}
    new = [field.key for field in form.visible_fields(after) if field.key not in stood]
    fields = [
        msgspec.structs.replace(form.fields[key], page="more", when=None, raw_when=None) for key in [*open_, *new]
    ]
    for number, one in more_loose(form, items, before):
        fields.append(_loose_upload(number, one["text"]))
    return Form((Page(key="more", title=FormText("要补充的", "What to supply"), fields=tuple(fields)),))


def _loose_upload(number: int, text: str) -> Field:
    items = {"type": "string", "format": "paper"}
    return Field(
        key=f"{LOOSE}{number}",
        page="more",
        label=FormText(text, text),
        widget="upload",
        required=True,
        spec={"type": "array", "items": items, "maxItems": MOST_FILES},
    )


CORRECTION = Way(
    "correction", lambda c: c.state == "correction", correction_items, lambda c: c.due_on, _supply_correction
)
MORE = Way("more", _more_is_open, more_items, lambda c: c.more_request.due_on, _supply_more, _more_form)


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
    answers = _with_loose_papers(request, case)
    form = way.form(case, answers)
    answers = {key: value for key, value in answers.items() if key in form.fields}
    if request.method != "POST":
        return _first_shown(request, case, way, form, answers)
    files, given, stays = read_shown(request, form, answers, posted(request))
    # A thing that one does not have is missing; whether that was said is asked when it is handed in.
    found = [one for one in given.problems if not (one.top.startswith(LOOSE) and one.code == "required")]
    given = msgspec.structs.replace(given, problems=found)
    form, before = way.form(case, given.answers), answers_of(case)
    new = way is MORE and bool(form.fields.keys() - set(request.POST.getlist("_shown")))
    left = unchanged(case_form(case), way.items(case), before, before | given.answers)
    is_warned = way is CORRECTION and left and "_anyway" not in request.POST
    if stays or new or given.problems or is_warned:
        attach_papers(files=files.uploads, by=request.actor)  # type: ignore[attr-defined]
        says = [] if stays or new or given.problems else left
        return _kept(request, case, way, form, files, given, says)
    try:
        way.supply(request, case, given.answers, files)
    except InvalidInput as error:
        if error.code == "still_missing":
            attach_papers(files=files.uploads, by=request.actor)  # type: ignore[attr-defined]
            return _kept(request, case, way, form, files, given, refusal=str(error))
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


def _with_loose_papers(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the answers as they were sent, with the files that were uploaded or taken off since."""
    changed: dict[str, Any] = request.session.get(_key(case), {})
    return answers_of(case) | changed


def _kept(
    request: HttpRequest,
    case: Case,
    way: Way,
    form: Form,
    files: Files,
    given: PageInput,
    left: list[dict[str, str]] | None = None,
    refusal: str = "",
) -> HttpResponse:
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
    return _show(request, case, way, form, given.answers, given, left=left, refusal=refusal)


def _show(
    request: HttpRequest,
    case: Case,
    way: Way,
    form: Form,
    answers: dict[str, Any],
    given: PageInput | None,
    *,
    is_held: bool = False,
    left: list[dict[str, str]] | None = None,
    refusal: str = "",
) -> HttpResponse:
    items = [one | {"field": _control(form, number, one)} for number, one in enumerate(way.items(case), 1)]
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
        "asked": {key: text for key, text in asked.items() if not key.startswith(LOOSE)},
        "left": [
            {"text": one["text"], "anchor": form.fields[one["field"]].anchor if one["field"] in shown else ""}
            for one in left or []
        ],
        "refusal": refusal,
        "said": request.POST.get("_note", ""),
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
    is_refused = bool(refusal or left or (given and given.problems))
    return render(request, "portal/cases/correction.html", context, status=422 if is_refused else 200)


def _control(form: Form, number: int, item: dict[str, str]) -> str:
    """Return the question that a thing is supplied in: the one that it names, or the upload of its own."""
    return f"{LOOSE}{number}" if f"{LOOSE}{number}" in form.fields else item["field"]
