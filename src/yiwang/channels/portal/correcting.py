"""Supply what an office asked for: the form as it was sent, the fields in question first, all on one page."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal import holding
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.opening import DETOURS
from yiwang.channels.portal.sheets import Files, control_context, posted, stored_papers, take_files
from yiwang.domains.cases.actions import supply_correction
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_by_number, case_form, correction_items
from yiwang.domains.catalogue.content import Text
from yiwang.domains.papers.actions import attach_papers
from yiwang.domains.papers.queries import papers_of
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.forms import Form, PageInput, Problem

SESSION = "correction_papers"


def correction(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is to be supplied, and hand it in."""
    if not request.actor.is_person and request.method == "POST":  # type: ignore[attr-defined]
        return holding.hold(request)
    return _correction(request, number)


@signed_in
def _correction(request: HttpRequest, number: str) -> HttpResponse:
    if holding.take_up_firm(request):
        return HttpResponseRedirect(request.get_full_path())
    case = case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = reverse("portal:case", args=[case.number])
    if case.state != "correction":
        return HttpResponseRedirect(case_url)
    form = case_form(case)
    answers = _with_loose_papers(request, form, case)
    if request.method != "POST":
        return _first_shown(request, case, form, answers)
    files, given, stays = _read(request, form, answers, posted(request))
    if stays or given.problems:
        attach_papers(files=files.uploads, by=request.actor)  # type: ignore[attr-defined]
        return _kept(request, case, form, files, given)
    try:
        supply_correction(
            case_id=case.pk,
            answers=form.prune(given.answers),
            uploads=files.uploads,
            by=request.actor,  # type: ignore[attr-defined]
        )
    except InvalidInput as error:
        if not error.errors:
            raise
        return _show(request, case, form, given.answers, msgspec.structs.replace(given, problems=list(error.errors)))
    request.session.pop(_key(case), None)
    response = HttpResponseRedirect(case_url)
    holding.forget(request, response)
    return response


def _first_shown(request: HttpRequest, case: Case, form: Form, answers: dict[str, Any]) -> HttpResponse:
    """Show the form as it was sent, or as it was typed before the sign-in expired."""
    held = holding.held_for_page(request)
    if held is None:
        return _show(request, case, form, answers, None)
    _files, given, _stays = _read(request, form, answers, held)
    return _show(request, case, form, given.answers, msgspec.structs.replace(given, problems=[]), is_held=True)


def _key(case: Case) -> str:
    return f"{SESSION}:{case.pk}"


def _with_loose_papers(request: HttpRequest, form: Form, case: Case) -> dict[str, Any]:
    """Return the answers as they were sent, with the files that were uploaded or taken off since."""
    answers = answers_of(case)
    changed: dict[str, Any] = request.session.get(_key(case), {})
    return answers | {key: value for key, value in changed.items() if key in form.fields}


def _read(
    request: HttpRequest, form: Form, answers: dict[str, Any], post: dict[str, list[str]]
) -> tuple[Files, PageInput, bool]:
    """Read every page that was shown, one on top of the other; whether to show the form again although nothing is wrong."""
    shown = set(post.get("_shown", []))
    files = Files(answers)
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    problems: list[Problem] = []
    stays = False
    for page in form.pages:
        if not any(f.key in shown for f in page.fields):
            continue
        more = take_files(request, page.fields, answers)
        files.uploads += more.uploads
        files.refused |= more.refused
        given = form.read_page(page.key, post, more.answers)
        answers = given.answers
        values |= given.values
        raw |= given.raw
        problems += given.problems
        stays = stays or given.stay
    visible = {f.key for f in form.visible_fields(answers)}
    stays = stays or bool(visible - shown) or bool(_new_cells(form, answers, shown))
    whole = PageInput(values=values, problems=problems, raw=raw, answers=answers)
    detour = any(k.endswith(DETOURS) for k in post)
    found = [*files.refused.values()] if detour else [p for p in files.problems_with(whole) if p.top in visible]
    return files, msgspec.structs.replace(whole, problems=found), stays or detour


def _new_cells(form: Form, answers: dict[str, Any], shown: set[str]) -> list[str]:
    """Return cells of groups that are asked now and were not on the page: an answer in the same row brought them up."""
    return [
        field.key
        for field, _value in form.controls(answers)
        if field.scope and form.fields[field.top].widget == "group" and field.key not in shown
    ]


def _kept(request: HttpRequest, case: Case, form: Form, files: Files, given: PageInput) -> HttpResponse:
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
    return _show(request, case, form, given.answers, given)


def _show(
    request: HttpRequest,
    case: Case,
    form: Form,
    answers: dict[str, Any],
    given: PageInput | None,
    *,
    is_held: bool = False,
) -> HttpResponse:
    items = correction_items(case)
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
        "due_on": case.due_on,
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
        "hidden": _unasked_cells(form, answers, given),
        **control_context(request, form, visible, answers, case.item.region_id or ""),
        "papers": stored_papers(request, form, answers, papers_of(case.pk)),
        "case_url": reverse("portal:case", args=[case.number]),
    }
    return render(request, "portal/cases/correction.html", context, status=422 if given and given.problems else 200)


def _unasked_cells(form: Form, answers: dict[str, Any], given: PageInput | None) -> list[str]:
    """Return the cells of groups that their rows do not ask for."""
    found = []
    for group in (f for f in form.fields.values() if f.widget == "group"):
        rows = given.raw[group.key] if given and group.key in given.raw else group.rows(answers.get(group.key))
        for at in range(len(rows)):
            asked = {cell.key for cell in form.cells(group.key, at, answers)}
            found += [f"{group.key}-{at}-{c.key}" for c in group.columns if f"{group.key}-{at}-{c.key}" not in asked]
    return found
